import type { Codec } from '../catalogue/menu.ts';
import { InvalidValue } from './invalid-value.ts';

const EXPECTS = 'an https URL, or an empty text';

/** The URL of a DNS over HTTPS server, `''` for none: the router wants it with https:// (vendor's page DNS). */
export const httpsUrlCodec: Codec<string> = {
  expects: EXPECTS,
  parse(text) {
    if (/^(https:\/\/\S+)?$/.test(text)) return text;
    throw new InvalidValue(EXPECTS, text);
  },
  format: (value) => value,
};
