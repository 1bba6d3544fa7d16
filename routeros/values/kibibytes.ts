import type { Codec } from '../catalogue/menu.ts';
import { InvalidValue } from './invalid-value.ts';

const EXPECTS = 'a size in KiB such as 2048 or 2048KiB';

/** A size in KiB: reads back as a bare number, exports write `2048KiB` (routeros-rest.md §5.1 cache-size). */
export const kibibytesCodec: Codec<number> = {
  expects: EXPECTS,
  parse(text) {
    const value = Number(/^(0|[1-9]\d{0,9})(KiB)?$/.exec(text)?.[1] ?? Number.NaN);
    if (value <= 0xffffffff) return value;
    throw new InvalidValue(EXPECTS, text);
  },
  format: String,
};
