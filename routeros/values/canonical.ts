import { standsForBytes } from '#bytes';
import type { Codec } from '../catalogue/menu.ts';
import { InvalidValue } from './invalid-value.ts';

/**
 * The one spelling of a value that RouterOS reads back: `format(parse(text))`, by the codec's short cut where it has
 * one.
 * @throws {InvalidValue}
 */
export function canonical(codec: Codec, text: string): string {
  return codec.canonical === undefined ? codec.format(codec.parse(text)) : codec.canonical(text);
}

/**
 * Far longer than any value that we could declare: whatever is above is not looked at, so that no router can keep us
 * busy with it.
 */
const LONGEST_LOOKED_AT = 16_384;

/**
 * The canonical spelling of what a router holds. A router may hold what we do not know (a newer version's word,
 * another character set):
 * such a text stands for itself, so that it still compares as different from everything we could declare.
 */
export function canonicalLive(codec: Codec, text: string): string {
  if (text.length > LONGEST_LOOKED_AT || standsForBytes(text)) return text;
  try {
    return canonical(codec, text);
  } catch (error) {
    if (error instanceof InvalidValue) return text;
    throw error;
  }
}
