/** What a model, or a client's own search, reads of a tool before it chooses one. */
export interface RankedTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Other words that people use for it. */
  readonly words: readonly string[];
}

/** How much a term counts by where it stands. */
const WEIGHTS = { name: 2, title: 1.5, description: 1, words: 1.5 } as const;
/** BM25: how soon a term that is repeated counts no more, and how much the length of a text counts. */
const SATURATION = 1.2;
const LENGTH = 0.4;
/** How much more the first word counts: where it says something, it is mostly what is to be done. */
const ORDER = 3;
/** Words that say nothing of what is wanted. */
const EMPTY = new Set(
  `a about all also am an and any are as at be been but by can could did do does for from get give had has have he her how i in
  into is it its just let me my need no not of off on or our out over please see shall she should show so some tell than that the
  their them then there these they this to up us want was we were what when which why will with you your`.split(/\s+/),
);

/** Words that people use for one thing, by their stems. */
const SAME: Readonly<Record<string, string>> = { box: 'router', devic: 'router', mikrotik: 'router', unit: 'router' };

/** Ranks tools by what somebody says, the best first: BM25 over stems and pairs of them, and no model. */
export function rankingOf(tools: readonly RankedTool[]): (said: string) => readonly string[] {
  const documents = tools.map((tool) => ({ name: tool.name, terms: weighedTerms(tool) }));
  const lengths = documents.map(({ terms }) => [...terms.values()].reduce((sum, weight) => sum + weight, 0));
  const usual = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);
  const rarity = (term: string): number => {
    const having = documents.filter(({ terms }) => terms.has(term)).length;
    return having === 0 ? 0 : Math.log(1 + (documents.length - having + 0.5) / (having + 0.5));
  };
  return (said) => {
    const order = wordsOf(said).find((word) => word !== 'please');
    const asked = [...new Set(termsOf(said))].map((term) => ({
      term,
      rare: rarity(term) * (term === order ? ORDER : 1),
    }));
    const scored = documents.map(({ name, terms }, index) => {
      const norm = SATURATION * (1 - LENGTH + LENGTH * ((lengths[index] ?? usual) / usual));
      const score = asked.reduce((sum, { term, rare }) => {
        const weight = terms.get(term) ?? 0;
        return sum + (rare * weight * (SATURATION + 1)) / (weight + norm);
      }, 0);
      return { name, score };
    });
    return scored.toSorted((one, other) => other.score - one.score).map(({ name }) => name);
  };
}

function weighedTerms({ name, title, description, words }: RankedTool): ReadonlyMap<string, number> {
  const terms = new Map<string, number>();
  const add = (text: string, weight: number): void => {
    for (const term of termsOf(text)) terms.set(term, (terms.get(term) ?? 0) + weight);
  };
  add(name, WEIGHTS.name);
  add(title, WEIGHTS.title);
  add(description, WEIGHTS.description);
  for (const phrase of words) add(phrase, WEIGHTS.words);
  return terms;
}

/** Stems of words that say something, and pairs of neighbouring words one of which does. */
function termsOf(text: string): readonly string[] {
  const words = wordsOf(text);
  const pairs = words.slice(1).map((word, index) => [words[index] ?? '', word] as const);
  return [
    ...words.filter((word) => !EMPTY.has(word)),
    ...pairs.filter((pair) => pair.some((word) => !EMPTY.has(word))).map((pair) => pair.join(' ')),
  ];
}

/** Addresses, paths and names of devices count for what they are, numbers for nothing. */
function wordsOf(text: string): readonly string[] {
  return text
    .toLowerCase()
    .replaceAll(/\b[0-9a-f]{2}(:[0-9a-f]{2}){5}\b/g, ' mac ')
    .replaceAll(/\b\d+(\.\d+){3}(\/\d+)?\b/g, ' address ')
    .replaceAll(/\b[a-z]+(-[a-z]+)*-\d+\b/g, ' router ')
    .replaceAll(/(?<=^|\s)(\/[a-z][a-z-]*)+/g, (path) => ` path ${path.replaceAll('/', ' ')} `)
    .replaceAll(/(?<=[a-z])['’]s?(?![a-z])|['’](?=[a-z])/g, ' ')
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 1 && !/^\d+$/.test(word))
    .map((word) => (EMPTY.has(word) ? word : stemOf(word)))
    .map((word) => SAME[word] ?? word);
}

function stemOf(word: string): string {
  const singular = word
    .replace(/ies$/, 'y')
    .replace(/(?<=s|x|ch|sh)es$/, '')
    .replace(/(?<=[^suis])s$/, '');
  const bare = singular.replace(/(?<=[a-z]{4})our/, 'or').replace(/(?<=[a-z]{3})(ing|ed|ation|ion)$/, '');
  return bare
    .replace(/(?<=([bdgmnprt]))\1$/, '')
    .replace(/(?<=[a-z]{3})e$/, '')
    .replace(/(?<=[a-z]{4})is$/, 'iz');
}
