import type { Codec } from '../catalogue/menu.ts';
import { InvalidValue } from './invalid-value.ts';

const EXPECTS = 'a MAC address such as 00:00:5E:00:53:01';

/**
 * A MAC address: read in any case with `:`, `-` or `.` between its parts, reads back upper-case with colons
 * (routeros-rest.md §3).
 */
export const macCodec: Codec<string> = {
  expects: EXPECTS,
  parse(text) {
    const hex = text.replaceAll(/[:.-]/g, '').toUpperCase();
    const pairs = /^([0-9a-f]{2})([:-])(?:[0-9a-f]{2}\2){4}[0-9a-f]{2}$/i.test(text);
    const quads = /^[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}$/i.test(text);
    const spelt = hex.replaceAll(/..(?=.)/g, '$&:');
    if (pairs || quads) return spelt;
    throw new InvalidValue(EXPECTS, text, /^[0-9A-F]{12}$/.test(hex) ? spelt : undefined);
  },
  format: (value) => value,
};
