import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CATALOGUE, NAMED_ELSEWHERE } from '#routeros';

/** The command trees of real routers, beside the repository; not part of it. */
const TREES = fileURLToPath(new URL('../../../shared/routeros-schema/', import.meta.url));
const present = existsSync(TREES);
/** The one that tells what the router would complete an argument with. */
const DEEP = '7.22.3';

type Node = { readonly [name: string]: Node | string };

/** An argument of `add` or `set`: `MENU NAME`, and the words that the router completes it with. */
function* argumentsIn(node: Node, path = ''): Generator<readonly [argument: string, words: readonly string[]]> {
  for (const [name, below] of Object.entries(node)) {
    if (typeof below !== 'object') continue;
    if (below['_type'] !== 'arg') yield* argumentsIn(below, `${path}/${name}`);
    else if (/\/(add|set)$/.test(path) && !['copy-from', 'numbers'].includes(name))
      yield [`${path.replace(/\/(add|set)$/, '')} ${name}`, Object.keys(below['_completion'] ?? {})];
  }
}

function treeOf(version: string): Node {
  const [file = ''] = readdirSync(`${TREES}${version}`);
  return JSON.parse(readFileSync(`${TREES}${version}/${file}`, 'utf8')) as Node;
}

/** Arguments that take an interface, and why nobody has to be asked for them. */
const CLEARED: readonly (readonly [what: RegExp, reason: string])[] = [
  [
    /^\/(ipv6\/neighbor|routing\/isis\/(interface|neighbor)|tool\/mac-server\/sessions) interface$/,
    'says what is there',
  ],
  [/^\/(routing\/route\/rule|routing\/fantasy) .*$/, 'is for tests of the vendor, or gone'],
  [/^\/mpls\/ldp\/(neighbor transport|remote-mapping nexthop)$/, 'is an address of another router'],
  [/^\/routing\/pimsm\/bsr\/(rp-)?candidate address$/, 'is an address of the router'],
  [/^\/routing\/rule (src|dst)-address$/, 'is a prefix'],
  [/^\/interface\/wifi\/cap caps-man-addresses$/, 'is an address of another router'],
  [/^\/interface\/macvlan mode$/, 'is a word'],
  [/^\/system\/logging topics$/, 'is a word'],
];

describe('who names rows of other menus', () => {
  it.runIf(present)('is told by fields that a router of some version has', () => {
    const all = new Set(
      readdirSync(TREES).flatMap((version) => [...argumentsIn(treeOf(version))].map(([what]) => what)),
    );
    const told = Object.values(NAMED_ELSEWHERE).flatMap((menus) =>
      Object.entries(menus).flatMap(([menu, fields]) => fields.map((field) => `${menu} ${field}`)),
    );
    expect(told.filter((what) => !all.has(what))).toEqual([]);
  });

  it.runIf(present)(
    'is told of every argument that the router completes with its interfaces, or it is said why not',
    () => {
      const told = new Set([
        ...Object.entries(NAMED_ELSEWHERE['/interface'] ?? {}).flatMap(([menu, fields]) =>
          fields.map((field) => `${menu} ${field}`),
        ),
        ...Object.values(CATALOGUE).flatMap(({ path, fields }) =>
          Object.entries(fields).flatMap(([name, { reference }]) =>
            reference === undefined ? [] : [`${path} ${name}`],
          ),
        ),
      ]);
      const open = [...argumentsIn(treeOf(DEEP))].flatMap(([what, words]) =>
        words.some((word) => /^(ether\d+|bridge|lo)$/.test(word)) && !told.has(what) ? [what] : [],
      );
      expect(open.filter((what) => !CLEARED.some(([pattern]) => pattern.test(what)))).toEqual([]);
      expect(CLEARED.filter(([pattern]) => !open.some((what) => pattern.test(what)))).toEqual([]);
    },
  );
});
