import type { Clock } from '../ports.ts';

/** The first script is small: nobody knows yet how fast this router writes. */
const FIRST_ROWS = 100;
/** How long a script is to run: far below the 60 s after which RouterOS ends a request (routeros-rest.md §1). */
const SCRIPT_MS = 15_000;
/** However fast a small script was, the next has at most so many times its rows. */
const GROWTH = 4;

/** How many rows the next script may have, by what the last ones took. */
export interface Pace {
  /** Rows of the next script that does `kind` of thing. */
  rowsNext(kind: string): number;
  /** Runs a script with so many rows and learns from how long it takes, or that nobody knows. */
  run<T>(kind: string, rows: number, send: () => Promise<T>): Promise<T>;
  /** Rows a second over all scripts that ended; null: none did. */
  rowsPerSecond(): number | null;
}

/** A pace that knows nothing yet. */
export function makePace(clock: Pick<Clock, 'monotonic'>): Pace {
  const next = new Map<string, number>();
  let rowsWritten = 0;
  let milliseconds = 0;
  const rowsNext = (kind: string): number => next.get(kind) ?? FIRST_ROWS;
  return {
    rowsNext,
    async run(kind, rows, send) {
      const startedAt = clock.monotonic();
      try {
        const answer = await send();
        const took = Math.max(1, clock.monotonic() - startedAt);
        rowsWritten += rows;
        milliseconds += took;
        next.set(kind, Math.max(1, Math.floor(Math.min(GROWTH * rows, (SCRIPT_MS * rows) / took))));
        return answer;
      } catch (error) {
        next.set(kind, Math.max(1, Math.floor(rows / GROWTH)));
        throw error;
      }
    },
    rowsPerSecond: () => (rowsWritten === 0 ? null : (1000 * rowsWritten) / milliseconds),
  };
}
