import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fieldOfSection, menuOf, rowOf, type Section, SECTIONS } from '#routeros';
import { SECTION_NAMES } from '#schemas';

const ALL: readonly Section[] = Object.values(SECTIONS);

function rowFor(section: Section, declared: Readonly<Record<string, unknown>>): unknown {
  const result = rowOf(section, declared);
  return 'row' in result ? result.row : result.faults;
}

function faultsOf(section: Section, declared: Readonly<Record<string, unknown>>): readonly string[] {
  const result = rowOf(section, declared);
  if ('row' in result) return [];
  return result.faults.map((fault) => `${fault.field}${fault.index === undefined ? '' : `[${fault.index}]`}`);
}

function hintsOf(section: Section, declared: Readonly<Record<string, unknown>>): readonly (string | undefined)[] {
  const result = rowOf(section, declared);
  return 'row' in result ? [] : result.faults.map((fault) => fault.hint);
}

describe('the sections', () => {
  it('are those of the schema', () => {
    expect(Object.keys(SECTIONS)).toEqual([...SECTION_NAMES]);
  });

  it.each(ALL.map((section) => [section.name, section] as const))('%s fits its menu', (name, section) => {
    const menu = menuOf(section.menu);
    expect(section.name).toBe(name);
    expect(section.shape === 'settings').toBe(menu.shape === 'settings');
    expect(Object.keys(section.fields)).toEqual(expect.arrayContaining([...section.required]));
    for (const field of Object.keys(section.fields)) expect(fieldOfSection(section, field).readOnly).toBeUndefined();
  });

  it('refuse a field they do not have', () => {
    expect(() => fieldOfSection(SECTIONS.dns, 'cacheUsed')).toThrow(RangeError);
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
    ['what a script cannot hold', SECTIONS.identity, { name: 'caf\u00e9' }, ['name']],
    ['a line break', SECTIONS.addresses, { address: '192.0.2.1/24', interface: 'lo', comment: 'a\nb' }, ['comment']],
    ['missing fields', SECTIONS.addressLists, { comment: 'x' }, ['list', 'address']],
    ['host bits', SECTIONS.addressLists, { list: 'l', address: '203.0.113.77/24' }, ['address']],
    [
      'what RouterOS would take for a name',
      SECTIONS.addressLists,
      { list: 'l', address: '203.0.113.1-254' },
      ['address'],
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
    expect(rowOf(SECTIONS.addressLists, { list: 'l', address: '203.0.113.77/24' })).toEqual({
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

interface SectionSchema {
  readonly properties?: Readonly<Record<string, { readonly type: string }>>;
  readonly items?: SectionSchema;
  readonly required?: readonly string[];
}

describe('sections and their schemas', () => {
  const KINDS: Readonly<Record<string, string>> = {
    string: 'string',
    boolean: 'boolean',
    integer: 'integer',
    array: 'list',
  };

  it.each(ALL.map((section) => [section.name, section] as const))(
    '%s: same fields of the same kind',
    (name, section) => {
      const file = `../../schemas/sections/${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.json`;
      const whole = JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as SectionSchema;
      const schema = section.shape === 'list' ? whole.items : whole;
      const written = Object.entries(schema?.properties ?? {}).map(([field, { type }]) => [field, KINDS[type]]);
      const known = Object.entries(section.fields).map(([field, { kind }]) => [field, kind]);
      expect(Object.fromEntries(known)).toEqual(Object.fromEntries(written));
      expect(section.required).toEqual(schema?.required ?? []);
    },
  );
});
