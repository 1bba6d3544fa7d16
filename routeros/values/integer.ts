import type { Codec } from '../catalogue/menu.ts';
import { InvalidValue } from './invalid-value.ts';

/**
 * A whole number from `minimum` to `maximum`. Leading zeros are refused: the router may read them as octal
 * (routeros-rest.md §3 "write types").
 */
export function integerCodec(minimum: number, maximum: number): Codec<number> {
  const expects = `a whole number from ${minimum} to ${maximum}`;
  return {
    isNumber: true,
    expects,
    parse(text) {
      const value = Number(text);
      const inRange = value >= minimum && value <= maximum && Number.isSafeInteger(value);
      if (/^(0|-?[1-9]\d*)$/.test(text) && inRange) return value;
      throw new InvalidValue(expects, text, /^0\d+$/.test(text) && inRange ? String(value) : undefined);
    },
    format: String,
  };
}
