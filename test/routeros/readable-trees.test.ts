import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseVersion } from '#routeros';
import { columnsOf, READABLE, readableIn, type ReadableMenu } from '#routeros/readable';

/** The command trees crawled from real routers, where they are at hand beside the checkout. */
const TREES = new URL('../../../shared/routeros-schema/', import.meta.url);

const MENUS: readonly ReadableMenu[] = [...READABLE.values()];

interface Tree {
  readonly [word: string]: Tree;
}

function treeOf(version: string): Tree {
  const folder = new URL(`${version}/`, TREES);
  const [file = ''] = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Tree;
}

function nodeAt(tree: Tree, path: string): Tree | undefined {
  return path
    .split('/')
    .slice(1)
    .reduce<Tree | undefined>((at, word) => at?.[word], tree);
}

const PSEUDO = new Set(['numbers', 'copy-from', 'place-before', 'desc']);

function writableIn(node: Tree | undefined): ReadonlySet<string> {
  const names = ['add', 'set'].flatMap((command) => Object.keys(node?.[command] ?? {}));
  return new Set(names.filter((name) => !name.startsWith('_') && !PSEUDO.has(name)));
}

/** What a router reads back, where the tree names it; `about` is `.about` over REST (routeros-rest.md §0.1). */
function readableOf(node: Tree | undefined): ReadonlySet<string> | undefined {
  const told = node?.['get']?.['value-name']?.['_completion'];
  return told === undefined
    ? undefined
    : new Set(Object.keys(told).map((name) => (name === 'about' ? '.about' : name)));
}

/** Writable in a tree, and not asked for there: with the reason. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  '/interface/bonding mlag-id': 'gone between 7.17 and 7.21; asked for since it is back',
  '/interface/wifi datapath.openflow-switch': 'comes with a package of its own',
  '/interface/wifi/configuration datapath.openflow-switch': 'comes with a package of its own',
  '/interface/wifi/datapath openflow-switch': 'comes with a package of its own',
};

/** Read-only columns that no tree has, for it was taken from a router without that hardware. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  '/system/health name': 'boards print a list (routeros-rest.md §5.17)',
  '/system/health type': 'boards print a list (routeros-rest.md §5.17)',
  '/system/health value': 'boards print a list (routeros-rest.md §5.17)',
};

/** How a name looks that may hold a password, a key, or a script with one in it. */
const LIKE_A_SECRET =
  /pass|secret|key|psk|token|md5|private|communit|credential|challenge|(^|-)(pin|script|source|on-event|undo|redo)$/;

/** Names that look so and hold none. */
const CLEARED: Readonly<Record<string, string>> = {
  'aaa.password-format': 'how RADIUS is told of a MAC address',
  'allow-sharedkey': 'whether a mode of authentication is allowed',
  'auth-key': 'the number of a key, not the key',
  'floating-undo': 'a flag',
  'ft-r0-key-lifetime': 'a length of time',
  'group-key-update': 'a length of time',
  'input.accept-communities': 'BGP communities',
  'input.accept-ext-communities': 'BGP communities',
  'input.accept-large-communities': 'BGP communities',
  'input.filter-communities': 'BGP communities',
  'input.filter-ext-communities': 'BGP communities',
  'input.filter-large-communities': 'BGP communities',
  'key-size': 'a number of bits, or a curve',
  'key-type': 'an algorithm',
  'key-usage': 'what a certificate may be used for',
  'lacp-user-key': 'a number that LACP puts into its port keys',
  'multi-passphrase-group': 'the name of a group',
  'output.remove-private-as': 'about AS numbers for private use',
  passthrough: 'a flag',
  '/certificate private-key': 'a flag: whether the key is there',
  'public-key': 'public',
  'security.ft-r0-key-lifetime': 'a length of time',
  'security.group-key-update': 'a length of time',
  'security.multi-passphrase-group': 'the name of a group',
  'smart-card-key': 'a flag',
  'static-sta-private-algo': 'an algorithm',
  'static-transmit-key': 'which of four keys is used',
};

/** Under which name it is cleared, if it is. */
function cleared(path: string, name: string): string | undefined {
  return [name, `${path} ${name}`].find((known) => CLEARED[known] !== undefined);
}

const VERSIONS = existsSync(TREES) ? readdirSync(TREES) : [];

for (const version of VERSIONS) {
  describe(`the command tree of ${version}`, () => {
    const tree = treeOf(version);
    const numbers = parseVersion(version);

    it.each(MENUS.map((menu) => [menu.path, menu] as const))('has %s, with what can be set there', (path, menu) => {
      const node = nodeAt(tree, path);
      // The trees were taken from routers with more packages or fewer.
      if (node === undefined && menu.comesWith !== undefined) return;
      expect(node !== undefined).toBe(readableIn(menu, numbers));
      const writable = writableIn(node);
      const shown = columnsOf(menu, numbers);
      const settable = shown.filter((name) => menu.columns[name]?.readOnly !== true);
      expect(settable.filter((name) => !writable.has(name))).toEqual([]);
      const unknown = [...writable].filter((name) => !shown.includes(name) && menu.columns[name]?.secret !== true);
      expect(unknown.filter((name) => LEFT_OUT[`${path} ${name}`] === undefined)).toEqual([]);
    });

    it('reads back each column that nobody can set', () => {
      for (const menu of MENUS) {
        const told = readableOf(nodeAt(tree, menu.path));
        if (told === undefined) continue;
        const shown = columnsOf(menu, numbers).filter((name) => ELSEWHERE[`${menu.path} ${name}`] === undefined);
        expect([menu.path, shown.filter((name) => !told.has(name))]).toEqual([menu.path, []]);
      }
    });

    it('has no argument that looks like a secret and is neither declared one nor cleared', () => {
      for (const { path, columns } of MENUS) {
        const node = nodeAt(tree, path);
        const names = [...writableIn(node), ...(readableOf(node) ?? [])].filter((name) => LIKE_A_SECRET.test(name));
        const open = names.filter((name) => columns[name]?.secret !== true && cleared(path, name) === undefined);
        expect([path, open]).toEqual([path, []]);
      }
    });
  });
}

describe.runIf(VERSIONS.length > 0)('the trees together', () => {
  it('have all that is cleared, left out or known from elsewhere: no such line outlives its reason', () => {
    const trees = VERSIONS.map(treeOf);
    const met = new Set<string>();
    for (const { path } of MENUS) {
      for (const node of trees.map((tree) => nodeAt(tree, path))) {
        for (const name of [...writableIn(node), ...(readableOf(node) ?? [])]) {
          met.add(`${path} ${name}`);
          met.add(LIKE_A_SECRET.test(name) ? (cleared(path, name) ?? '') : '');
        }
      }
    }
    expect([...Object.keys(CLEARED), ...Object.keys(LEFT_OUT)].filter((known) => !met.has(known))).toEqual([]);
    expect(Object.keys(ELSEWHERE).filter((known) => met.has(known))).toEqual([]);
  });
});
