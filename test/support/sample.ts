import { createHash } from 'node:crypto';

/** Whether matrices and properties run a part of themselves only. With CI they run whole. */
export const SAMPLED = (process.env['CI'] ?? '') === '';

/** Chooses samples: the day's date, so that days add up, unless TEST_SEED says otherwise. */
export const SEED = seedOf(process.env['TEST_SEED'] ?? new Date().toISOString().slice(0, 10).replaceAll('-', ''));

function seedOf(text: string): number {
  const seed = Number(text);
  // What fast-check takes.
  if (Number.isInteger(seed) && Math.abs(seed) < 2 ** 31) return seed;
  throw new RangeError(`TEST_SEED is a whole number below ${2 ** 31}, not "${text}".`);
}

/** The cases of a matrix that run here, in their order: with CI all of them, otherwise `count` of them. */
export function sampleOf<Case>(matrix: string, cases: readonly Case[], count: number): readonly Case[] {
  return SAMPLED ? chosenBy(SEED, matrix, cases, count) : cases;
}

/** `count` cases, in their order; another seed or the name of another matrix chooses others. */
export function chosenBy<Case>(seed: number, matrix: string, cases: readonly Case[], count: number): readonly Case[] {
  const ranks = cases.map((_, at) => rankOf(seed, matrix, String(at)));
  const chosen = new Set(ranks.toSorted().slice(0, count));
  return cases.filter((_, at) => chosen.has(ranks[at] ?? ''));
}

/** Whether a case runs here that a matrix comes to know as it goes: with CI each, otherwise one in so many. */
export function inSample(matrix: string, name: string, oneIn: number): boolean {
  return !SAMPLED || Number.parseInt(rankOf(SEED, matrix, name).slice(0, 8), 16) % oneIn === 0;
}

function rankOf(seed: number, matrix: string, name: string): string {
  return createHash('sha256').update(`${seed} ${matrix} ${name}`).digest('hex');
}

/** How fast-check runs a property: with CI so many times, otherwise a quarter of them, from the seed. */
export function runs(count: number): { readonly numRuns: number; readonly seed?: number } {
  return SAMPLED ? { numRuns: Math.ceil(count / 4), seed: SEED } : { numRuns: count };
}

/** Says what chooses the sample, and after a failure how to repeat it. */
export const sampleReporter = {
  onInit(): void {
    console.log(`\nMatrices and properties run a sample, TEST_SEED=${SEED}. CI=true runs all of them.`);
  },
  onTestRunEnd(_: unknown, __: unknown, reason: string): void {
    if (reason === 'failed') console.log(`\nTEST_SEED=${SEED} chooses the same sample again.`);
  },
};
