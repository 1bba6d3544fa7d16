import type { Codec } from '../catalogue/menu.ts';
import { InvalidValue } from './invalid-value.ts';

/** Any text, as it is. */
export const textCodec: Codec<string> = {
  expects: 'a text',
  parse: (text) => text,
  format: (value) => value,
  canonical: (text) => text,
};

/** Any text but the empty one. */
export const nonEmptyTextCodec: Codec<string> = {
  expects: 'a text that is not empty',
  parse: refuseEmpty,
  format: (value) => value,
  canonical: refuseEmpty,
};

/** As `nonEmptyTextCodec`, in any language. */
export const freeTextCodec: Codec<string> = { ...nonEmptyTextCodec, isFreeText: true };

/**
 * A comment: any text. The router leaves the property out when it is empty, and `''` clears it (routeros-rest.md §3
 * "comment").
 */
export const commentCodec: Codec<string> = { ...textCodec, expects: 'a comment', isFreeText: true };

function refuseEmpty(text: string): string {
  if (text === '') throw new InvalidValue(nonEmptyTextCodec.expects, text);
  return text;
}
