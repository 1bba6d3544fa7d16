import { describe, expect, it } from 'vitest';
import { editedText } from '../../controller/edits/edit-text.ts';
import type { PathEdit } from '../../controller/edits/node-change.ts';
import { spliced, takenBack } from '../../controller/edits/splice.ts';

const HEAD = 'apiVersion: routeros-gitops.dev/v1alpha1\nkind: RouterConfig\nmetadata: {name: one} # mine\nspec:\n';

/** What stands below `spec` once the edits are made in the RouterConfig `one`. */
function edited(spec: string, ...edits: readonly PathEdit[]): string {
  const before = HEAD + spec;
  const { text, splices } = editedText(before, new Map([['one', edits]]));
  expect(text.startsWith(HEAD)).toBe(true);
  expect(spliced(text, takenBack(before, splices))).toBe(before);
  return text.slice(HEAD.length);
}

function set(path: string, value: unknown): PathEdit {
  return { path: pathOf(path), kind: 'set', value };
}

function remove(path: string): PathEdit {
  return { path: pathOf(path), kind: 'remove', value: undefined };
}

function append(path: string, value: unknown): PathEdit {
  return { path: pathOf(path), kind: 'append', value };
}

function pathOf(path: string): readonly (string | number)[] {
  return ['spec', ...path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step))];
}

describe('a value that is set', () => {
  it('takes the place of the old one, whose quotes and comment stay', () => {
    const spec = `  dns:\n    cacheSize: 2048   # small\n    vrf: 'main'\n    cacheMaxTtl: "1d" # a day\n`;
    expect(edited(spec, set('dns.cacheSize', 4096), set('dns.vrf', "it's"), set('dns.cacheMaxTtl', '1w'))).toBe(
      `  dns:\n    cacheSize: 4096   # small\n    vrf: 'it''s'\n    cacheMaxTtl: "1w" # a day\n`,
    );
  });

  it('is quoted where another YAML would take it for something else', () => {
    const spec = '  identity:\n    name: old\n';
    for (const [value, text] of [
      ['no', '"no"'],
      ['012', '"012"'],
      ['1:30', '"1:30"'],
      ['~', '"~"'],
      ['router id', 'router id'],
      ['a: b', '"a: b"'],
      ['x #y', '"x #y"'],
      ['---', '"---"'],
      ['!!tag', '"!!tag"'],
      ['&a', '"&a"'],
      ['*a', '"*a"'],
      ['', '""'],
      ['10.0.0.0/8', '10.0.0.0/8'],
    ])
      expect(edited(spec, set('identity.name', value))).toBe(`  identity:\n    name: ${text}\n`);
  });

  it('comes behind the others where it was not declared, in the spelling of the place', () => {
    expect(edited('  dns:\n      cacheSize: 1 # c\n\n  priority: 1\n', set('dns.vrf', 'main'))).toBe(
      '  dns:\n      cacheSize: 1 # c\n      vrf: main\n\n  priority: 1\n',
    );
    expect(edited('  dns: { cacheSize: 1 } # c\n', set('dns.vrf', 'main'))).toBe(
      '  dns: { cacheSize: 1, vrf: main } # c\n',
    );
    expect(edited('  priority: 1\r\n', set('dns.servers', ['192.0.2.1']))).toBe(
      '  priority: 1\r\n  dns:\r\n    servers: [192.0.2.1]\r\n',
    );
    expect(edited('    priority: 1\n', set('dns.servers', []))).toBe(
      '    priority: 1\n    dns:\n        servers: []\n',
    );
  });

  it('changes of a list only the entries that differ', () => {
    const spec = '  dns:\n    servers:\n    - 192.0.2.1 # first\n    # both\n    - 192.0.2.2 # second\n  priority: 1\n';
    expect(edited(spec, set('dns.servers', ['192.0.2.1', '192.0.2.9', '2001:db8::1']))).toBe(
      '  dns:\n    servers:\n    - 192.0.2.1 # first\n    # both\n    - 192.0.2.9 # second\n    - "2001:db8::1"\n  priority: 1\n',
    );
    expect(edited(spec, set('dns.servers', ['192.0.2.2']))).toBe(
      '  dns:\n    servers:\n    # both\n    - 192.0.2.2 # second\n  priority: 1\n',
    );
    expect(edited(spec, set('dns.servers', []))).toBe('  dns:\n    servers: []\n    # both\n  priority: 1\n');
    expect(edited('  dns: {servers: [ a,b,  c ]}\n', set('dns.servers', ['a', 'c', 'd']))).toBe(
      '  dns: {servers: [ a,c,  d ]}\n',
    );
    expect(
      edited('  dns: {servers: [\n    a, # one\n    b # two, of two\n    ]}\n', set('dns.servers', ['a', 'b', 'c'])),
    ).toBe('  dns: {servers: [\n    a, # one\n    b, # two, of two\n    c\n    ]}\n');
    expect(edited('  dns: {servers: [\n    a, # one\n    b # two, of two\n    ]}\n', set('dns.servers', ['a']))).toBe(
      '  dns: {servers: [\n    a # one\n    ]}\n',
    );
  });

  it('takes the place of a text of several lines', () => {
    expect(
      edited('  identity:\n    name: |\n      old\n      name\n\n  priority: 1\n', set('identity.name', 'new')),
    ).toBe('  identity:\n    name: new\n\n  priority: 1\n');
    expect(edited('  identity:\n    name: >-\n      old\n', set('identity.name', 'a\nb'))).toBe(
      '  identity:\n    name: "a\\nb"\n',
    );
  });
});

describe('a row', () => {
  const ROWS = `  addressLists:
    # Ours.
    - list: a
      address: 192.0.2.1 # one

    # Theirs.
    - {list: b, address: 192.0.2.2}
    - { list: c, address: 192.0.2.3 } # three
  priority: 1
`;

  it('goes with its lines, and comments above it stay', () => {
    expect(edited(ROWS, remove('addressLists.0'))).toBe(
      ROWS.replace('    - list: a\n      address: 192.0.2.1 # one\n', ''),
    );
    expect(edited(ROWS, remove('addressLists.1'), remove('addressLists.2'))).toBe(
      ROWS.replace(/ {4}- \{.*\n {4}- \{.*\n/, ''),
    );
    expect(edited(ROWS, remove('addressLists.0'), remove('addressLists.1'), remove('addressLists.2'))).toBe(
      '  addressLists: []\n    # Ours.\n\n    # Theirs.\n  priority: 1\n',
    );
  });

  it('comes behind the others, written like the last of them', () => {
    expect(edited(ROWS, append('addressLists', { list: 'd', address: '192.0.2.4' }))).toBe(
      ROWS.replace('# three\n', '# three\n    - { list: d, address: 192.0.2.4 }\n'),
    );
    const block = '  addressLists:\n  -   list: a\n      address: 192.0.2.1 # one\n';
    expect(edited(block, append('addressLists', { list: 'd', comment: 'a, b' }))).toBe(
      `${block}  - list: d\n    comment: "a, b"\n`,
    );
    expect(edited('  addressLists: [] # none\n', append('addressLists', { list: 'd' }))).toBe(
      '  addressLists: # none\n    - list: d\n',
    );
    expect(edited('  priority: 1\n', append('addressLists', { list: 'd' }))).toBe(
      '  priority: 1\n  addressLists:\n    - list: d\n',
    );
  });

  it('has a field more, another or one less', () => {
    expect(edited(ROWS, set('addressLists.0.comment', 'mine'), set('addressLists.1.comment', 'no'))).toBe(
      ROWS.replace('# one\n', '# one\n      comment: mine\n').replace('192.0.2.2}', '192.0.2.2, comment: "no"}'),
    );
    expect(edited(ROWS, remove('addressLists.0.address'), remove('addressLists.2.list'))).toBe(
      ROWS.replace('      address: 192.0.2.1 # one\n', '').replace('{ list: c, ', '{ '),
    );
    expect(edited(ROWS, remove('addressLists.0.list'))).toBe(ROWS.replace('list: a\n      address', 'address'));
    expect(edited('  a:\n    - x: 1 # x\n      # of z\n      z: 2\n', remove('a.0.x'))).toBe(
      '  a:\n    - # of z\n      z: 2\n',
    );
  });

  it('has entries of its own', () => {
    const lists = '  interfaceLists:\n    - name: LAN\n      members:\n        - {interface: ether2}\n';
    expect(edited(lists, append('interfaceLists', { name: 'WAN', members: [{ interface: 'ether1' }] }))).toBe(
      `${lists}    - name: WAN\n      members:\n        - interface: ether1\n`,
    );
    expect(edited(lists, set('interfaceLists.0.members', [{ interface: 'ether3' }, { interface: 'ether2' }]))).toBe(
      lists.replace('{interface: ether2}', '{interface: ether3}\n        - {interface: ether2}'),
    );
  });
});

it('refuses what cannot be written so that it says what was asked for', () => {
  expect(() => edited('  a: [x: 1]\n', set('a.0.z', 2))).toThrow('would not say');
  expect(() => edited('  a: [x]\n', set('a.0.z', 2))).toThrow('no mapping stands there');
  expect(() => edited('  a: {b: 1}\n', remove('a.c'))).toThrow('no field c');
  expect(() => edited('  a: {b: 1}\n', set('a.b', 2), set('a.b', 3))).toThrow('two edits of one place');
  expect(() => edited('  a: {b: 1}\n', set('a.b', null))).toThrow('no value');
  expect(() => edited('  a: {b: 1}\n', set('a.b', '\u0007'))).toThrow('U+0007');
});
