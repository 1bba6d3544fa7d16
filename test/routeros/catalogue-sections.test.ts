import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  CUT,
  placeOfProperty,
  menuOf,
  rowsOf,
  type Section,
  sectionOf,
  sectionParts,
  SECTIONS,
  sectionTitle,
} from '#routeros';
import { SECTION_NAMES, sectionSchema } from '#schemas';

const ALL: readonly Section[] = Object.values(SECTIONS).flatMap(sectionParts);

function rowFor(section: Section, declared: Readonly<Record<string, unknown>>): unknown {
  const result = rowsOf(section, declared);
  return 'rows' in result ? result.rows[0]?.fields : result.faults;
}

function faultsOf(section: Section, declared: Readonly<Record<string, unknown>>): readonly string[] {
  const result = rowsOf(section, declared);
  if ('rows' in result) return [];
  return result.faults.map((fault) => `${fault.field}${fault.index === undefined ? '' : `[${fault.index}]`}`);
}

function hintsOf(section: Section, declared: Readonly<Record<string, unknown>>): readonly (string | undefined)[] {
  const result = rowsOf(section, declared);
  return 'rows' in result ? [] : result.faults.map((fault) => fault.hint);
}

describe('the sections', () => {
  it('are those of the schema', () => {
    expect(Object.keys(SECTIONS)).toEqual([...SECTION_NAMES]);
  });

  it.each(ALL.map((section) => [sectionTitle(section), section] as const))('%s fits its menu', (_, section) => {
    expect(section.menus.length).toBeGreaterThan(0);
    expect(Object.keys(section.fields)).toEqual(expect.arrayContaining([...section.required]));
    for (const { menu, properties, each } of section.menus) {
      expect(menuOf(menu.path)).toBe(menu);
      expect(section.shape === 'settings').toBe(menu.shape === 'settings');
      if (each !== undefined) {
        expect(Object.keys(each.fields)).toEqual(expect.arrayContaining([...each.required]));
        expect(Object.keys(each.fields)).toEqual(Object.keys(properties));
      }
      for (const [field, property] of Object.entries(properties)) {
        expect(menu.fields[property]).toBeDefined();
        expect(menu.fields[property]?.readOnly).toBeUndefined();
        const place = each === undefined ? [field] : [each.field, 7, field];
        expect(placeOfProperty(section, menu.path, property, 7)).toEqual(place);
      }
      // What identifies a row can be written, or goes without saying.
      const writable = [...Object.values(properties), ...Object.keys(each?.from ?? {})];
      for (const property of menu.match) expect(writable).toContain(property);
    }
    const placed = section.menus.flatMap(({ properties, each }) =>
      each === undefined ? Object.keys(properties) : [each.field],
    );
    expect(new Set(placed)).toEqual(new Set(Object.keys(section.fields)));
  });

  it('have each a file of its own, and no file is left over', () => {
    const names = (folder: string, ending: string): readonly string[] =>
      readdirSync(new URL(`../../${folder}/`, import.meta.url))
        .filter((file) => file.endsWith(ending))
        .map((file) => file.slice(0, -ending.length));
    const parts = ['section', 'rows-of', 'read-value', 'read-entries'];
    expect(names('routeros/sections', '.ts').filter((name) => !parts.includes(name))).toEqual(
      names('schemas/sections', '.json'),
    );
  });

  it('write no menu that another one writes', () => {
    const paths = ALL.flatMap(({ menus }) => menus.map(({ menu }) => menu.path));
    expect(new Set(paths).size).toBe(paths.length);
  });

  it('refuse a field they do not have', () => {
    expect(() => placeOfProperty(SECTIONS.dns, '/ip/dns', 'cache-used')).toThrow(RangeError);
    expect(() => placeOfProperty(SECTIONS.dns, '/ip/address', 'servers')).toThrow(RangeError);
    const [{ menu }] = SECTIONS.dns.menus;
    expect(() => sectionOf('dns', { menus: [{ menu, properties: { cacheUsed: 'cache-used' } }] })).toThrow(RangeError);
    expect(() => sectionOf('dns', { menus: [{ menu, properties: { servers: 'cache-used' } }] })).toThrow(RangeError);
    expect(() => sectionOf('dns', { menus: [{ menu, properties: { servers: 'no-such' } }] })).toThrow(RangeError);
  });
});

describe('a section of two menus', () => {
  const both = sectionOf('addresses', {
    menus: [
      { menu: menuOf('/ip/address'), properties: { address: 'address', interface: 'interface' } },
      {
        menu: menuOf('/ip/firewall/address-list'),
        properties: { address: 'address', interface: 'list', comment: 'comment' },
      },
    ],
  });
  const item = { address: '192.0.2.1/24', interface: 'bridge' };

  it('makes a row in each, of the fields that are for it', () => {
    expect(rowsOf(both, { ...item, comment: 'x' })).toEqual({
      rows: [
        { menu: menuOf('/ip/address'), fields: item },
        {
          menu: menuOf('/ip/firewall/address-list'),
          fields: { address: '192.0.2.0/24', list: 'bridge', comment: 'x' },
        },
      ],
    });
  });

  it('makes none in a further one of which nothing is said', () => {
    expect(rowsOf(both, item)).toEqual({ rows: [{ menu: menuOf('/ip/address'), fields: item }] });
  });

  it('knows where in the YAML a property stands, and tells a fault of a shared field once', () => {
    expect(placeOfProperty(both, '/ip/firewall/address-list', 'list')).toEqual(['interface']);
    expect(faultsOf(both, { ...item, address: '192.0.2.300' })).toEqual(['address']);
  });
});

describe('a section whose entries are rows', () => {
  const { interfaceLists } = SECTIONS;
  const [list, member] = interfaceLists.menus.map(({ menu }) => menu);

  it('makes one of the item and one of each entry, which has its list from the item', () => {
    const members = [
      { interface: 'bridge', comment: 'x' },
      { interface: 'ether1', disabled: true },
    ];
    expect(rowsOf(interfaceLists, { name: 'LAN', include: ['b', 'a'], members })).toEqual({
      rows: [
        { menu: list, fields: { name: 'LAN', include: 'a,b' } },
        { menu: member, fields: { list: 'LAN', interface: 'bridge', comment: 'x' }, entry: 0 },
        { menu: member, fields: { list: 'LAN', interface: 'ether1', disabled: 'true' }, entry: 1 },
      ],
    });
    expect(rowsOf(interfaceLists, { name: 'LAN' })).toEqual({ rows: [{ menu: list, fields: { name: 'LAN' } }] });
    expect(placeOfProperty(interfaceLists, '/interface/list/member', 'list', 3)).toEqual(['name']);
    expect(placeOfProperty(interfaceLists, '/interface/list/member', 'interface', 3)).toEqual([
      'members',
      3,
      'interface',
    ]);
  });

  it('tells faults of entries with their place', () => {
    const members = [{ interface: 7 }, { comment: 'x' }, 'ether1', { interface: 'ether2', nme: 'x' }];
    const result = rowsOf(interfaceLists, { name: 'LAN', members });
    const faults = 'rows' in result ? [] : result.faults;
    expect(faults.map(({ field, index, within }) => [field, index, within])).toEqual([
      ['members', 0, 'interface'],
      ['members', 1, 'interface'],
      ['members', 2, undefined],
      ['members', 3, 'nme'],
    ]);
    expect(faultsOf(interfaceLists, { name: 'LAN', members: 'ether1' })).toEqual(['members']);
  });

  it('refuses entries that the schema does not have', () => {
    const of = (each: string, from: Readonly<Record<string, string>>): unknown =>
      sectionOf('interfaceLists', {
        menus: [menuOf('/interface/list'), { menu: menuOf('/interface/list/member'), each, from }],
      });
    expect(of('members', { list: 'name' })).toBeDefined();
    expect(() => of('comment', { list: 'name' })).toThrow(RangeError);
    expect(() => of('members', { list: 'nme' })).toThrow(RangeError);
    expect(() => of('members', { dynamic: 'name' })).toThrow(RangeError);
  });
});

describe('what people write becomes the text RouterOS reads back', () => {
  it('in settings, only what is declared', () => {
    expect(
      rowFor(SECTIONS.dns, {
        servers: ['9.9.9.9', '2620:FE::FE'],
        allowRemoteRequests: true,
        cacheSize: 4096,
        cacheMaxTtl: '24h',
        useDohServer: '',
      }),
    ).toEqual({
      servers: '9.9.9.9,2620:fe::fe',
      'allow-remote-requests': 'true',
      'cache-size': '4096',
      'cache-max-ttl': '1d',
      'use-doh-server': '',
    });
    expect(rowFor(SECTIONS.dns, { servers: [] })).toEqual({ servers: '' });
    expect(rowFor(SECTIONS.identity, { name: 'edge-1' })).toEqual({ name: 'edge-1' });
    expect(rowFor(SECTIONS.identity, {})).toEqual({});
    expect(rowFor(SECTIONS.ntpClient, { enabled: false, servers: ['b.example', '192.0.2.1'] })).toEqual({
      enabled: 'false',
      servers: '192.0.2.1,b.example',
    });
  });

  it('in lists, with what the router fills in', () => {
    expect(rowFor(SECTIONS.dnsStatic, { name: 'a.example', address: '192.0.2.1', ttl: '300' })).toEqual({
      name: 'a.example',
      type: 'A',
      address: '192.0.2.1',
      ttl: '5m',
    });
    expect(
      rowFor(SECTIONS.dnsStatic, { name: '_sip._udp.example', type: 'SRV', srvTarget: 's.example', srvPort: 5060 }),
    ).toEqual({
      name: '_sip._udp.example',
      type: 'SRV',
      'srv-target': 's.example',
      'srv-port': '5060',
      'srv-priority': '0',
      'srv-weight': '0',
    });
    expect(rowFor(SECTIONS.dnsStatic, { regexp: '\\.ads\\.', type: 'NXDOMAIN', disabled: true })).toEqual({
      regexp: '\\.ads\\.',
      type: 'NXDOMAIN',
      disabled: 'true',
    });
    expect(rowFor(SECTIONS.addressLists, { list: 'mgmt', address: '198.51.100.0-198.51.100.255' })).toEqual({
      list: 'mgmt',
      address: '198.51.100.0/24',
    });
    for (const [written, timeout] of [
      ['24:00:00', '1d'],
      ['60m', '1h'],
      ['35w3d13h13m56s', '35w3d13h13m56s'],
    ] as const)
      expect(rowFor(SECTIONS.addressLists, { list: 'l', address: '192.0.2.1', timeout: written })).toMatchObject({
        timeout,
      });
    expect(rowFor(SECTIONS.addresses, { address: '192.0.2.1/24', interface: 'bridge', comment: '' })).toEqual({
      address: '192.0.2.1/24',
      interface: 'bridge',
      comment: '',
    });
  });
});

describe('every fault of a row is told at once', () => {
  it('values and unknown fields together', () => {
    const declared = { servers: ['9.9.9.9', '9.9.9', 5, 'a,b'], cacheSize: 'big', alowRemoteRequests: true, vrf: 7 };
    expect(faultsOf(SECTIONS.dns, declared)).toEqual([
      'servers[1]',
      'servers[2]',
      'servers[3]',
      'cacheSize',
      'alowRemoteRequests',
      'vrf',
    ]);
  });

  it('with the nearest known name for a misspelt one', () => {
    expect(hintsOf(SECTIONS.dns, { alowRemoteRequests: true })).toEqual(['Did you mean allowRemoteRequests?']);
    expect(hintsOf(SECTIONS.dns, { constructor: true })).toEqual([undefined]);
  });

  it.each<[string, Section, Readonly<Record<string, unknown>>, readonly string[]]>([
    ['a boolean in quotes', SECTIONS.dns, { allowRemoteRequests: 'yes' }, ['allowRemoteRequests']],
    ['a single server that is no list', SECTIONS.dns, { servers: '9.9.9.9' }, ['servers']],
    ['a server twice', SECTIONS.dns, { servers: ['2001:db8::1', '2001:DB8:0::1'] }, ['servers[1]']],
    ['a number out of range', SECTIONS.dns, { maxUdpPacketSize: 70_000 }, ['maxUdpPacketSize']],
    ['an empty name', SECTIONS.identity, { name: '' }, ['name']],
    [
      'a letter that looks like another in a name',
      SECTIONS.addressLists,
      { list: '\u0430', address: '192.0.2.1' },
      ['list'],
    ],
    ['a mark of ours', SECTIONS.identity, { name: CUT }, ['name']],
    ['a line break', SECTIONS.addresses, { address: '192.0.2.1/24', interface: 'lo', comment: 'a\nb' }, ['comment']],
    ['missing fields', SECTIONS.addressLists, { comment: 'x' }, ['list', 'address']],
    ['host bits', SECTIONS.addressLists, { list: 'l', address: '203.0.113.77/24' }, ['address']],
    [
      'what RouterOS would take for a name',
      SECTIONS.addressLists,
      { list: 'l', address: '203.0.113.1-254' },
      ['address'],
    ],
    ['less than an hour', SECTIONS.addressLists, { list: 'l', address: '192.0.2.1', timeout: '59m59s' }, ['timeout']],
    ['too long', SECTIONS.addressLists, { list: 'l', address: '192.0.2.1', timeout: '35w3d13h13m57s' }, ['timeout']],
    ['parts of a second', SECTIONS.addressLists, { list: 'l', address: '192.0.2.1', timeout: '1h500ms' }, ['timeout']],
    [
      'a timeout of a disabled name',
      SECTIONS.addressLists,
      { list: 'l', address: 'a.b', timeout: '1d', disabled: true },
      ['timeout', 'timeout'],
    ],
    ['IPv6 in a list', SECTIONS.addressLists, { list: 'l', address: '2001:db8::/32' }, ['address']],
    ['IPv6 on an interface', SECTIONS.addresses, { address: '2001:db8::1/64', interface: 'lo' }, ['address']],
    ['no name', SECTIONS.dnsStatic, { address: '192.0.2.1' }, ['name']],
    ['name and regexp', SECTIONS.dnsStatic, { name: 'a.b', regexp: 'a', address: '192.0.2.1' }, ['regexp']],
    ['no value', SECTIONS.dnsStatic, { name: 'a.b', type: 'MX', mxPreference: 10 }, ['mxExchange']],
    [
      'a foreign value',
      SECTIONS.dnsStatic,
      { name: 'a.b', type: 'CNAME', cname: 'c.d', address: '192.0.2.1' },
      ['address'],
    ],
    ['a value where none is', SECTIONS.dnsStatic, { name: 'a.b', type: 'NXDOMAIN', text: 'x' }, ['text']],
    ['IPv6 in an A record', SECTIONS.dnsStatic, { name: 'a.b', address: '2001:db8::1' }, ['address']],
    ['IPv4 in an AAAA record', SECTIONS.dnsStatic, { name: 'a.b', type: 'AAAA', address: '192.0.2.1' }, ['address']],
    ['a type that is none', SECTIONS.dnsStatic, { name: 'a.b', type: 'cname', cname: 'c.d' }, ['type']],
  ])('%s', (_, section, declared, faults) => {
    expect(faultsOf(section, declared)).toEqual(faults);
  });

  it('says what to do', () => {
    expect(rowsOf(SECTIONS.addressLists, { list: 'l', address: '203.0.113.77/24' })).toEqual({
      faults: [
        {
          field: 'address',
          message: 'address: "203.0.113.77/24" is not an IPv4 prefix without host bits',
          hint: 'Did you mean "203.0.113.0/24"?',
        },
      ],
    });
    expect(hintsOf(SECTIONS.addressLists, { list: 'l', address: '2001:db8::/32' })).toEqual([
      'IPv6 is not managed here.',
    ]);
    expect(hintsOf(SECTIONS.dnsStatic, { name: 'a.b', address: '2001:db8::1' })).toEqual(['Write type: AAAA.']);
  });
});

/** Every field of every section, by whether its schema promises any language. */
const TEXT_FIELDS = ALL.flatMap((section) =>
  Object.entries(sectionSchema(section.name).fields.properties).flatMap(([field, schema]) =>
    schema.type === 'string' ? [[section, field, JSON.stringify(schema).includes('in any language')] as const] : [],
  ),
);

describe('free text', () => {
  it('is every comment, the identity and the text of TXT records', () => {
    const free = TEXT_FIELDS.flatMap(([{ name }, field, isFree]) => (isFree ? [`${name}.${field}`] : []));
    const others = ['dnsStatic.text', 'identity.name'];
    expect(free.filter((name) => !name.endsWith('.comment')).toSorted()).toEqual(others);
    const comments = TEXT_FIELDS.filter(([, field]) => field === 'comment').map(([{ name }]) => `${name}.comment`);
    expect(free.toSorted()).toEqual([...others, ...comments].toSorted());
  });

  it.each(TEXT_FIELDS)('%o %s is in any language only where its schema says so: %s', (section, field, isFree) => {
    const foreignIn = (text: string): boolean => {
      const result = rowsOf(section, { [field]: text });
      return (
        'faults' in result && result.faults.some((fault) => fault.field === field && /ASCII|U\+/.test(fault.message))
      );
    };
    for (const text of ['Büro', 'Вена', '東京 🔑']) expect([text, foreignIn(text)]).toEqual([text, !isFree]);
    for (const hidden of ['\u202e', '\u200b', '\ufeff', '\u0007', '\u2028', '\ud800', '\ue000', '\u001a'])
      expect([hidden, foreignIn(`a${hidden}b`)]).toEqual([hidden, true]);
  });
});

interface FieldSchema {
  readonly type: string;
  readonly items?: { readonly properties?: object };
}

interface SectionSchema {
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly items?: SectionSchema;
  readonly required?: readonly string[];
}

describe('sections and their schemas', () => {
  const KINDS: Readonly<Record<string, string>> = {
    string: 'string',
    boolean: 'boolean',
    integer: 'integer',
    array: 'list',
    object: 'secret',
  };

  it.each(ALL.map((section) => [sectionTitle(section), section] as const))(
    '%s: same fields of the same kind',
    (_, section) => {
      const file = `../../schemas/sections/${section.name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.json`;
      const whole = JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as SectionSchema;
      const list = section.list === undefined ? whole : (whole.properties?.[section.list] as SectionSchema);
      const schema = section.shape === 'list' ? list.items : whole;
      const kindOf = ({ type, items }: FieldSchema): string | undefined =>
        items?.properties === undefined ? KINDS[type] : 'entries';
      const written = Object.entries(schema?.properties ?? {}).map(([field, of]) => [field, kindOf(of)]);
      const known = Object.entries(section.fields).map(([field, { kind }]) => [field, kind]);
      expect(Object.fromEntries(known)).toEqual(Object.fromEntries(written));
      expect(section.required).toEqual(schema?.required ?? []);
    },
  );
});
