import type { Codec } from '../catalogue/menu.ts';
import { InvalidValue } from './invalid-value.ts';

const EXPECTS = 'an IPv4 address such as 192.0.2.1';

/** An IPv4 address as a number from 0 to 2^32 - 1. */
export type Ipv4 = number;

/** An IPv4 address; leading zeros are refused, since some read them as octal. */
export const ipv4Codec: Codec<Ipv4> = {
  expects: EXPECTS,
  parse(text) {
    const value = readIpv4(text, 0, text.length);
    if (value < 0) throw new InvalidValue(EXPECTS, text, ipv4Suggestion(text));
    return value;
  },
  format: formatIpv4,
  canonical(text) {
    if (readIpv4(text, 0, text.length) < 0) throw new InvalidValue(EXPECTS, text, ipv4Suggestion(text));
    return text;
  },
};

/**
 * `text.slice(start, end)` as an IPv4 address, -1 when it is none. Allocates nothing: it runs once for each row of
 * address lists with 100,000 rows.
 */
export function readIpv4(text: string, start: number, end: number): number {
  if (end - start < 7 || end - start > 15) return -1;
  let address = 0;
  let octet = -1;
  let dots = 0;
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code === 46) {
      if (octet < 0 || dots === 3) return -1;
      address = address * 256 + octet;
      octet = -1;
      dots++;
      continue;
    }
    const digit = code - 48;
    if (digit < 0 || digit > 9 || octet === 0) return -1;
    octet = octet < 0 ? digit : octet * 10 + digit;
    if (octet > 255) return -1;
  }
  return dots === 3 && octet >= 0 ? address * 256 + octet : -1;
}

/** Dotted decimal without leading zeros: `192.0.2.7`. */
export function formatIpv4(value: Ipv4): string {
  return `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;
}

/** `192.0.2.007` → `192.0.2.7`; spaces around dropped. */
export function ipv4Suggestion(text: string): string | undefined {
  const tidy = text
    .trim()
    .split('.')
    .map((octet) => octet.replace(/^0+(?=\d)/, ''))
    .join('.');
  return tidy !== text && readIpv4(tidy, 0, tidy.length) >= 0 ? tidy : undefined;
}
