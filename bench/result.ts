import type { Spread } from './measure.ts';

/** Tiny sizes only show that the commands work: what comes out is not held to a bound. */
export type Size = 'full' | 'tiny';

/** How a benchmark is run. */
export interface Settings {
  readonly size: Size;
  /** Pairs of control and subject, or repetitions. */
  readonly rounds: number;
  /** Says what is going on. */
  readonly progress: (message: string) => void;
}

/** One number that is held to a bound. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly bound: { readonly kind: 'most' | 'least'; readonly value: number };
  readonly spread: Spread | null;
}

/** What a benchmark found. */
export interface Result {
  readonly name: string;
  readonly title: string;
  readonly figures: readonly Figure[];
  /** Numbers that explain the figures and are held to nothing. */
  readonly notes: readonly string[];
}

export interface Benchmark {
  readonly name: string;
  readonly title: string;
  run(settings: Settings): Promise<Result>;
}

export function isMet({ value, bound }: Figure): boolean {
  return bound.kind === 'most' ? value <= bound.value : value >= bound.value;
}

/** For people. */
export function renderResult({ name, title, figures, notes }: Result, size: Size): string {
  const lines = figures.map((figure) => {
    const { what, unit, bound, spread } = figure;
    const range = spread === null ? '' : ` (${rounded(spread.least)} to ${rounded(spread.most)})`;
    const limit = `${bound.kind === 'most' ? 'at most' : 'at least'} ${bound.value}${unit}`;
    const verdict = size === 'tiny' ? 'not judged' : isMet(figure) ? 'met' : 'MISSED';
    return `   ${what}: ${rounded(figure.value)}${unit}${range}; bound: ${limit}: ${verdict}`;
  });
  return [`${name}. ${title}`, ...lines, ...notes.map((note) => `   ${note}`)].join('\n');
}

export function rounded(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
