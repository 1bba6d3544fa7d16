import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '#test/sample.ts';
import {
  addressListEntryCodec,
  booleanCodec,
  canonical,
  canonicalLive,
  type Codec,
  commentCodec,
  dnsServerCodec,
  domainNameCodec,
  durationCodec,
  enumCodec,
  forwarderCodec,
  hexIntegerCodec,
  hostCodec,
  httpsUrlCodec,
  integerCodec,
  InvalidValue,
  ipCodec,
  ipRangeCodec,
  ipv4Codec,
  ipv6Codec,
  kibibytesCodec,
  listOf,
  macCodec,
  nonEmptyTextCodec,
  ntpServerCodec,
  prefixCodec,
  recordNameCodec,
  regexpCodec,
  setOf,
  textCodec,
  wordOr,
} from '#routeros';

const RUNS = runs(2000);

const ipv4 = fc.integer({ min: 0, max: 0xffffffff });
const ipv6 = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }), sparseIpv6());
const ip = fc.oneof(ipv4, ipv6);
const label = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_-]{0,10}[a-zA-Z0-9]$/);
const name = fc.array(label, { minLength: 1, maxLength: 5 }).map((labels) => labels.join('.'));
const recordName = fc
  .array(fc.stringMatching(/^[a-zA-Z0-9_*/-]{1,20}$/), { minLength: 1, maxLength: 5 })
  .map((labels) => labels.join('.'));
const atom = fc.stringMatching(/^([a-z0-9 .*+?|^$-]|\\.|\[\^?\]?[a-z.*]+\]|\[\[:alpha:\]0-9\]|\([a-z.|]+\)){1,3}$/);
const regexp = fc.array(atom, { minLength: 1, maxLength: 4 }).map((atoms) => atoms.join(''));
const forwarder = fc.stringMatching(/^[A-Za-z]([A-Za-z0-9 ._-]{0,10}[A-Za-z0-9])?$/);
const dottedName = fc.array(label, { minLength: 2, maxLength: 5 }).map((labels) => labels.join('.'));
const vrf = fc.option(fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/), { nil: undefined });
const range = fc.tuple(ipv4, ipv4).map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b) }));
const network = fc
  .tuple(ipv4, fc.integer({ min: 0, max: 32 }))
  .map(([address, length]) => ({ address: length === 0 ? 0 : (address & (-1 << (32 - length))) >>> 0, length }));
const alignedRange = network.map(({ address, length }) => ({ first: address, last: address + 2 ** (32 - length) - 1 }));
const item = fc.stringMatching(/^[!-+\--~]{1,12}$/);

function sparseIpv6(): fc.Arbitrary<bigint> {
  const group = fc.oneof({ weight: 3, arbitrary: fc.constant(0n) }, { weight: 1, arbitrary: fc.bigInt(0n, 0xffffn) });
  return fc
    .array(group, { minLength: 8, maxLength: 8 })
    .map((groups) => groups.reduce((all, one) => all * 65_536n + one, 0n));
}

interface Subject {
  readonly codec: Codec;
  readonly value: fc.Arbitrary<unknown>;
}

function subject<T>(codec: Codec<T>, value: fc.Arbitrary<T>): Subject {
  return { codec, value };
}

const SUBJECTS: Readonly<Record<string, Subject>> = {
  boolean: subject(booleanCodec, fc.boolean()),
  duration: subject(
    durationCodec,
    fc.oneof(
      fc.nat(2 ** 40),
      fc.nat(2 ** 40).map((microseconds) => microseconds / 1000),
    ),
  ),
  'duration or word': subject(
    wordOr(['never', 'none'], durationCodec),
    fc.oneof(fc.constantFrom('never', 'none'), fc.nat()),
  ),
  ipv4: subject(ipv4Codec, ipv4),
  ipv6: subject(ipv6Codec, ipv6),
  ip: subject(ipCodec, ip),
  'prefix without host bits': subject(prefixCodec('refuse'), network),
  'prefix with masked host bits': subject(prefixCodec('mask'), network),
  'prefix with host': subject(
    prefixCodec('keep'),
    fc.record({ address: ipv4, length: fc.integer({ min: 0, max: 32 }) }),
  ),
  'ip range': subject(ipRangeCodec, fc.oneof(range, alignedRange)),
  'address list entry': subject(addressListEntryCodec('lenient'), fc.oneof(range, alignedRange, name)),
  'address list entry, strict': subject(addressListEntryCodec('strict'), fc.oneof(range, alignedRange, dottedName)),
  host: subject(hostCodec, fc.oneof(ip, name)),
  'dns server': subject(dnsServerCodec, inVrf(ip)),
  'ntp server': subject(ntpServerCodec, inVrf(fc.oneof(ip, name))),
  mac: subject(macCodec, fc.stringMatching(/^[0-9A-F]{2}(:[0-9A-F]{2}){5}$/)),
  'ordered list': subject(listOf(ipCodec), fc.array(ip, { maxLength: 6 })),
  set: subject(
    setOf(textCodec),
    fc.uniqueArray(item, { maxLength: 6 }).map((texts) => texts.toSorted()),
  ),
  'hex integer': subject(hexIntegerCodec, fc.nat(2 ** 40)),
  integer: subject(integerCodec(-5, 70_000), fc.integer({ min: -5, max: 70_000 })),
  kibibytes: subject(kibibytesCodec(64), fc.integer({ min: 64, max: 0xffffffff })),
  enum: subject(enumCodec(['A', 'AAAA', 'CNAME']), fc.constantFrom('A', 'AAAA', 'CNAME')),
  text: subject(textCodec, fc.string()),
  'non-empty text': subject(nonEmptyTextCodec, fc.string({ minLength: 1 })),
  comment: subject(commentCodec, fc.string()),
  'domain name': subject(domainNameCodec, name),
  'record name': subject(recordNameCodec, recordName),
  'regular expression': subject(regexpCodec, regexp),
  'forwarders of a record': subject(listOf(forwarderCodec), fc.array(fc.oneof(ip, forwarder), { maxLength: 4 })),
  'https URL': subject(httpsUrlCodec, fc.constantFrom('', 'https://dns.example.net/dns-query')),
};

function inVrf<T>(server: fc.Arbitrary<T>): fc.Arbitrary<{ server: T; vrf?: string }> {
  return fc
    .tuple(server, vrf)
    .map(([one, table]) => (table === undefined ? { server: one } : { server: one, vrf: table }));
}

/** Texts close to what the codecs read, so that many get through and many just do not. */
const someText = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.stringMatching(/^[0-9.:/-]{0,20}$/),
  fc.stringMatching(/^[0-9wdhmsu:]{0,12}$/),
  fc.stringMatching(/^[0-9a-fA-F:.@-]{0,24}$/),
  fc.constantFrom('yes', 'no', 'true', 'false', 'A', 'AAAA', 'never', '0x80', '0X8a', '2048KiB', '10.0.0.1/32', '::1'),
  ...Object.values(SUBJECTS).map(({ codec, value }) => value.map((one) => codec.format(one))),
);

describe.each(Object.entries(SUBJECTS))('the codec of %s', (_, { codec, value }) => {
  it('reads back what it writes', () => {
    fc.assert(
      fc.property(value, (one) => {
        expect(codec.parse(codec.format(one))).toEqual(one);
      }),
      RUNS,
    );
  });

  it('leaves what it wrote as it is', () => {
    fc.assert(
      fc.property(value, (one) => {
        const text = codec.format(one);
        expect(canonical(codec, text)).toBe(text);
      }),
      RUNS,
    );
  });

  it('gives each text one canonical spelling or refuses it', () => {
    fc.assert(
      fc.property(someText, (text) => {
        const once = canonicalOrRefusal(codec, text);
        expect(once).toBe(parsedAndFormatted(codec, text));
        expect(once === null ? null : canonical(codec, once)).toBe(once);
      }),
      RUNS,
    );
  });

  it('suggests only what it takes', () => {
    fc.assert(
      fc.property(someText, (text) => {
        const refusal = refusalOf(codec, text);
        const next = refusal?.suggestion === undefined ? undefined : refusalOf(codec, refusal.suggestion);
        expect(next).toBeUndefined();
      }),
      RUNS,
    );
  });
});

function canonicalOrRefusal(codec: Codec, text: string): string | null {
  return orRefusal(() => canonical(codec, text));
}

function parsedAndFormatted(codec: Codec, text: string): string | null {
  return orRefusal(() => codec.format(codec.parse(text)));
}

/** Any other error than InvalidValue gets through and fails the test. */
function orRefusal(read: () => string): string | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidValue) return null;
    throw error;
  }
}

function refusalOf(codec: Codec, text: string): InvalidValue | undefined {
  try {
    codec.parse(text);
    return undefined;
  } catch (error) {
    if (error instanceof InvalidValue) return error;
    throw error;
  }
}

const LENIENT = addressListEntryCodec('lenient');
const STRICT = addressListEntryCodec('strict');

describe('the spelling RouterOS reads back', () => {
  it.each<[string, Codec, string, string]>([
    ['yes is true', booleanCodec, 'yes', 'true'],
    ['no is false', booleanCodec, 'no', 'false'],
    ['minutes of a clock time', durationCodec, '00:10:00', '10m'],
    ['days before a clock time', durationCodec, '1d00:00:00', '1d'],
    ['weeks and days before a clock time', durationCodec, '1w2d03:04:05', '1w2d3h4m5s'],
    ['a fraction of a second', durationCodec, '00:00:31.25', '31s250ms'],
    ['plain seconds', durationCodec, '86400', '1d'],
    ['zero', durationCodec, '0', '0s'],
    ['units too large for their place', durationCodec, '7d', '1w'],
    ['microseconds', durationCodec, '614ms933us', '614ms933us'],
    ['minutes next to milliseconds', durationCodec, '3m5ms', '3m5ms'],
    ['case and zeros of IPv6', ipv6Codec, '2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['the longest run of zeros', ipv6Codec, '1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['a single zero group', ipv6Codec, '1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['embedded IPv4', ipv6Codec, '64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['mapped IPv4', ipv6Codec, '::ffff:c000:201', '::ffff:192.0.2.1'],
    ['a missing mask', prefixCodec('keep'), '192.0.2.1', '192.0.2.1/32'],
    ['the host part of an interface address', prefixCodec('keep'), '192.0.2.1/24', '192.0.2.1/24'],
    ['masked host bits', prefixCodec('mask'), '203.0.113.77/24', '203.0.113.0/24'],
    ['host bits in a list', LENIENT, '203.0.113.77/24', '203.0.113.0/24'],
    ['/32 in a list', LENIENT, '10.10.10.10/32', '10.10.10.10'],
    ['a range that is one prefix', LENIENT, '203.0.113.0-203.0.113.255', '203.0.113.0/24'],
    ['a range that is the whole space', LENIENT, '0.0.0.0-255.255.255.255', '0.0.0.0/0'],
    ['a range that is one address', LENIENT, '192.0.2.9-192.0.2.9', '192.0.2.9'],
    ['a netmask in a list', STRICT, '10.0.0.0/255.0.0.0', '10.0.0.0/8'],
    ['hours with a fraction', durationCodec, '1.5h', '1h30m'],
    ['whole words', durationCodec, '2days12hours', '2d12h'],
    ['a dot at the end of a record name', recordNameCodec, 'Www.example.net.', 'Www.example.net'],
    ['a wildcard', recordNameCodec, '*.example.net', '*.example.net'],
    [
      'several forwarders',
      listOf(forwarderCodec),
      '192.0.2.1,2001:DB8::53,office DNS',
      '192.0.2.1,2001:db8::53,office DNS',
    ],
    ['a link-local DNS server', dnsServerCodec, 'FE80::1%bridge@mgmt', 'fe80::1%bridge@mgmt'],
    ['any other range', LENIENT, '192.0.2.1-192.0.2.6', '192.0.2.1-192.0.2.6'],
    ['a name in a list', LENIENT, 'Cdn.example.net', 'Cdn.example.net'],
    ['a bare name on the router', LENIENT, 'router', 'router'],
    ['MAC case', macCodec, '00:1a:96:49:84:de', '00:1A:96:49:84:DE'],
    ['MAC dashes', macCodec, '00-1A-96-49-84-DE', '00:1A:96:49:84:DE'],
    ['MAC dots', macCodec, '001a.9649.84de', '00:1A:96:49:84:DE'],
    ['decimal for hexadecimal', hexIntegerCodec, '32768', '0x8000'],
    ['hexadecimal case', hexIntegerCodec, '0x88a8', '0x88A8'],
    ['an exported cache size', kibibytesCodec(64), '2048KiB', '2048'],
    ['the order of a list', listOf(ipCodec), '8.8.8.8,1.1.1.1', '8.8.8.8,1.1.1.1'],
    ['the order of a set', setOf(ntpServerCodec), 'b.example,a.example,b.example', 'a.example,b.example'],
    ['an empty list', listOf(ipCodec), '', ''],
    ['a DNS server in a VRF', listOf(dnsServerCodec), '1.1.1.1@mgmt,2001:DB8::53', '1.1.1.1@mgmt,2001:db8::53'],
    ['a special word', wordOr(['never'], durationCodec), 'never', 'never'],
    ['a duration beside special words', wordOr(['never'], durationCodec), '60', '1m'],
  ])('%s', (_, codec, text, expected) => {
    expect(canonical(codec, text)).toBe(expected);
  });
});

describe('a refusal names what was probably meant', () => {
  it.each<[string, Codec, string, string | undefined]>([
    ['on', booleanCodec, 'on', 'true'],
    ['Off', booleanCodec, 'Off', 'false'],
    ['maybe', booleanCodec, 'maybe', undefined],
    ['spaces in a duration', durationCodec, '1d 2h', '1d2h'],
    ['capitals in a duration', durationCodec, '5M', '5m'],
    ['an empty duration', durationCodec, '', undefined],
    ['parts in the wrong order', durationCodec, '5s1h', undefined],
    ['sixty minutes on a clock', durationCodec, '00:60:00', undefined],
    ['leading zeros', ipv4Codec, '192.000.002.001', '192.0.2.1'],
    ['spaces around', ipv4Codec, ' 192.0.2.1', '192.0.2.1'],
    ['an octet too large', ipv4Codec, '192.0.2.256', undefined],
    ['three octets', ipv4Codec, '192.0.2', undefined],
    ['five octets', ipv4Codec, '1.1.1.1.1', undefined],
    ['two double colons', ipv6Codec, '1::2::3', undefined],
    ['nine groups', ipv6Codec, '1:2:3:4:5:6:7:8:9', undefined],
    ['a zone', ipv6Codec, 'fe80::1%ether1', undefined],
    ['leading zeros in either family', ipCodec, '010.0.0.1', '10.0.0.1'],
    ['a broken IPv6 in either family', ipCodec, '2001:db8:::1', undefined],
    ['host bits', prefixCodec('refuse'), '203.0.113.77/24', '203.0.113.0/24'],
    ['a netmask', prefixCodec('keep'), '10.0.0.1/255.255.255.0', '10.0.0.1/24'],
    ['a netmask with holes', prefixCodec('keep'), '10.0.0.1/255.0.255.0', undefined],
    ['a length too large', prefixCodec('keep'), '10.0.0.1/33', undefined],
    ['a length with a zero before it', prefixCodec('keep'), '10.0.0.1/08', undefined],
    ['a range the wrong way round', ipRangeCodec, '192.0.2.9-192.0.2.4', '192.0.2.4-192.0.2.9'],
    ['a range the wrong way round in a list', LENIENT, '192.0.2.9-192.0.2.4', '192.0.2.4-192.0.2.9'],
    ['a shortened range', LENIENT, '203.0.113.1-254', '203.0.113.1-203.0.113.254'],
    ['a netmask with holes in a list', LENIENT, '10.0.0.0/255.0.255.0', undefined],
    ['IPv6 in a list', LENIENT, '2001:db8::/32', undefined],
    ['a letter for a digit', LENIENT, '10.0.0.l', undefined],
    ['an address that is none', LENIENT, '10.0.0.999', undefined],
    ['host bits that people wrote', STRICT, '203.0.113.77/24', '203.0.113.0/24'],
    ['a name without a dot that people wrote', STRICT, 'management', undefined],
    ['a trailing dot', domainNameCodec, 'www.example.net.', 'www.example.net'],
    ['a name that reads as an address', domainNameCodec, '1.2.3.4', undefined],
    ['a name with a space', domainNameCodec, 'www example', undefined],
    ['a MAC without separators', macCodec, '001a964984de', '00:1A:96:49:84:DE'],
    ['five pairs', macCodec, '00:1A:96:49:84', undefined],
    ['a number out of range', integerCodec(1, 10), '11', undefined],
    ['a number that looks octal', integerCodec(1, 10), '07', '7'],
    ['a fraction', integerCodec(1, 10), '1.5', undefined],
    ['hexadecimal without its mark', hexIntegerCodec, '80F0', '0x80F0'],
    ['a size in another unit', kibibytesCodec(64), '2MiB', undefined],
    ['the case of a word', enumCodec(['unicast', 'broadcast']), 'Unicast', 'unicast'],
    ['a slip in a word', enumCodec(['unicast', 'broadcast']), 'brodcast', 'broadcast'],
    ['a list with a hole', listOf(ipCodec), '1.1.1.1,,8.8.8.8', undefined],
    ['a VRF without name', dnsServerCodec, '1.1.1.1@', undefined],
    ['leading zeros in a VRF', dnsServerCodec, '01.1.1.1@mgmt', '1.1.1.1@mgmt'],
    ['leading zeros beside special words', wordOr(['auto'], ipv4Codec), '01.1.1.1', '1.1.1.1'],
    ['no text', nonEmptyTextCodec, '', undefined],
    ['a forwarder that is a misspelt address', forwarderCodec, '192.0.2.053', '192.0.2.53'],
    ['a forwarder with a space behind it', forwarderCodec, 'office ', 'office'],
    ['an interface beside an address that needs none', dnsServerCodec, '192.0.2.1%ether1', undefined],
    ['a space in a record name', recordNameCodec, 'www example', undefined],
    ['two dots in a record name', recordNameCodec, 'www..example', undefined],
    ['a URL without TLS', httpsUrlCodec, 'http://dns.example.net', undefined],
    ...['(', 'a)', '[a', 'a\\', 'a()b', '[[.ch.]]', '[[=a=]b]', ''].map((text): [string, Codec, string, undefined] => [
      `the regular expression ${text}`,
      regexpCodec,
      text,
      undefined,
    ]),
  ])('%s', (_, codec, text, suggestion) => {
    expect(canonicalOrRefusal(codec, text)).toBeNull();
    expect(refusalOf(codec, text)?.suggestion).toBe(suggestion);
  });

  it('says what was expected', () => {
    expect(() => prefixCodec('refuse').parse('203.0.113.77/24')).toThrow(
      '"203.0.113.77/24" is not an IPv4 prefix without host bits such as 192.0.2.0/24; did you mean "203.0.113.0/24"?',
    );
  });

  it('a list never takes an item that would fall apart in it', () => {
    expect(() => listOf(textCodec).format(['a,b'])).toThrow(InvalidValue);
    expect(() => setOf(textCodec).format([''])).toThrow(InvalidValue);
  });
});

describe('what a router holds', () => {
  it('is canonical where we know the value', () => {
    expect(canonicalLive(durationCodec, '00:10:00')).toBe('10m');
  });

  it('stands for itself where we do not', () => {
    expect(canonicalLive(enumCodec(['A', 'AAAA']), 'HTTPS')).toBe('HTTPS');
    expect(canonicalLive(LENIENT, 'caf\u00e9')).toBe('caf\u00e9');
  });

  it('does not hide a fault of a codec', () => {
    const broken: Codec = {
      expects: 'nothing',
      parse: () => {
        throw new TypeError('broken');
      },
      format: String,
    };
    expect(() => canonicalLive(broken, 'x')).toThrow(TypeError);
  });
});
