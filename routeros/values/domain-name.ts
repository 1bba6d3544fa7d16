import type { Codec } from '../catalogue/menu.ts';
import { InvalidValue } from './invalid-value.ts';

const EXPECTS = 'a domain name such as www.example.net';

const LABEL = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/**
 * A domain name without trailing dot. Case is kept: DNS static rows compare names case-sensitively (routeros-rest.md
 * §5.2).
 */
export const domainNameCodec: Codec<string> = {
  expects: EXPECTS,
  parse(text) {
    if (isDomainName(text)) return text;
    const tidy = text.trim().replace(/\.$/, '');
    throw new InvalidValue(EXPECTS, text, tidy !== text && isDomainName(tidy) ? tidy : undefined);
  },
  format: (value) => value,
};

/**
 * Whether the text can be resolved as a name. A name whose last label is a number would be read as an address, so it
 * is none.
 */
export function isDomainName(text: string): boolean {
  if (text.length === 0 || text.length > 253) return false;
  const labels = text.split('.');
  return labels.every((label) => LABEL.test(label)) && !/^(\d+|0x[0-9a-f]*)$/i.test(labels.at(-1) ?? '');
}
