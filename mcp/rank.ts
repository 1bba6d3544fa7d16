/** Something that is found by words, each text with how much a word in it counts. */
export interface Findable<T> {
  readonly item: T;
  readonly texts: readonly (readonly [text: string, weight: number])[];
}

/**
 * Those in which words of the query stand, the best first: rare words count more, and a word of which only the
 * beginning is alike counts half.
 */
export function ranked<T>(query: string, all: readonly Findable<T>[]): readonly T[] {
  const wanted = wordsIn(query);
  const indexed = all.map(({ item, texts }) => ({
    item,
    words: texts.map(([text, weight]) => ({ words: wordsIn(text), weight })),
  }));
  const scores = wanted.map((word) => {
    const found = indexed.map(({ words }) =>
      Math.max(0, ...words.map((each) => each.weight * likeness(word, each.words))),
    );
    const holding = found.filter((score) => score > 0).length;
    const rarity = Math.log(1 + all.length / Math.max(1, holding));
    return found.map((score) => score * rarity);
  });
  return indexed
    .map(({ item }, at) => ({ item, score: scores.reduce((sum, of) => sum + (of[at] ?? 0), 0) }))
    .filter(({ score }) => score > 0)
    .toSorted((one, other) => other.score - one.score)
    .map(({ item }) => item);
}

function likeness(word: string, words: readonly string[]): number {
  if (words.includes(word)) return 1;
  return words.some((each) => isAlike(each, word)) ? 0.5 : 0;
}

function isAlike(one: string, other: string): boolean {
  const shorter = Math.min(one.length, other.length);
  return shorter >= 3 && one.slice(0, shorter) === other.slice(0, shorter);
}

/** Words that say nothing of what is looked for. */
const EMPTY = new Set(['a', 'all', 'and', 'for', 'in', 'is', 'of', 'on', 'show', 'that', 'the', 'to', 'what', 'which']);

function wordsIn(text: string): readonly string[] {
  return text
    .toLowerCase()
    .split(/[^\p{L}\p{N}.]+/u)
    .map((word) => (word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word))
    .filter((word) => word !== '' && !EMPTY.has(word));
}
