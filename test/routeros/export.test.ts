import * as fc from 'fast-check';
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { declaredSection, EXPORTED_MENUS, exportedState, type MenuPath, readExport, type Row, rowsOf } from '#routeros';
import { exportedIn } from '#test/exported.ts';
import { runs } from '#test/sample.ts';

const MENU = '/ip/dns/static';
const MENUS: ReadonlySet<MenuPath> = new Set([MENU, '/ip/dns']);
const RUNS = runs(1000);

function read(text: string) {
  return readExport(text, 'r1.rsc', MENUS);
}

function valuesIn(text: string): readonly Row[] {
  const { rows, faults } = read(text);
  expect(faults).toEqual([]);
  return (rows.get(MENU) ?? []).map(({ values }) => values);
}

/** How an export is laid out: the router breaks lines at about 80 characters, terse exports nowhere. */
interface Layout {
  readonly terse: boolean;
  readonly quoteAll: boolean;
  /** At which places, counted over the whole text, a line is broken. */
  readonly breaks: readonly boolean[];
  readonly lineEnd: '\n' | '\r\n';
}

const layout: fc.Arbitrary<Layout> = fc.record({
  terse: fc.boolean(),
  quoteAll: fc.boolean(),
  breaks: fc.array(fc.boolean(), { minLength: 1, maxLength: 40 }),
  lineEnd: fc.constantFrom('\n' as const, '\r\n' as const),
});

/** The text of an export with these rows, written as routers write it. */
function exportOf(rows: readonly Row[], { terse, quoteAll, breaks, lineEnd }: Layout): string {
  let place = 0;
  const gap = (text: string): string => (breaks[place++ % breaks.length] === true ? `${text}\\${lineEnd}    ` : text);
  const quoted = (value: string): string =>
    [...new TextEncoder().encode(value)]
      .map((byte) => {
        const character = String.fromCharCode(byte);
        if (byte < 0x20 || byte > 0x7e) return `\\${byte.toString(16).toUpperCase().padStart(2, '0')}`;
        return gap(/["\\$?]/.test(character) ? `\\${character}` : character);
      })
      // Blanks behind a broken line are indentation; routers never break before one.
      .reduce((text, piece) => (piece.startsWith(' ') ? text.replace(/\\\r?\n {4}$/, '') : text) + piece, '');
  const word = (value: string): string => {
    const isPlain = /^[A-Za-z0-9.:/,*@%^|-]+$/.test(value) && !quoteAll;
    return isPlain ? value : `"${quoted(value)}"`;
  };
  const line = (row: Row): string =>
    Object.entries(row)
      .map(([name, value]) => gap(' ') + gap(`${name}=`) + word(value))
      .join('');
  const lines = rows.map((row) => `${terse ? '/ip dns static ' : ''}add${line(row)}`);
  return ['# 2026-01-02 03:04:05 by RouterOS 7.20.8', ...(terse ? [] : ['/ip dns static']), ...lines, ''].join(lineEnd);
}

const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }).filter((text) => text.isWellFormed() && !text.startsWith('\u001a')),
  fc.stringMatching(/^[ -~]{0,20}$/),
  fc.constantFrom(
    '192.0.2.1',
    '2001:db8::1',
    '.*\\.ads\\$',
    'a\\',
    '"',
    '$x',
    '{a;b}',
    '[find]',
    '(1+1)',
    '#',
    ';',
    '',
  ),
);
const row = fc
  .dictionary(fc.constantFrom('name', 'comment', 'address', 'forward-to', 'regexp', 'text', 'ttl'), value)
  .map((fields): Row => fields);

describe('an export', () => {
  it('gives back what a router wrote into it, however it is laid out', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 5 }), layout, (rows, how) => {
        expect(valuesIn(exportOf(rows, how))).toEqual(rows);
      }),
      RUNS,
    );
  });

  it('tells its version, counts what nobody asked for, and says where each row stands', () => {
    const text = [
      '# jan/02/1970 00:00:10 by RouterOS 7.12.2',
      '/interface bridge',
      'add name=bridge',
      '/interface wifi',
      'set [ find default-name=wifi1 ] configuration.mode=ap .ssid="a; [b" disabled=no',
      '/ip dns',
      'set servers=192.0.2.1 \\',
      '    allow-remote-requests=yes',
      '  set cache-size=4096KiB',
      '/ip/dns/static',
      'set [ find name=a.example ] disabled=yes; add name=b.example',
      '/ip dns static set 0 ttl=5m',
      '/ip dns static set [ find where default=yes ] ttl=5m',
      'add name=c.example !comment',
      '',
    ].join('\n');
    const { version, rows, skipped, faults } = read(text);
    expect([version, faults]).toEqual(['7.12.2', []]);
    expect(Object.fromEntries(skipped)).toEqual({ '/interface/bridge': 1, '/interface/wifi': 1 });
    expect(rows.get('/ip/dns')).toMatchObject([
      { command: 'set', of: {}, values: { servers: '192.0.2.1', 'allow-remote-requests': 'yes' }, line: 7, column: 1 },
      { values: { 'cache-size': '4096KiB' }, line: 9, column: 3 },
    ]);
    expect(rows.get(MENU)).toMatchObject([
      { command: 'set', of: { name: 'a.example' }, values: { disabled: 'yes' }, line: 11, column: 1 },
      { command: 'add', of: {}, values: { name: 'b.example' }, line: 11, column: 43 },
      { command: 'set', of: { numbers: '0' }, values: { ttl: '5m' }, line: 12, column: 1 },
      { command: 'set', of: { default: 'yes' }, line: 13, column: 1 },
      { command: 'add', values: { name: 'c.example', comment: '' }, line: 14, column: 1 },
    ]);
  });

  it('joins lists, spells out short keys and keeps bytes that are no UTF-8 apart from text', () => {
    expect(
      valuesIn('/ip dns static\nadd forward-to={192.0.2.1;"office DNS"} a.b=1 .c=2 comment="\\C3\\BC\\_\\FC"\n'),
    ).toEqual([{ 'forward-to': '192.0.2.1,office DNS', 'a.b': '1', 'a.c': '2', comment: '\u001a\\C3\\BC \\FC' }]);
  });

  it.each<[string, string, number, number, RegExp]>([
    ['a text without end', 'add name="a', 2, 10, /no " ends it/],
    ['an escape that is none', 'add name="a\\q"', 2, 12, /\\q stands for nothing/],
    ['an expression', 'add name=(1 + 2)', 2, 10, /begins an expression/],
    ['a command in brackets', 'add name=[/system identity get name]', 2, 10, /begins an expression/],
    ['a variable', 'add name=$x', 2, 10, /begins an expression/],
    ['a script', ':if (true) do={add name=x}', 2, 1, /":if" is no command of an export/],
    ['another command', 'remove [find]', 2, 1, /"remove" is no command/],
    ['a property twice', 'add name=a name=b', 2, 12, /name is there twice/],
    ['a word behind a text', 'add name="a"b', 2, 13, /right behind a text/],
    ['a quote in a word', 'add name=a"b"', 2, 11, /inside a word without quotes/],
    ['a list in a list', 'add name={a;{b}}', 2, 13, /plain texts/],
    ['a list that goes on', 'add name={a', 2, 10, /no } ends it/],
    ['a bracket without end', 'set [ find name=a', 2, 5, /none closes it/],
    ['a question that is none', 'set [ print ] name=a', 2, 5, /\[ find … \] only/],
    ['a row for add', 'add 0 name=a', 2, 1, /add is about no row/],
    ['what the router could not export', '#error exporting /ip/dns/static', 2, 1, /not complete/],
    ['an export that was interrupted', '# interrupted', 2, 1, /not complete/],
  ])('has no %s', (_, line, atLine, column, message) => {
    const { faults, rows } = read(`/ip dns static\n${line}\nadd name=after\n`);
    expect(faults).toMatchObject([
      { file: 'r1.rsc', line: atLine, column, message: expect.stringMatching(message) as string },
    ]);
    // A text or bracket without end takes what follows with it.
    expect(rows.get(MENU)?.map(({ values }) => values['name']) ?? []).toEqual(/without end/.test(_) ? [] : ['after']);
  });

  it('refuses entries that go by themselves: they would stay for good', () => {
    const text = `# 2026-11-30 10:00:00 by RouterOS 7.20.8
/ip firewall address-list
add address=192.0.2.1 list=lasting
add address=192.0.2.2 list=temp timeout=1d
`;
    const { menus, refused } = exportedState(readExport(text, 'r1.rsc', EXPORTED_MENUS));
    expect(menus['/ip/firewall/address-list']).toEqual([{ address: '192.0.2.1', list: 'lasting' }]);
    expect(refused).toEqual([
      {
        menu: '/ip/firewall/address-list',
        row: { address: '192.0.2.2', list: 'temp', timeout: '1d' },
        reason: 'it goes by itself (timeout), so nobody manages it',
      },
    ]);
  });

  it('may lack menus that nobody asked for', () => {
    expect(
      read('# x by RouterOS 7.20.8\n#error exporting /interface/bridge/calea\n#error exporting "/ip/ssh" (timeout)\n')
        .faults,
    ).toEqual([]);
    expect(read('#error exporting /ip\n').faults).toHaveLength(1);
  });
});

const FIXTURES = 'test/fixtures/exports';

describe.each(readdirSync(FIXTURES))('%s', (file) => {
  const { read: whole, sections } = exportedIn(`${FIXTURES}/${file}`);
  const declared = sections.map(({ section, declared: said }) => ({ section, ...said }));

  it('is taken whole, but for bytes that nobody can write in YAML', () => {
    expect(whole.faults).toEqual([]);
    expect(declared.reduce((sum, { imported }) => sum + imported, 0)).toBeGreaterThan(5);
    expect(declared.flatMap(({ refused }) => refused)).toEqual([]);
    const left = declared.flatMap(({ leftOut }) => leftOut.map(({ reason }) => reason));
    expect(left.filter((reason) => !/bytes that are no UTF-8/.test(reason))).toEqual([]);
  });

  it('becomes the same rows when it is read back', () => {
    for (const { section, items } of declared) {
      for (const item of items) {
        const result = rowsOf(section, item);
        if (!('rows' in result)) throw new Error(JSON.stringify(result));
        const menus = Object.fromEntries(result.rows.map(({ menu, fields }) => [menu.path, [fields]]));
        expect(declaredSection(section, menus)).toMatchObject({ items: [item], refused: [], leftOut: [] });
      }
    }
  });
});
