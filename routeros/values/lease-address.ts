import type { Codec } from '../catalogue/menu.ts';
import { InvalidValue } from './invalid-value.ts';
import { formatIpv4, ipv4Suggestion, readIpv4 } from './ipv4.ts';

const EXPECTS = 'an IPv4 address, or the name of a pool';

/**
 * The `address` of a DHCP lease: an IPv4 address, or the pool to take one from (routeros-rest.md §5.10). What looks like
 * an address and is none is refused: it would be taken for a pool.
 */
export const leaseAddressCodec: Codec<string> = {
  expects: EXPECTS,
  parse(text) {
    const address = readIpv4(text, 0, text.length);
    if (address >= 0) return formatIpv4(address);
    if (text !== '' && !/^[\d./:-]+$/.test(text)) return text;
    throw new InvalidValue(EXPECTS, text, ipv4Suggestion(text));
  },
  format: (value) => value,
};

/** The pools that such an address names. */
export function poolsIn(address: string): readonly string[] {
  return readIpv4(address, 0, address.length) >= 0 ? [] : [address];
}
