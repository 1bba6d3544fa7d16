import type { Codec } from '../catalogue/menu.ts';
import { InvalidValue } from './invalid-value.ts';
import { type Ipv4, ipv4Codec, ipv4Suggestion, readIpv4 } from './ipv4.ts';
import { type Ipv6, ipv6Codec } from './ipv6.ts';

const EXPECTS = 'an IPv4 or IPv6 address such as 192.0.2.1 or 2001:db8::1';

/** An address of either family: a number is IPv4, a bigint IPv6. */
export type Ip = Ipv4 | Ipv6;

/** An address of either family, without prefix length. */
export const ipCodec: Codec<Ip> = {
  expects: EXPECTS,
  parse(text) {
    const v4 = readIpv4(text, 0, text.length);
    if (v4 >= 0) return v4;
    if (!text.includes(':')) throw new InvalidValue(EXPECTS, text, ipv4Suggestion(text));
    try {
      return ipv6Codec.parse(text);
    } catch {
      throw new InvalidValue(EXPECTS, text);
    }
  },
  format: (value) => (typeof value === 'bigint' ? ipv6Codec.format(value) : ipv4Codec.format(value)),
  canonical(text) {
    if (readIpv4(text, 0, text.length) >= 0) return text;
    return ipCodec.format(ipCodec.parse(text));
  },
};
