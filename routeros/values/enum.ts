import { nearestName } from '#schemas';
import type { Codec } from '../catalogue/menu.ts';
import { InvalidValue } from './invalid-value.ts';

/** One of the words, spelt exactly so. */
export function enumCodec<Word extends string>(words: readonly Word[]): Codec<Word> {
  const expects = `one of ${words.join(', ')}`;
  return {
    expects,
    parse(text) {
      const word = words.find((candidate) => candidate === text);
      if (word === undefined) throw new InvalidValue(expects, text, nearestName(text, words));
      return word;
    },
    format: (value) => value,
  };
}
