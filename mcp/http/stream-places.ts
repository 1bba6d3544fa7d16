/** Streams that one caller has open at a time. */
const MOST_STREAMS = 8;

/** Counts the streams of each caller. */
export interface StreamPlaces {
  /** What gives the place back, which may be done twice; null: they have as many as they may. */
  take(actor: string): (() => void) | null;
}

/** None are taken yet. */
export function streamPlaces(): StreamPlaces {
  const taken = new Map<string, Set<symbol>>();
  return {
    take(actor) {
      const own = taken.get(actor) ?? new Set();
      if (own.size >= MOST_STREAMS) return null;
      const place = Symbol(actor);
      taken.set(actor, own.add(place));
      return () => {
        own.delete(place);
        if (own.size === 0 && taken.get(actor) === own) taken.delete(actor);
      };
    },
  };
}

/** What is said to whom has as many as they may. */
export const TOO_MANY_STREAMS = {
  code: 'RateLimited',
  message: `You have ${String(MOST_STREAMS)} streams open.`,
  hint: 'Close one of them, or name more resources in one.',
  retryable: true,
} as const;
