import type { Codec } from '../catalogue/menu.ts';
import { InvalidValue } from './invalid-value.ts';
import { formatIpv4, type Ipv4, readIpv4 } from './ipv4.ts';
import { formatPrefix, networkOf, readPrefix } from './prefix.ts';

const EXPECTS = 'an IPv4 range such as 192.0.2.10-192.0.2.20';

/** IPv4 addresses from `first` to `last`, both included. */
export interface IpRange {
  readonly first: Ipv4;
  readonly last: Ipv4;
}

/**
 * An IPv4 range. One that equals a prefix reads back as the prefix, one of a single address as that address;
 * a prefix is read too and its host bits are masked off (routeros-rest.md §3 "ranges", "single-host CIDR").
 */
export const ipRangeCodec: Codec<IpRange> = {
  expects: EXPECTS,
  parse(text) {
    const range = readRange(text);
    if (range === undefined) throw new InvalidValue(EXPECTS, text, rangeSuggestion(text));
    return range;
  },
  format: formatRange,
};

/** A range, prefix or address as a range. Undefined: none of them. */
export function readRange(text: string): IpRange | undefined {
  const dash = text.indexOf('-');
  if (dash < 0) {
    const prefix = readPrefix(text);
    if (prefix === undefined) return undefined;
    const first = networkOf(prefix.address, prefix.length);
    return { first, last: first + 2 ** (32 - prefix.length) - 1 };
  }
  const first = readIpv4(text, 0, dash);
  const last = readIpv4(text, dash + 1, text.length);
  return first < 0 || last < first ? undefined : { first, last };
}

/**
 * Whether an address, a prefix (whatever its host bits) or a range holds this address. What is none of them holds
 * nothing.
 */
export function holdsAddress(text: string, address: Ipv4): boolean {
  const range = readRange(text);
  return range !== undefined && range.first <= address && address <= range.last;
}

/** `192.0.2.9-192.0.2.4` → the right way round; `192.0.2.1-254` → `192.0.2.1-192.0.2.254`. */
export function rangeSuggestion(text: string): string | undefined {
  const [, network, first, last] = /^(\d+\.\d+\.\d+\.)(\d+)-(\d+)$/.exec(text) ?? [];
  const [from = '', to = ''] = text.split('-');
  const range = readRange(network === undefined ? `${to}-${from}` : `${network}${first}-${network}${last}`);
  return range === undefined ? undefined : formatRange(range);
}

/**
 * The shortest spelling, as RouterOS reads a range back: an address, a prefix, otherwise `first-last` (routeros-rest.md
 * §3 "ranges").
 */
export function formatRange({ first, last }: IpRange): string {
  if (first === last) return formatIpv4(first);
  const length = 32 - Math.log2(last - first + 1);
  if (Number.isInteger(length) && networkOf(first, length) === first) return formatPrefix({ address: first, length });
  return `${formatIpv4(first)}-${formatIpv4(last)}`;
}
