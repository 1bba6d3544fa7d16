import type { Codec } from '../catalogue/menu.ts';
import { InvalidValue } from './invalid-value.ts';

/**
 * A value of `codec`, or one of the special words a field knows besides it (`never`, `none`, `auto`: routeros-rest.md
 * §3). A word stands for itself.
 */
export function wordOr<Word extends string, T>(words: readonly Word[], codec: Codec<T>): Codec<T | Word> {
  const expects = `${codec.expects}, or ${words.join(', ')}`;
  const isWord = (value: unknown): value is Word => words.some((word) => word === value);
  return {
    expects,
    parse(text) {
      if (isWord(text)) return text;
      try {
        return codec.parse(text);
      } catch (error) {
        if (error instanceof InvalidValue) throw new InvalidValue(expects, text, error.suggestion);
        throw error;
      }
    },
    format: (value) => (isWord(value) ? value : codec.format(value)),
  };
}
