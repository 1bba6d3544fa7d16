import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOfText, textOfBytes } from '#bytes';
import {
  addStatement,
  bulkAdds,
  CUT,
  consoleCommand,
  findWhere,
  InvalidValue,
  type Menu,
  menuOf,
  parseBulkResult,
  quote,
  removeStatement,
  type RowsToRestore,
  type StateToRestore,
  setStatement,
  textCodec,
} from '#routeros';
import { runs } from '#test/sample.ts';
import { restoreText } from '#test/undo-text.ts';

const DNS = menuOf('/ip/dns');
const DNS_STATIC = menuOf('/ip/dns/static');
const LIST = menuOf('/ip/firewall/address-list');
const ADDRESS = menuOf('/ip/address');

const GUARD = ' on-error={:set rgFailed ($rgFailed + 1)}';

describe('quoting', () => {
  it('brings every text, and every bytes, through the script language unchanged, in printable ASCII', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.uint8Array().map((bytes) => textOfBytes(bytes)),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(quote(text)).toMatch(/^"[ -~]*"$/);
        expect(readQuoted(quote(text))).toEqual(Buffer.from(bytesOfText(text)));
      }),
      runs(3000),
    );
  });

  it.each([
    ['cs$x|"a"\\', '"cs\\$x|\\"a\\"\\\\"'],
    ['two\r\nlines\t', '"two\\0D\\0Alines\\09"'],
    ['\u0000\u001f\u007f', '"\\00\\1F\\7F"'],
    ['Büro 😀', '"B\\C3\\BCro \\F0\\9F\\98\\80"'],
    [textOfBytes(Buffer.from('B\u00fcro \\', 'latin1')), '"B\\FCro \\\\"'],
    ['', '""'],
  ])('%j', (text, quoted) => {
    expect(quote(text)).toBe(quoted);
  });

  it('knows no text out of which a secret was cut', () => {
    expect(() => quote(`password=${CUT}`)).toThrow(InvalidValue);
  });
});

/** The router's reading of a quoted string, as its manual has it: bytes; a variable in it is a fault. */
function readQuoted(quoted: string): Buffer {
  const inner = /^"((?:[^"\\$]|\\[\\"$]|\\[0-9A-F]{2})*)"$/s.exec(quoted)?.[1];
  if (inner === undefined) throw new Error(`the router would not read ${quoted}`);
  const bytes = inner.replaceAll(/\\(?:([\\"$])|([0-9A-F]{2}))/g, (_, character: string | undefined, hex: string) =>
    character === undefined ? String.fromCharCode(Number.parseInt(hex, 16)) : character,
  );
  return Buffer.from(bytes, 'latin1');
}

describe('finding rows', () => {
  it('quotes every value and leaves dynamic rows out', () => {
    expect(findWhere(LIST, { list: 'a "b" $c', address: '192.0.2.0/24' })).toBe(
      '[/ip firewall address-list find where list="a \\"b\\" \\$c" and address="192.0.2.0/24" and dynamic=no]',
    );
    expect(findWhere(ADDRESS, { address: '192.0.2.1/24', interface: 'ether1' })).toBe(
      '[/ip address find where address="192.0.2.1/24" and interface="ether1" and dynamic=no]',
    );
  });

  it('does not ask for the type of an A record, which older versions leave out', () => {
    expect(findWhere(DNS_STATIC, { name: 'a.b', type: 'A', address: '192.0.2.1' })).toBe(
      '[/ip dns static find where name="a.b" and address="192.0.2.1" and dynamic=no]',
    );
    expect(findWhere(DNS_STATIC, { regexp: '\\.ads$', type: 'NXDOMAIN' })).toBe(
      '[/ip dns static find where regexp="\\\\.ads\\$" and type="NXDOMAIN" and dynamic=no]',
    );
  });

  it('asks for the whole value of a record', () => {
    const match = { name: 'x', type: 'MX', 'mx-exchange': 'm.x', 'mx-preference': '10' };
    expect(findWhere(DNS_STATIC, match)).toBe(
      '[/ip dns static find where name="x" and type="MX" and mx-exchange="m.x" and mx-preference="10" and dynamic=no]',
    );
  });

  it('asks for the type when no value tells it', () => {
    expect(() => findWhere(DNS_STATIC, { name: 'x', type: 'A' })).toThrow(InvalidValue);
    expect(() => findWhere(DNS_STATIC, { type: 'A', address: '192.0.2.1' })).toThrow(InvalidValue);
  });

  it.each<[string, Menu, Readonly<Record<string, string>>]>([
    ['an entry without address', LIST, { list: 'l' }],
    ['a record of a type we do not know', DNS_STATIC, { name: 'x', type: 'HTTPS' }],
    ['an MX record without its preference', DNS_STATIC, { name: 'x', type: 'MX', 'mx-exchange': 'm.x' }],
    ['a settings menu', DNS, {}],
    ['a name out of which a secret was cut', LIST, { list: `a${CUT}`, address: '192.0.2.1' }],
  ])('refuses %s', (_, menu, match) => {
    expect(() => findWhere(menu, match)).toThrow(InvalidValue);
  });
});

describe('statements', () => {
  const row = { list: 'l', address: '192.0.2.1', comment: '$(reboot)', 'creation-time': 'now', dynamic: 'false' };
  const found = ':local rgIds [/ip firewall address-list find where list="l" and address="192.0.2.1" and dynamic=no]';
  const one = `${found}; :if ([:len $rgIds] != 1) do={:error "rg-count"}`;

  it('add what is configuration, with what every add says', () => {
    expect(addStatement(LIST, row)).toBe(
      `:do {/ip firewall address-list add list="l" address="192.0.2.1" comment="\\$(reboot)" disabled=no}${GUARD}`,
    );
    expect(addStatement(LIST, { list: 'l', address: '192.0.2.1', comment: '', disabled: 'true' })).toBe(
      `:do {/ip firewall address-list add list="l" address="192.0.2.1" disabled=yes}${GUARD}`,
    );
  });

  it('count before they set or remove', () => {
    const match = { list: 'l', address: '192.0.2.1' };
    expect(setStatement(LIST, match, { comment: '', disabled: 'true' })).toBe(
      `:do {${one}; /ip firewall address-list set $rgIds comment="" disabled=yes}${GUARD}`,
    );
    expect(removeStatement(LIST, match)).toBe(`:do {${one}; /ip firewall address-list remove $rgIds}${GUARD}`);
  });

  it('set a settings menu as a whole', () => {
    expect(setStatement(DNS, null, { servers: '', 'allow-remote-requests': 'true' })).toBe(
      `:do {/ip dns set servers="" allow-remote-requests=yes}${GUARD}`,
    );
  });

  it('use no variable named like a property and no :onerror', () => {
    const script = restoreText(restoring(SNAPSHOT));
    expect(script).not.toMatch(/:onerror/);
    expect([...script.matchAll(/(?<!\\)\$(\w+)/g)].every(([, name]) => name?.startsWith('rg'))).toBe(true);
  });
});

const SNAPSHOT: readonly RowsToRestore[] = [
  { menu: '/ip/dns/static', match: { name: 'new.b', type: 'A', address: '192.0.2.9' }, rows: [] },
  { menu: '/ip/dns', match: null, rows: [{ servers: '9.9.9.9', 'cache-size': '2048' }] },
  {
    menu: '/ip/firewall/address-list',
    match: { list: 'l', address: '192.0.2.1' },
    rows: [
      { list: 'l', address: '192.0.2.1', disabled: 'true', comment: 'old' },
      { list: 'l', address: '192.0.2.1', disabled: 'false' },
    ],
  },
  {
    menu: '/ip/address',
    match: { address: '192.0.2.1/32', interface: 'wg0' },
    rows: [{ address: '192.0.2.1/32', interface: 'wg0', network: '192.0.2.2', disabled: 'false' }],
  },
];

function restoring(restores: readonly RowsToRestore[]): StateToRestore {
  return { restores, emptyBefore: [] };
}

describe('the restorer', () => {
  it('brings rows back in writing order and removes last', () => {
    const address = '/ip address';
    const list = '/ip firewall address-list';
    const counted = (find: string, most: number): string =>
      `:local rgIds [${find} and dynamic=no]; :local rgCount [:len $rgIds]; :if ($rgCount > ${most}) do={:error "rg-count"}`;
    expect(restoreText(restoring(SNAPSHOT)).split('\n')).toEqual([
      ':local rgFailed 0',
      `:do {${counted(`${address} find where address="192.0.2.1/32" and interface="wg0"`, 3)}; :if ($rgCount = 1) do={` +
        `${address} set $rgIds network="192.0.2.2" disabled=no; ${address} set $rgIds comment=""} else={` +
        `:if ($rgCount > 0) do={${address} remove $rgIds}; ` +
        `${address} add address="192.0.2.1/32" interface="wg0" network="192.0.2.2" disabled=no}}${GUARD}`,
      `:do {${counted(`${list} find where list="l" and address="192.0.2.1"`, 4)}; ` +
        `:if ($rgCount > 0) do={${list} remove $rgIds}; ` +
        `${list} add list="l" address="192.0.2.1" disabled=no; ` +
        `${list} add list="l" address="192.0.2.1" comment="old" disabled=yes}${GUARD}`,
      `:do {/ip dns set servers="9.9.9.9" cache-size="2048"}${GUARD}`,
      `:do {${counted('/ip dns static find where name="new.b" and address="192.0.2.9"', 2)}; ` +
        `:if ($rgCount > 0) do={/ip dns static remove $rgIds}}${GUARD}`,
    ]);
  });

  it('looks for what goes by itself among the rows of the router, and passes by what has no time', () => {
    const list = '/ip firewall address-list';
    const timed = (count: number): readonly RowsToRestore[] =>
      Array.from({ length: count }, (_, at) => {
        return { menu: LIST.path, match: { list: 'l', address: `192.0.2.${at}` }, rows: [], timed: true };
      });
    const emptyBefore = [{ menu: LIST.path, where: { list: 'l' }, adds: 8 }];
    const few = restoreText({ restores: timed(2), emptyBefore }).split('\n');
    expect(few[1]).toContain('find where list="l" and dynamic=no');
    expect(few.slice(2)[1]).toBe(
      `:do {:local rgIds [${list} find where list="l" and address="192.0.2.1" and dynamic=yes]; :local rgCount [:len $rgIds]; ` +
        `:if ($rgCount > 2) do={:error "rg-count"}; :foreach rgId in=$rgIds do={` +
        `:if ([:len [:tostr [${list} get $rgId timeout]]] > 0) do={${list} remove $rgId}}}${GUARD}`,
    );
    const many = restoreText({ restores: timed(200), emptyBefore });
    expect(many.match(/print as-value where list="l" and dynamic=yes/g)).toHaveLength(1);
    expect(many).not.toContain('192.0.2.1" and');
    expect(many.length / 200).toBeLessThan(20);
  });

  it('resets what the snapshot lacked to its default, or clears it', () => {
    const script = restoreText(
      restoring([
        {
          menu: '/ip/dns/static',
          match: { name: 'a.b', type: 'CNAME', cname: 'c.d' },
          rows: [{ name: 'a.b', type: 'CNAME', cname: 'c.d', ttl: '5m', disabled: 'false' }],
        },
      ]),
    );
    expect(script).toContain('/ip dns static set $rgIds ttl="5m" disabled=no; ');
    expect(script).toContain('/ip dns static set $rgIds match-subdomain=no address-list="" comment=""');
  });

  it('writes nothing else of a row that is still there than what can differ, and all of one that is gone', () => {
    const match = { name: 'a.b', type: 'CNAME', cname: 'c.d' };
    const rows = [{ ...match, ttl: '5m', comment: 'old', disabled: 'false' }];
    const script = restoreText(restoring([{ menu: '/ip/dns/static', match, rows, written: ['ttl', 'address-list'] }]));
    expect(script.match(/ set \$rgIds [^;}]*/g)).toEqual([' set $rgIds ttl="5m"', ' set $rgIds address-list=""']);
    expect(script).toContain('add name="a.b" type="CNAME" cname="c.d" ttl="5m" comment="old" disabled=no');
  });

  it('of nothing does nothing', () => {
    expect(restoreText(restoring([]))).toBe(':local rgFailed 0');
  });

  it('refuses what a script cannot hold', () => {
    const match = { list: 'l', address: '192.0.2.1' };
    const rows = [{ ...match, comment: `x ${CUT}` }];
    expect(() => restoreText(restoring([{ menu: LIST.path, match, rows }]))).toThrow(InvalidValue);
  });
});

describe('bulk scripts', () => {
  it('do nothing unless the undo is armed, say once what rows share, and end with a line of their own', () => {
    const rows = ['192.0.2.1', '192.0.2.2'].map((address) => ({ list: 'l', address }));
    expect(bulkAdds(LIST, rows, 'rg-a"b-armed').split('\n')).toEqual([
      '{:if ([:len [/system script find where name="rg-a\\"b-armed"]] = 0) do={:error "rg-not-armed"};',
      ':local rgFailed 0;',
      `:foreach rgRow in={"192.0.2.1";"192.0.2.2"} do={:do {/ip firewall address-list add list="l" address=$rgRow disabled=no}${GUARD}};`,
      ':put "rg-done 2 failed $rgFailed";}',
    ]);
  });

  it.each([
    ['rg-done 3 failed 0\r\n', { state: 'ended', statements: 3, failed: 0 }],
    ['noise\nrg-done 200 failed 7', { state: 'ended', statements: 200, failed: 7 }],
    ['rg-not-armed (:error; line 1)', { state: 'notArmed' }],
    ['', { state: 'unknown' }],
    ['syntax error (line 1 column 5)', { state: 'unknown' }],
    ['x rg-done 3 failed 0', { state: 'unknown' }],
  ])('%j', (printed, result) => {
    expect(parseBulkResult(printed)).toEqual(result);
  });
});

describe('a change as the command somebody would type', () => {
  const match = { list: 'blocked', address: '192.0.2.0/24' };
  const find = (conditions: string): string => `[/ip firewall address-list find where ${conditions} and dynamic=no]`;
  const found = find('list="blocked" and address="192.0.2.0/24"');
  const other = find('list="x" and address="192.0.2.9"');

  it.each([
    [
      { kind: 'set', menu: '/ip/dns', match: null, fields: { servers: '1.1.1.1,2620:fe::fe' } },
      '/ip dns set servers="1.1.1.1,2620:fe::fe"',
    ],
    [{ kind: 'set', menu: '/ip/dns', match: null, fields: { servers: '' } }, '/ip dns set servers=""'],
    [
      { kind: 'create', menu: LIST.path, match, fields: { ...match, comment: 'caf\u00e9 $1' } },
      '/ip firewall address-list add list="blocked" address="192.0.2.0/24" comment="caf\\C3\\A9 \\$1" disabled=no',
    ],
    [
      { kind: 'set', menu: LIST.path, match, fields: { disabled: 'true' } },
      `/ip firewall address-list set ${found} disabled=yes`,
    ],
    [{ kind: 'remove', menu: LIST.path, match }, `/ip firewall address-list remove ${found}`],
    [
      { kind: 'remove', menu: LIST.path, match: { list: 'blocked' } },
      `/ip firewall address-list remove ${find('list="blocked" and !address')}`,
    ],
    [
      { kind: 'remove', menu: DNS_STATIC.path, match: { name: 'x.example', type: 'FWD' } },
      '/ip dns static remove [/ip dns static find where name="x.example" and type="FWD" and !forward-to and dynamic=no]',
    ],
    [
      { kind: 'move', menu: LIST.path, match, beforeMatch: { list: 'x', address: '192.0.2.9' } },
      `:if ([:len ${other}] = 1) do={/ip firewall address-list move ${found} destination=${other}}`,
    ],
    [{ kind: 'move', menu: LIST.path, match, beforeMatch: null }, `/ip firewall address-list move ${found}`],
  ] as const)('%o', (change, command) => {
    expect(consoleCommand(menuOf(change.menu), change, null)).toBe(command);
  });

  it('tells a row from its twin', () => {
    const change = { kind: 'remove', menu: LIST.path, match } as const;
    for (const [state, is] of [
      ['enabled', 'no'],
      ['disabled', 'yes'],
    ] as const)
      expect(consoleCommand(LIST, change, state)).toContain(` and dynamic=no and disabled=${is}]`);
  });

  it('is none for what may not be shown, or is not known as a whole', () => {
    const secret: Menu = {
      ...LIST,
      fields: { ...LIST.fields, comment: { codec: textCodec, secret: true, source: '' } },
    };
    const fields = { comment: '(secret)' };
    expect(() => consoleCommand(secret, { kind: 'set', menu: LIST.path, match, fields }, null)).toThrow(InvalidValue);
    expect(() => consoleCommand(secret, { kind: 'create', menu: LIST.path, match, fields }, null)).toThrow(
      InvalidValue,
    );
    expect(() =>
      consoleCommand(LIST, { kind: 'remove', menu: LIST.path, match: { ...match, list: CUT } }, null),
    ).toThrow(InvalidValue);
  });
});
