import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, oneRouter, type OneRouter } from './rest.ts';

let one: OneRouter;
beforeAll(async () => {
  one = await oneRouter({
    menus: {
      '/ip/firewall/address-list': [
        { list: 'a', address: '192.0.2.1', comment: 'first' },
        { list: 'a', address: '192.0.2.2', disabled: 'true' },
        { list: 'b', address: '192.0.2.3' },
      ],
    },
  });
});
afterAll(async () => {
  await one.fleet.close();
});

async function get(query: string): Promise<unknown> {
  return (await call(one.router, 'GET', `/ip/firewall/address-list${query}`)).json;
}

async function printed(body: Record<string, unknown>): Promise<unknown> {
  return (await call(one.router, 'POST', '/ip/firewall/address-list/print', body)).json;
}

async function addresses(words: readonly string[]): Promise<unknown> {
  const found = (await printed({ '.query': words, '.proplist': 'address' })) as { address: string }[];
  return found.map((row) => row.address.slice(-1)).join('');
}

describe('the query string of GET', () => {
  it('filters by equality, all parts must hold, booleans also as yes', async () => {
    expect(await get('?list=a&disabled=yes&.proplist=address')).toEqual([{ '.id': '*2', address: '192.0.2.2' }]);
    expect(await get('?.id=*99')).toEqual([]);
    expect(await get('?comment=')).toEqual([]);
  });

  it('.proplist adds .id on lists and not on one row', async () => {
    expect(await get('/*1?.proplist=list')).toEqual({ list: 'a' });
    expect(await get('?list=b&.proplist=list')).toEqual([{ '.id': '*3', list: 'b' }]);
  });
});

describe('POST print', () => {
  it('gives .id only when asked for', async () => {
    expect(await printed({ '.proplist': ['list'], '.query': ['list=b'] })).toEqual([{ list: 'b' }]);
    expect(await printed({ '.proplist': '.id,list', '.query': ['list=b'] })).toEqual([{ '.id': '*3', list: 'b' }]);
  });

  it('counts', async () => {
    expect(await printed({ 'count-only': '' })).toEqual({ ret: '3' });
    expect(await printed({ 'count-only': '', '.query': ['list=a'] })).toEqual({ ret: '2' });
  });

  it.each<[string, readonly string[], string]>([
    ['equality', ['list=a'], '12'],
    ['and', ['list=a', 'disabled=false'], '1'],
    ['or', ['list=b', 'comment=first', '#|'], '13'],
    ['not', ['list=a', '#!'], '3'],
    ['neither', ['list=b', 'comment=first', '#|!'], '2'],
    ['has', ['comment'], '1'],
    ['lacks', ['-comment'], '23'],
    ['non-empty', ['>comment='], '1'],
    ['less', ['<address=192.0.2.3'], '12'],
    ['explicit and', ['list=a', 'disabled=true', '#&'], '2'],
    ['copy of the top', ['list=b', '#.!|'], '123'],
    ['copy by index', ['list=b', 'list=a', '#1|&'], '3'],
    ['replace all', ['list=b', 'list=a', '#0'], '12'],
    ['no regular expressions', ['address~192'], ''],
  ])('.query: %s', async (_name, words, expected) => {
    expect(await addresses(words)).toBe(expected);
  });
});
