import type { Codec } from '../catalogue/menu.ts';
import { InvalidValue } from './invalid-value.ts';
import { type Ip, ipCodec } from './ip.ts';

const EXPECTS = 'the address of a DNS server or the name of a forwarder';

/**
 * Whom a FWD record asks: a server by address, or by name a row of /ip/dns/forwarders, which may hold spaces. What has
 * only digits, dots and colons is meant as an address.
 */
export const forwarderCodec: Codec<Ip | string> = {
  expects: EXPECTS,
  parse(text) {
    if (isAddress(text)) {
      try {
        return ipCodec.parse(text);
      } catch (error) {
        throw new InvalidValue(EXPECTS, text, error instanceof InvalidValue ? error.suggestion : undefined);
      }
    }
    const tidy = text.trim();
    if (text.includes(',') || tidy !== text) throw new InvalidValue(EXPECTS, text, takes(tidy) ? tidy : undefined);
    return text;
  },
  format: (value) => (typeof value === 'string' ? value : ipCodec.format(value)),
};

/** The names of forwarders in a list of those whom a FWD record asks. */
export function forwardersIn(servers: string): readonly string[] {
  return servers.split(',').filter((server) => !isAddress(server));
}

function isAddress(server: string): boolean {
  return /^[\d.]*$|:/.test(server);
}

function takes(tidy: string): boolean {
  try {
    return !tidy.includes(',') && forwarderCodec.parse(tidy) !== undefined;
  } catch {
    return false;
  }
}
