import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { casesOf, knownTools, OWN_CASES, selected } from '../../scripts/mcp-select.ts';
import { rankingOf } from '../../scripts/tool-ranking.ts';

const text = readFileSync(path.resolve(import.meta.dirname, '../..', OWN_CASES), 'utf8');
const tools = knownTools();
const cases = casesOf(text, tools);

describe('the right tool is found by what people say', () => {
  it('first in nine of ten cases, and among the first three in 98 of 100', () => {
    const { first, firstThree, confusions } = selected(cases, tools);
    expect({ right: first >= 0.9 && firstThree >= 0.98, first, firstThree, confusions }).toMatchObject({ right: true });
  });

  it('by at least 300 things that people say, and some for every tool', () => {
    expect(new Set(cases.map(({ said }) => said)).size).toBe(cases.length);
    expect(cases.length).toBeGreaterThanOrEqual(300);
    const asked = (name: string): number => cases.filter(({ tool }) => tool === name).length;
    expect(tools.filter(({ name }) => asked(name) < 5).map(({ name }) => name)).toEqual([]);
  });

  it('also where nobody looked when words were chosen', () => {
    const { first, firstThree } = selected(
      cases.filter(({ heldOut }) => heldOut),
      tools,
    );
    expect({ right: first >= 0.8 && firstThree >= 0.95, first, firstThree }).toMatchObject({ right: true });
  });
});

describe('cases', () => {
  it.each([
    ['- ping', 'a mapping'],
    ['no_such_tool: [x]', 'no_such_tool'],
    [`${tools[0]?.name ?? ''}: {a: b}`, 'list of phrases'],
  ])('%s are refused', (given, said) => {
    expect(() => casesOf(given, tools)).toThrow(said);
  });
});

describe('a ranking', () => {
  const tool = (name: string, ...words: readonly string[]) => ({ name, title: name, description: name, words });

  it('knows other forms of a word, and pairs of words', () => {
    const rank = rankingOf([tool('a_one', 'lease'), tool('b_two', 'leased line'), tool('c_three', 'pinging')]);
    expect(rank('leases')[0]).toBe('a_one');
    expect(rank('our leased line')[0]).toBe('b_two');
    expect(rank('ping')[0]).toBe('c_three');
  });
});
