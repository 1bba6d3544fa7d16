import { describe, expect, test } from 'vitest';
import { layersFor, lineText, provenanceOf, revisionOf } from '#controller';
import { configYaml, deviceYaml, faultsOf, inventoryOf } from '#test/documents.ts';

const MENU = '/ip/firewall/address-list';
const ENTRY = 'addressLists: [{list: blocklist, address: 192.0.2.1}]';

function fleet(): Readonly<Record<string, string>> {
  return {
    'r1.yaml': deviceYaml('r1'),
    'a.yaml': configYaml(
      'a',
      100,
      `${ENTRY}\nunlisted: {addressLists: prune}\nunlistedIn: {addressLists: {blocklist: prune, mgmt: tolerate}}`,
    ),
    'b.yaml': configYaml('b', 200, 'unlistedIn: {addressLists: {blocklist: tolerate, guests: prune}}'),
  };
}

describe('what is said of rows that nobody declared in a part of a section', () => {
  test('is, for each part, the word of the strongest who names it; the section has the rest', () => {
    expect(layersFor(inventoryOf(fleet()), 'r1').desired.menus[MENU]).toMatchObject({
      unlisted: 'prune',
      unlistedBy: ['a'],
      unlistedIn: {
        field: 'list',
        parts: {
          blocklist: { unlisted: 'tolerate', unlistedBy: ['b'] },
          guests: { unlisted: 'prune', unlistedBy: ['b'] },
          mgmt: { unlisted: 'tolerate', unlistedBy: ['a'] },
        },
      },
    });
  });

  test('is explained with its line', () => {
    const words = provenanceOf(inventoryOf(fleet()), 'r1')
      .filter(({ field }) => field === 'unlisted')
      .map((each) => `${JSON.stringify(each.match)} ${each.value} ${lineText(each)}`);
    expect(words).toEqual([
      '{} prune a.yaml:9',
      '{"list":"blocklist"} tolerate b.yaml:8',
      '{"list":"guests"} prune b.yaml:8',
      '{"list":"mgmt"} tolerate a.yaml:10',
    ]);
  });

  test('may not be two things of equal priority', () => {
    const word = (said: string): string => `unlistedIn: {addressLists: {blocklist: ${said}}}`;
    const files = { 'r1.yaml': deviceYaml('r1'), 'a.yaml': configYaml('a', 1, `${ENTRY}\n${word('prune')}`) };
    expect(faultsOf({ ...files, 'b.yaml': configYaml('b', 1, word('tolerate')) })).toMatchObject([
      {
        file: 'b.yaml',
        line: 8,
        path: 'spec.unlistedIn.addressLists.blocklist',
        message: '"a" (a.yaml:9) says otherwise with the same priority; both mean the device "r1"',
      },
    ]);
    expect(faultsOf({ ...files, 'b.yaml': configYaml('b', 1, word('prune')) })).toEqual([]);
  });

  test('is of a part that a router can have, and of a section that has parts', () => {
    const faultsWith = (said: string): unknown =>
      faultsOf({ 'r1.yaml': deviceYaml('r1'), 'c.yaml': configYaml('c', 1, `unlistedIn: ${said}`) });
    expect(faultsWith('{addressLists: {"bl\u00f6ck": prune}}')).toMatchObject([
      { line: 8, message: expect.stringContaining('no printable ASCII character') },
    ]);
    expect(faultsWith('{addressLists: {"": prune}}')).toHaveLength(1);
    expect(faultsWith('{addressLists: {a: remove}}')).toHaveLength(1);
    expect(faultsWith('{dnsStatic: {a: prune}}')).toHaveLength(1);
  });

  test('is found by the own name of a part alone', () => {
    const named = configYaml('c', 1, `${ENTRY}\nunlistedIn: {addressLists: {constructor: prune}}`);
    const revision = revisionOf({ 'r1.yaml': deviceYaml('r1'), 'c.yaml': named });
    const menu = revision.ok ? layersFor(revision.inventory, 'r1').desired.menus[MENU] : undefined;
    expect(menu).toMatchObject({ unlistedIn: { parts: { constructor: { unlisted: 'prune' } } } });
  });
});
