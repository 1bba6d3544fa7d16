import type { Codec } from '../catalogue/menu.ts';
import { isDomainName } from './domain-name.ts';
import { InvalidValue } from './invalid-value.ts';
import { formatRange, type IpRange, rangeSuggestion, readRange } from './ip-range.ts';
import { ipv4Suggestion, readIpv4 } from './ipv4.ts';
import { formatPrefix, networkOf, prefixSuggestion, readLength, readPrefix } from './prefix.ts';

const EXPECTS = {
  lenient: 'an IPv4 address, prefix or range, or a domain name',
  strict: 'an IPv4 address, prefix or range, or a domain name with at least one dot',
};

/** What an address list entry covers: addresses, or what a name resolves to. */
export type AddressListEntry = IpRange | string;

/**
 * The `address` of an address list entry (routeros-rest.md §5.5): /32 is dropped, a range equal to one prefix becomes
 * the prefix, a netmask its length. RouterOS takes whatever it cannot read as an address for a DNS name, so what looks
 * like an address and is none is refused. As the router reads it (`lenient`) host bits are masked off and `router` is
 * a name; in what people write (`strict`) host bits are a mistake and a name needs a dot, since a list of another name
 * that slipped in there would be taken for one that never resolves.
 */
export function addressListEntryCodec(reading: 'lenient' | 'strict'): Codec<AddressListEntry> {
  const codec: Codec<AddressListEntry> = {
    expects: EXPECTS[reading],
    parse(text) {
      const entry = withLength(text);
      const range = readRange(entry);
      if (range === undefined) return nameOf(text, reading);
      if (reading === 'strict' && hasHostBits(entry)) {
        throw new InvalidValue('an IPv4 prefix without host bits', text, formatRange(range));
      }
      return range;
    },
    format: (value) => (typeof value === 'string' ? value : formatRange(value)),
    canonical: (text) => (isCanonical(text) ? text : codec.format(codec.parse(text))),
  };
  return codec;
}

/** `192.0.2.0/255.255.255.0` as `192.0.2.0/24`: the command trees name both forms. */
function withLength(text: string): string {
  return /\/\d+\./.test(text) ? (prefixSuggestion(text) ?? text) : text;
}

function nameOf(text: string, reading: 'lenient' | 'strict'): string {
  const isName = isDomainName(text) && !looksLikeAddress(text) && (reading === 'lenient' || text.includes('.'));
  if (isName) return text;
  throw new InvalidValue(EXPECTS[reading], text, suggestion(text));
}

/** Four labels, three of them numbers: `10.0.0.l` is a slip of the finger and no name. */
function looksLikeAddress(text: string): boolean {
  const labels = text.split('.');
  return labels.length === 4 && labels.filter((label) => /^\d+$/.test(label)).length === 3;
}

function hasHostBits(text: string): boolean {
  const prefix = readPrefix(text);
  return prefix !== undefined && networkOf(prefix.address, prefix.length) !== prefix.address;
}

function isCanonical(text: string): boolean {
  const slash = text.indexOf('/');
  if (slash < 0) return readIpv4(text, 0, text.length) >= 0;
  const address = readIpv4(text, 0, slash);
  if (address < 0) return false;
  const length = readLength(text, slash + 1);
  return length >= 0 && length < 32 && networkOf(address, length) === address;
}

/** A range written short or the wrong way round, a netmask, leading zeros. */
function suggestion(text: string): string | undefined {
  const prefix = readPrefix(prefixSuggestion(text) ?? '');
  if (prefix !== undefined) {
    return formatPrefix({ address: networkOf(prefix.address, prefix.length), length: prefix.length });
  }
  return rangeSuggestion(text) ?? ipv4Suggestion(text);
}
