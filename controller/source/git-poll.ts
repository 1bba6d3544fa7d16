import type { Clock } from '../ports.ts';

const JITTER = 0.2;

/**
 * Yields whenever it is time to look at a repository again: about every `seconds`, 20 % more or less, so that many
 * controllers do not ask one server at one moment. Ends when the signal aborts.
 * @param random numbers from 0 up to 1.
 */
export async function* gitChanges(
  clock: Clock,
  seconds: number,
  random: () => number,
  signal: AbortSignal,
): AsyncGenerator<void, void, undefined> {
  while (!signal.aborted) {
    const milliseconds = seconds * 1000 * (1 - JITTER + 2 * JITTER * random());
    await clock.sleep(milliseconds, signal).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    if (!signal.aborted) yield;
  }
}
