import type { Codec } from '../catalogue/menu.ts';
import { InvalidValue } from './invalid-value.ts';
import { formatIpv4, type Ipv4, readIpv4 } from './ipv4.ts';

/** An IPv4 prefix. With the policy `keep` the address may have host bits. */
export interface Prefix {
  readonly address: Ipv4;
  readonly length: number;
}

/**
 * What bits beyond the prefix length mean: an error (`refuse`), nothing (`mask`, as address lists read them),
 * or the host's own address (`keep`, as in /ip/address). routeros-rest.md §3 "host bits".
 */
export type HostBits = 'refuse' | 'mask' | 'keep';

const EXPECTS: Readonly<Record<HostBits, string>> = {
  refuse: 'an IPv4 prefix without host bits such as 192.0.2.0/24',
  mask: 'an IPv4 prefix such as 192.0.2.0/24',
  keep: 'an IPv4 address with its prefix length such as 192.0.2.1/24',
};

/** An IPv4 prefix; a missing length is /32 and reads back as such (routeros-rest.md §3 "IPs"). */
export function prefixCodec(hostBits: HostBits): Codec<Prefix> {
  const expects = EXPECTS[hostBits];
  function parse(text: string): Prefix {
    const prefix = readPrefix(text);
    if (prefix === undefined) throw new InvalidValue(expects, text, prefixSuggestion(text));
    const network = networkOf(prefix.address, prefix.length);
    if (hostBits === 'keep' || network === prefix.address) return prefix;
    const masked = { address: network, length: prefix.length };
    if (hostBits === 'refuse') throw new InvalidValue(expects, text, formatPrefix(masked));
    return masked;
  }
  return { expects, parse, format: formatPrefix };
}

/** `192.0.2.1/24` or a bare address (length 32); host bits as they are. Undefined: neither. */
export function readPrefix(text: string): Prefix | undefined {
  const slash = text.indexOf('/');
  const address = readIpv4(text, 0, slash < 0 ? text.length : slash);
  const length = slash < 0 ? 32 : readLength(text, slash + 1);
  return address < 0 || length < 0 ? undefined : { address, length };
}

/** The first address of the prefix that holds `address`. */
export function networkOf(address: Ipv4, length: number): Ipv4 {
  return length === 0 ? 0 : (address & (-1 << (32 - length))) >>> 0;
}

/** Address and length with host bits as they are: `192.0.2.7/24` stays that. */
export function formatPrefix(prefix: Prefix): string {
  return `${formatIpv4(prefix.address)}/${prefix.length}`;
}

/** The prefix length that starts at `start` and ends the text, -1 when there is none. */
export function readLength(text: string, start: number): number {
  const digits = text.length - start;
  if (digits !== 1 && digits !== 2) return -1;
  const first = text.charCodeAt(start) - 48;
  if (first < 0 || first > 9) return -1;
  if (digits === 1) return first;
  const second = text.charCodeAt(start + 1) - 48;
  const length = first * 10 + second;
  return first === 0 || second < 0 || second > 9 || length > 32 ? -1 : length;
}

/** `192.0.2.0/255.255.255.0` → `192.0.2.0/24`. */
export function prefixSuggestion(text: string): string | undefined {
  const [address = '', mask = ''] = text.split('/');
  const value = readIpv4(mask, 0, mask.length);
  if (value < 0 || readIpv4(address, 0, address.length) < 0) return undefined;
  for (let length = 0; length <= 32; length++) {
    if (networkOf(0xffffffff, length) === value) return `${address}/${length}`;
  }
  return undefined;
}
