import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  canonical,
  type Codec,
  fieldAvailable,
  formatVersion,
  InvalidValue,
  type Section,
  sectionParts,
  SECTIONS,
  secretRefText,
  sectionTitle,
} from '#routeros';

/** What the schema of a field says of it. */
interface FieldSchema {
  readonly type: string;
  readonly description: string;
  readonly examples: readonly unknown[];
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: { readonly maxLength: number; readonly enum?: readonly string[] };
  readonly maxLength?: number;
}

interface Entry {
  readonly properties: Readonly<Record<string, FieldSchema>>;
}

interface Subject {
  readonly name: string;
  readonly schema: FieldSchema;
  /** Whether the schema takes the value, and whether the codecs do. */
  readonly verdict: (value: unknown) => { readonly schema: boolean; readonly codecs: boolean };
}

interface Whole {
  readonly items?: Whole;
  readonly properties: Readonly<Record<string, object>>;
}

const ajv = new Ajv2020({ strict: false });

const ALL: readonly Section[] = Object.values(SECTIONS).flatMap(sectionParts);

const SUBJECTS: readonly Subject[] = ALL.flatMap((section) => {
  const file = `schemas/sections/${section.name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.json`;
  const whole = JSON.parse(readFileSync(file, 'utf8')) as Whole;
  const list = section.list === undefined ? whole : (whole.properties[section.list] as Whole);
  const schemas = (list.items ?? list).properties as Readonly<Record<string, FieldSchema>>;
  const items = section.menus.filter(({ each }) => each === undefined);
  const entries = section.menus.flatMap(({ menu, properties, each }) => {
    const of =
      each === undefined ? {} : ((schemas[each.field] as unknown as { items?: Entry }).items?.properties ?? {});
    return Object.entries(each?.fields ?? {}).map(
      ([field, known]) => [`${each?.field ?? ''}.${field}`, known, of[field], [{ menu, properties }], field] as const,
    );
  });
  const own = Object.entries(section.fields)
    .filter(([, { kind }]) => kind !== 'entries')
    .map(([field, known]) => [field, known, schemas[field], items, field] as const);
  return [...own, ...entries].map(([name, { strict }, schema, menus, field]) => {
    if (schema === undefined) throw new Error(`${section.name} has no schema of ${name}`);
    const takes = ajv.compile(schema);
    const codecs = menus.flatMap(({ menu, properties }) => {
      const known = menu.fields[properties[field] ?? ''];
      return known === undefined ? [] : [known.codec];
    });
    const all = strict === undefined ? codecs : [strict, ...codecs];
    const verdict = (value: unknown): { schema: boolean; codecs: boolean } => ({
      schema: takes(value),
      codecs: all.every((codec) => isRead(codec, textOf(value))),
    });
    return { name: `${sectionTitle(section)}.${name}`, schema, verdict };
  });
});

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(',');
  if (typeof value === 'string') return value;
  const { secretRef } = (value ?? {}) as { readonly secretRef?: string };
  return secretRef === undefined ? JSON.stringify(value) : (secretRefText(secretRef) ?? '');
}

function isRead(codec: Codec, text: string): boolean {
  try {
    canonical(codec, text);
    return true;
  } catch (error) {
    if (error instanceof InvalidValue) return false;
    throw error;
  }
}

const PRINTABLE = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).join('');
/** A comma would part it where it stands in a list. */
const PRINTABLE_NAME = PRINTABLE.replace(',', '');
const LONG_NAME = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`;
const IPV4 = ['192.0.2.1', '0.0.0.0', '255.255.255.255'];
const NO_IPV4 = ['192.0.2', '192.0.2.256', '192.0.02.1', '192.0.2.1/24'];
const IPV6 = ['2001:db8::1', '::', '2001:DB8:0:0:0:0:0:1', '::ffff:192.0.2.1'];
const NAMES = ['www.example.net', 'router', 'xn--bcher-kva.example', '_dmarc.example', LONG_NAME];
const NO_NAMES = ['www example', 'a..b', `${'a'.repeat(64)}.example`, 'www.example.net.'];

/**
 * What descriptions claim: whoever reads it may write the first values, and must not write the others. Each field of
 * texts makes at least one of these claims; a new one adds its own here.
 */
const CLAIMS: readonly (readonly [RegExp, readonly string[], readonly string[]])[] = [
  [/^Free text/, ['', PRINTABLE, 'x'.repeat(8192)], ['x'.repeat(8193)]],
  [/^Type TXT: the text/, [PRINTABLE, 'x'.repeat(8192)], ['', 'x'.repeat(8193)]],
  [/^Name of|address list\.$/, [PRINTABLE, '.', 'x'.repeat(255)], ['', 'x'.repeat(256)]],
  [/^Routing table in which/, ['main', 'blue 2', 'x'.repeat(255)], ['']],
  [/^Largest packet in bytes/, ['auto', '68', '1500', '65535'], ['', '67', '65536', '1k', '01500']],
  [/^A MAC of its own/, ['02:00:00:00:00:01', '02-00-00-00-00-0a'], ['', '02:00:00:00:00', '02:00:00:00:00:0g']],
  [/^How many hosts it learns/, ['auto', 'unlimited', '0', '4294967295'], ['', '-1', 'none']],
  [/^What it tells DHCP(v6)? servers/, ['', PRINTABLE, 'x'.repeat(255)], ['x'.repeat(256)]],
  [/^Ports of one horizon/, ['none', '0', '1', '429496729'], ['', 'auto', '-1']],
  [/^Names of other lists/, ['LAN', 'my list'], ['']],
  [/^Interfaces between which/, ['bridge', 'vlan 20', 'x'.repeat(255)], ['']],
  [/^How long|^Longest time|^How much longer/, durations(), ['', '1y', 'soon', '00:60:00', '-1s', '5s1h']],
  [
    /^The entry goes by itself after/,
    ['1h', '24:00:00', '3600', '1d', '35w3d13h13m56s'],
    ['', '0s', '59m59s', '1h500ms', '35w3d13h13m57s', 'soon'],
  ],
  [/^URL of a DoH server/, ['https://dns.example.net/dns-query', 'https://[2001:db8::1]:8443/'], ['http://a.example']],
  [/An empty string removes it/, [''], []],
  [/^Addresses of upstream servers/, [...IPV4, ...IPV6, 'fe80::1%bridge'], ['', 'dns.example.net', ...NO_IPV4]],
  [/^Addresses or names of the servers/, [...IPV4, ...IPV6, ...NAMES], ['', '192.0.2.256', '1.2.3', 'a b']],
  [/optionally with `@vrf`/, ['192.0.2.1@mgmt', '2001:db8::1@blue 2'.replace(' ', '-')], ['192.0.2.1@', '@mgmt']],
  [/^The DNS name/, [...NAMES.slice(0, -1), '*', '*.example.net', '2/25.2.0.192.in-addr.arpa'], ['', 'a b', 'a..b']],
  [/POSIX regular expression/, ['.*\\.ads$', '*.ads', '[*ads*]', '^a|b(c|d)?$'], ['', '(', 'a)', '[a', 'a\\', '()']],
  [/an IPv4 address\) and AAAA \(an IPv6 address/, [...IPV4, ...IPV6], ['router', ...NO_IPV4]],
  [/(name it stands for|the mail server|the name server|the host of the service)\.$/, NAMES, ['', ...NO_NAMES]],
  [
    /servers that are asked instead/,
    [...IPV4, ...IPV6, 'office', 'round robin', '192.0.2.1,2001:db8::1', 'office,192.0.2.1'],
    ['', '192.0.2.256', '2001:db8:::1', '192.0.2.1,', ' office'],
  ],
  [
    /^An IPv4 address, a prefix without host bits, a range/,
    [...IPV4, '192.0.2.0/24', '0.0.0.0/0', '192.0.2.1-192.0.2.9', 'cdn.example.net', '192.0.2.0/255.255.255.0'],
    ['', '192.0.2.1/24', '192.0.2.9-192.0.2.1', '192.0.2.1-9', '2001:db8::1', '10.0.0.l', 'nas'],
  ],
  [/^An IPv4 address with its prefix length/, ['192.0.2.1/24', '0.0.0.0/0', '192.0.2.1'], ['192.0.2.1/33', 'router']],
  [
    /^IPv4 ranges, prefixes or addresses/,
    [...IPV4, '192.0.2.0/24', '192.0.2.1-192.0.2.9'],
    ['', '192.0.2.9-192.0.2.1'],
  ],
  [/^Names? of |which (networks|servers).* refer to it/, [PRINTABLE_NAME, 'x'.repeat(64)], ['']],
  [/^Number of (the DHCP option|clients)/, ['1', '82', '254'], ['', '-1', 'all', '01']],
  [/or `(none|all|static-only|forever|lease-time|unlimited|vendor-specific)`/, [], ['']],
  [/any text/, ['x', 'a b', "s'a'", 'x'.repeat(64)], []],
  [/^What clients are told, as the router/, ['', "s'a'", '0x0a', '$(INTERFACE)', 'x'.repeat(4096)], ['x'.repeat(4097)]],
  [
    /^The network, an IPv4 prefix without host bits/,
    ['192.0.2.0/24', '0.0.0.0/0', '192.0.2.1/32'],
    ['192.0.2.1/24', ''],
  ],
  [/^IPv4 address(es)? of/, IPV4, ['', '192.0.2.1/24', 'router', '2001:db8::1']],
  [/^MAC address of the client/, ['00:00:5e:00:53:01', '0000.5e00.5301', '00-00-5E-00-53-01'], ['', '00:00:5e:00:53']],
  [/^An IPv4 address, or the name of a pool/, [...IPV4, 'office pool'], ['', '192.0.2.1/24', '192.0.2.256', '10']],
  [/1 to 64 characters/, ['lan', 'x'.repeat(64)], ['', 'x'.repeat(65)]],
  [/^What tells clients apart/, ['client-mac', 'client-id', 'opt-82'], ['', 'mac']],
  [/^Frequencies in MHz|^One frequency in MHz|^The second 80 MHz/, ['5180-5320,5500', '2412'], ['']],
  [/^Which of two access points keeps/, ['0/1', '3'], ['']],
  [/^Network name: free text/, ['office', PRINTABLE.slice(0, 32), 'Büro'], ['', 'x'.repeat(33)]],
  [/^IPv4 broadcast addresses of the networks/, IPV4, ['', '192.0.2.0/24', '2001:db8::1']],
  [/^Id of the key/, ['none', '0', '65535'], ['', '65536', 'all']],
  [/^What FWD records call it/, ['office', 'round robin'], ['', '192.0.2.256', ' office', 'x'.repeat(256)]],
  [/^Addresses of the servers in order/, [...IPV4, ...IPV6], ['', 'office', ...NO_IPV4]],
  [/^URLs of DoH servers/, ['https://dns.example.net/dns-query'], ['', 'http://a.example', 'dns.example.net']],
  [
    /^Where the router fetches the list/,
    ['https://a.example/hosts.txt', 'http://192.0.2.1/x'],
    ['', 'ftp://a.example/x'],
  ],
  [/^A file on the router/, ['flash/hosts.txt', 'my hosts'], ['', 'x'.repeat(256)]],
  [/^The far end of a point-to-point link, an IPv4 address/, IPV4, ['', '192.0.2.0/24', '2001:db8::1']],
];

/** In every spelling that the console takes. */
function durations(): readonly string[] {
  return ['0', '0s', '90', '1d', '1w2d3h4m5s', '250ms', '614ms933us', '00:10:00', '1d00:00:00', '1.5h', '2days'];
}

describe('schemas and codecs say the same', () => {
  it.each(SUBJECTS.map((subject) => [subject.name, subject] as const))('of %s', (_, { schema, verdict }) => {
    const both = { schema: true, codecs: true };
    for (const example of [...schema.examples, ...(schema.default === undefined ? [] : [schema.default])]) {
      expect([example, verdict(example)]).toEqual([example, both]);
    }
    for (const each of valuesOf(schema)) {
      const value = schema.type === 'array' ? [each] : each;
      const said = verdict(value);
      expect([value, said.codecs]).toEqual([value, said.schema]);
    }
  });

  const TEXTS = SUBJECTS.filter(({ schema }) => /^(string|array)$/.test(schema.type) && wordsOf(schema) === undefined);

  it.each(TEXTS.map((subject) => [subject.name, subject] as const))(
    'of %s, as its description claims',
    (_, subject) => {
      const made = CLAIMS.filter(([claim]) => claim.test(subject.schema.description));
      expect(made.length).toBeGreaterThan(0);
      const written = (text: string): unknown => (subject.schema.type === 'array' ? [text] : text);
      for (const [, taken, refused] of made) {
        for (const text of taken)
          expect([text, subject.verdict(written(text))]).toMatchObject([text, { schema: true, codecs: true }]);
        for (const text of refused) {
          const { schema, codecs } = subject.verdict(written(text));
          expect([text, schema && codecs]).toEqual([text, false]);
        }
      }
    },
  );

  it('every claim is made', () => {
    for (const [claim] of CLAIMS) {
      expect([claim, SUBJECTS.some(({ schema }) => claim.test(schema.description))]).toEqual([claim, true]);
    }
  });
});

function wordsOf({ enum: words, items }: FieldSchema): readonly string[] | undefined {
  return words ?? items?.enum;
}

/** On both sides of each border that the schema draws. */
function valuesOf(schema: FieldSchema): readonly unknown[] {
  const { minimum, maximum } = schema;
  if (minimum !== undefined && maximum !== undefined) {
    return [minimum - 1, minimum, minimum + 1, maximum - 1, maximum, maximum + 1];
  }
  const words = wordsOf(schema) ?? [];
  return words.flatMap((word) => [word, `${word}x`, word.toUpperCase(), word.toLowerCase(), ` ${word}`]);
}

describe('what schemas say of versions', () => {
  it.each(SUBJECTS.map(({ name, schema }) => [name, schema.description] as const))('of %s', (name, description) => {
    const section = ALL.find((part) => name.startsWith(`${sectionTitle(part)}.`)) as Section;
    const field = name.slice(sectionTitle(section).length + 1);
    const [{ menu, properties }] = section.menus;
    const known = menu.fields[properties[field] ?? ''];
    const since = known?.since;
    // Nothing older is written to.
    const isNews = since !== undefined && known !== undefined && !fieldAvailable(known, [7, 12, 0]);
    expect(/RouterOS (\S+) and newer\.$/.exec(description)?.[1]).toBe(isNews ? formatVersion(since) : undefined);
  });
});
