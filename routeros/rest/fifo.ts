/** A queue of one: works run strictly one after the other, in the order in which they asked. */
export interface Fifo {
  /**
   * Runs the work when all earlier ones have ended, well or badly.
   * @throws what the work throws; the signal's reason when it aborts while still waiting (the work then never runs).
   */
  run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** An empty queue. */
export function makeFifo(): Fifo {
  let tail: Promise<void> = Promise.resolve();
  /** Works that wait or run. */
  let inside = 0;

  async function run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const turn = tail;
    const isFree = inside === 0;
    inside += 1;
    const done = Promise.withResolvers<void>();
    // A waiter that gives up frees its own place only: the next one still waits for those before it.
    tail = turn.then(() => done.promise);
    try {
      if (isFree) signal?.throwIfAborted();
      else await turnOrAbort(turn, signal);
      return await work();
    } finally {
      inside -= 1;
      done.resolve();
    }
  }

  return { run };
}

async function turnOrAbort(turn: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return turn;
  signal.throwIfAborted();
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([turn, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
