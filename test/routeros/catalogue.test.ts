import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  canonical,
  canonicalLive,
  CATALOGUE,
  type Codec,
  compareVersions,
  type Field,
  fieldAvailable,
  formatVersion,
  InvalidValue,
  matchOf,
  type Menu,
  menuAvailable,
  menuOf,
  parseVersion,
} from '#routeros';

const MENUS: readonly Menu[] = Object.values(CATALOGUE);
const FIELDS: readonly (readonly [string, Field])[] = MENUS.flatMap((menu) =>
  Object.entries(menu.fields).map(([name, field]) => [`${menu.path} ${name}`, field] as const),
);

describe('the catalogue', () => {
  it('finds a menu by path and refuses a path it does not know', () => {
    for (const menu of MENUS) expect(menuOf(menu.path)).toBe(menu);
    expect(() => menuOf('/ip/route')).toThrow(RangeError);
  });

  it.each(MENUS.map((menu) => [menu.path, menu] as const))('%s is consistent', (_, menu) => {
    const known = Object.keys(menu.fields);
    expect(known).toEqual(expect.arrayContaining([...menu.match, ...menu.skipWhen, ...Object.keys(menu.addWith)]));
    expect(menu.match.length > 0).toBe(menu.shape !== 'settings');
    for (const name of menu.match) expect(menu.fields[name]?.readOnly).toBeUndefined();
    for (const name of menu.skipWhen) expect(menu.fields[name]?.readOnly).toBe(true);
    for (const [name, value] of Object.entries(menu.addWith)) {
      expect(canonical(menu.fields[name]?.codec as Codec, value)).toBe(value);
    }
    expect(menu.source).toMatch(/^routeros-rest\.md §/);
    expect(menu.pathEffects.length).toBeGreaterThan(0);
    for (const { pathEffects = menu.pathEffects } of Object.values(menu.fields)) {
      const narrower = pathEffects.filter((effect) => effect !== 'none');
      expect(menu.pathEffects).toEqual(expect.arrayContaining(narrower));
    }
    // Whatever makes or removes a row counts: what identifies it is never without effect, unless the whole menu is.
    for (const name of menu.match) expect(menu.fields[name]?.pathEffects).not.toEqual(['none']);
    for (const word of menu.historyWords) expect(word).toBe(word.toLowerCase());
    expect(menu.match).toEqual(expect.arrayContaining([...(menu.oneOf ?? [])]));
    for (const fields of Object.values(menu.variants?.fields ?? {})) {
      expect(menu.match).toEqual(expect.arrayContaining(Object.keys(fields)));
    }
    expect(menu.match).toEqual(expect.arrayContaining(menu.variants === undefined ? [] : [menu.variants.by]));
  });

  it('writes each menu in a place of its own', () => {
    expect(new Set(MENUS.map((menu) => menu.writeOrder)).size).toBe(MENUS.length);
  });

  it.each(FIELDS)('%s names its source and has a canonical default', (_, field) => {
    expect(field.source).toMatch(/^routeros-rest\.md §/);
    expect(field.default === undefined ? undefined : canonical(field.codec, field.default)).toBe(field.default);
    expect(field.readOnly === true && field.default !== undefined).toBe(false);
  });
});

describe('the match tuple', () => {
  const dnsStatic = menuOf('/ip/dns/static');

  it('of an A record is the same whether the router spells its type or not', () => {
    const match = { name: 'a.example', type: 'A', address: '192.0.2.1' };
    expect(matchOf(dnsStatic, { '.id': '*1', name: 'a.example', address: '192.0.2.1', ttl: '1d' })).toEqual(match);
    expect(matchOf(dnsStatic, { '.id': '*2', ...match, comment: 'x', dynamic: 'false' })).toEqual(match);
  });

  it('holds the whole value of a record, with what the router fills in', () => {
    expect(matchOf(dnsStatic, { name: 'example.net', type: 'MX', 'mx-exchange': 'mail.example.net' })).toEqual({
      name: 'example.net',
      type: 'MX',
      'mx-exchange': 'mail.example.net',
      'mx-preference': '0',
    });
    expect(matchOf(dnsStatic, { regexp: '^ads', type: 'NXDOMAIN' })).toEqual({ regexp: '^ads', type: 'NXDOMAIN' });
  });

  it('tells names by case, addresses by value', () => {
    expect(matchOf(dnsStatic, { name: 'A.example', type: 'AAAA', address: '2001:DB8:0::1' })).toEqual({
      name: 'A.example',
      type: 'AAAA',
      address: '2001:db8::1',
    });
  });

  it('of a type we do not know holds what the router says', () => {
    expect(matchOf(dnsStatic, { name: 'a.example', type: 'HTTPS' })).toEqual({ name: 'a.example', type: 'HTTPS' });
  });

  it('of list entries and addresses is canonical', () => {
    expect(matchOf(menuOf('/ip/firewall/address-list'), { list: 'l', address: '192.0.2.0-192.0.2.255' })).toEqual({
      list: 'l',
      address: '192.0.2.0/24',
    });
    expect(matchOf(menuOf('/ip/address'), { interface: 'lo', address: '192.0.2.1', network: '192.0.2.1' })).toEqual({
      address: '192.0.2.1/32',
      interface: 'lo',
    });
  });
});

describe('versions', () => {
  it.each([
    ['7.20.5 (stable)', [7, 20, 5]],
    ['7.15 (stable) 2024-05-29 12:44:08', [7, 15, 0]],
    ['7.24rc2', [7, 24, 0]],
    ['7.23beta2 (testing)', [7, 23, 0]],
    ['7.12.2', [7, 12, 2]],
  ] as const)('%s', (text, version) => {
    expect(parseVersion(text)).toEqual(version);
  });

  it.each(['', '7', 'v7.20', '7.20.5.1', '7.20-stable'])('%j is no version', (text) => {
    expect(() => parseVersion(text)).toThrow(InvalidValue);
  });

  it('compare as numbers, not as text', () => {
    expect(compareVersions([7, 9, 0], [7, 10, 0])).toBeLessThan(0);
    expect(compareVersions([7, 20, 8], [7, 20, 5])).toBeGreaterThan(0);
    expect(compareVersions([8, 0, 0], [7, 99, 99])).toBeGreaterThan(0);
    expect(compareVersions([7, 24, 0], [7, 24, 0])).toBe(0);
  });

  it('are written as releases are named', () => {
    expect(formatVersion([7, 16, 0])).toBe('7.16');
    expect(formatVersion([7, 16, 2])).toBe('7.16.2');
  });

  it('bound a field from the first version that has it to the first that lacks it', () => {
    const field: Field = { ...(menuOf('/ip/dns').fields['vrf'] as Field), since: [7, 16, 0], until: [7, 20, 0] };
    const has = (version: readonly [number, number, number]): boolean => fieldAvailable(field, version);
    expect([has([7, 15, 3]), has([7, 16, 0]), has([7, 19, 9]), has([7, 20, 0])]).toEqual([false, true, true, false]);
  });
});

/** The command trees crawled from real routers, where they are at hand beside the checkout. */
const TREES = new URL('../../../shared/routeros-schema/', import.meta.url);

interface Tree {
  readonly [word: string]: Tree;
}

/** How a tree names a kind of values, one such value, and how a router reads it back. */
const KINDS: readonly (readonly [RegExp, string, RegExp])[] = [
  [/time interval/, '90s', /^1m30s$/],
  [/IP address/, '192.0.2.7', /^192\.0\.2\.7(\/32)?$/],
  [/string value/, 'a.example', /^a\.example$/],
];

/** What of the kind that a tree gives an argument the codec would read otherwise, or not at all. */
function misread(argument: Tree, { codec }: Field): readonly string[] {
  const said: unknown = argument['desc'];
  const desc = typeof said === 'string' ? said : '';
  const words = Object.keys(argument['_completion'] ?? {});
  // Beside other words `yes` and `no` are words themselves (routeros-rest.md §3).
  const isBoolean = words.every((word) => word === 'yes' || word === 'no');
  const readBack = (word: string): RegExp =>
    isBoolean ? (word === 'yes' ? /^true$/ : /^false$/) : new RegExp(`^${RegExp.escape(word)}$`);
  const expected = [
    ...KINDS.filter(([name]) => name.test(desc)).map(([, text, back]) => [text, back] as const),
    ...words.map((word) => [word, readBack(word)] as const),
  ];
  const wrong = expected.filter(([text, back]) => !back.test(canonicalLive(codec, text)) || !isRead(codec, text));
  // The other way round: what the catalogue takes for a time the tree names as such.
  const isTime = canonicalLive(codec, '90s') === '1m30s';
  const isNone = desc !== '' && !desc.includes('time interval');
  return [...wrong.map(([text]) => text), ...(isTime && isNone ? ['(no time)'] : [])];
}

function isRead(codec: Codec, text: string): boolean {
  try {
    return canonical(codec, text) !== '';
  } catch (error) {
    if (error instanceof InvalidValue) return false;
    throw error;
  }
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

for (const version of existsSync(TREES) ? readdirSync(TREES) : []) {
  describe(`the command tree of ${version}`, () => {
    const tree = treeOf(version);

    it.each(MENUS.map((menu) => [menu.path, menu] as const))('has %s with the fields of that version', (_, menu) => {
      const node = nodeAt(tree, menu.path);
      // The trees were taken from routers with more packages or fewer.
      if (node === undefined && menu.comesWith !== undefined) return;
      expect(node !== undefined).toBe(menuAvailable(menu, parseVersion(version)));
      if (node === undefined) return;
      expect(node['find'] === undefined).toBe(menu.shape === 'settings');
      expect(node['add'] === undefined).toBe(menu.shape === 'settings' || menu.fixedRows === true);
      for (const [name, field] of Object.entries(menu.fields)) {
        if (field.readOnly === true) continue;
        const commands = menu.shape === 'settings' || menu.fixedRows === true ? ['set'] : ['add', 'set'];
        for (const command of commands) {
          const isThere = node[command]?.[name] !== undefined;
          expect([command, name, isThere]).toEqual([command, name, fieldAvailable(field, parseVersion(version))]);
          if (isThere)
            expect([command, name, misread(node[command]?.[name] ?? {}, field)]).toEqual([command, name, []]);
        }
      }
    });

    it('reads back the fields of that version, state of the router included', () => {
      for (const menu of MENUS) {
        const told = nodeAt(tree, menu.path)?.['get']?.['value-name']?.['_completion'];
        // Only deep trees name them.
        if (told === undefined) continue;
        const known = Object.entries(menu.fields).filter(([, field]) => fieldAvailable(field, parseVersion(version)));
        // `about` is a remark of the router, absent from most rows (routeros-rest.md §3).
        const names = Object.keys(told).filter((name) => name !== 'about');
        expect([menu.path, names.toSorted()]).toEqual([menu.path, known.map(([name]) => name).toSorted()]);
      }
    });

    it('has no field to write that the catalogue leaves out by mistake', () => {
      // `openflow-switch` comes with a package of its own.
      const pseudo = ['numbers', 'copy-from', 'place-before', 'openflow-switch', 'datapath.openflow-switch'];
      for (const menu of MENUS) {
        const node = nodeAt(tree, menu.path);
        const writable = Object.keys(node?.['set'] ?? {}).filter((name) => !name.startsWith('_') && name !== 'desc');
        const missing = writable.filter((name) => !pseudo.includes(name) && menu.fields[name] === undefined);
        expect([menu.path, missing]).toEqual([menu.path, []]);
      }
    });
  });
}
