import type { Codec } from '../catalogue/menu.ts';
import { isDomainName } from './domain-name.ts';
import { InvalidValue } from './invalid-value.ts';
import { type Ip, ipCodec } from './ip.ts';

const EXPECTS = 'an IP address or a domain name';

/** A host by address (number or bigint) or by name (string). */
export type Host = Ip | string;

/** An address of either family or a domain name; what looks like a misspelt address is refused. */
export const hostCodec: Codec<Host> = {
  expects: EXPECTS,
  parse(text) {
    if (isDomainName(text)) return text;
    try {
      return ipCodec.parse(text);
    } catch (error) {
      throw new InvalidValue(EXPECTS, text, error instanceof InvalidValue ? error.suggestion : undefined);
    }
  },
  format: (value) => (typeof value === 'string' ? value : ipCodec.format(value)),
};
