import type { Codec } from '../catalogue/menu.ts';
import { InvalidValue } from './invalid-value.ts';

/**
 * A size in KiB, `minimum` or more: reads back as a bare number, exports write `2048KiB` (routeros-rest.md §5.1
 * cache-size).
 */
export function kibibytesCodec(minimum: number): Codec<number> {
  const expects = `a size in KiB from ${minimum} to 4294967295`;
  return {
    isNumber: true,
    expects,
    parse(text) {
      const value = Number(/^(0|[1-9]\d{0,9})(KiB)?$/.exec(text)?.[1] ?? Number.NaN);
      if (value >= minimum && value <= 0xffffffff) return value;
      throw new InvalidValue(expects, text);
    },
    format: String,
  };
}
