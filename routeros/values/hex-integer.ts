import type { Codec } from '../catalogue/menu.ts';
import { InvalidValue } from './invalid-value.ts';

const EXPECTS = 'a hexadecimal number such as 0x8000';

/** A whole number that reads back in hexadecimal (`0x8000`); decimal is read too (routeros-rest.md §3 "hex ints"). */
export const hexIntegerCodec: Codec<number> = {
  expects: EXPECTS,
  parse(text) {
    const value = /^(0x[0-9a-f]+|0|[1-9]\d*)$/i.test(text) ? Number(text) : Number.NaN;
    if (!Number.isSafeInteger(value)) {
      throw new InvalidValue(EXPECTS, text, /^[0-9a-f]{1,13}$/i.test(text) ? `0x${text.toUpperCase()}` : undefined);
    }
    return value;
  },
  format: (value) => `0x${value.toString(16).toUpperCase()}`,
};
