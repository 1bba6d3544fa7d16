import { ConsoleFailure, type SimulatorClock } from '../model/console.ts';

/** A request may run this long (routeros-rest.md §1). */
const longestRequest = 60_000;

interface Line {
  tail: Promise<void>;
  session: number;
}

/**
 * One user's requests run strictly one at a time, in arrival order; different users run in parallel (routeros-rest.md
 * §1).
 */
export interface UserQueues {
  /**
   * Runs the work when its turn comes. After 60 s it rejects with `Session closed` and the queue goes on, while work
   * that does not heed its signal keeps running; requests that waited meanwhile get the same answer.
   */
  run<Value>(user: string, work: (signal: AbortSignal) => Promise<Value>): Promise<Value>;
  /** The router went down: nobody waits any longer, and what runs is to stop. */
  clear(): void;
}

/** Empty queues. */
export function createUserQueues(clock: SimulatorClock): UserQueues {
  const lines = new Map<string, Line>();
  const running = new Set<AbortController>();
  return {
    async run(user, work) {
      const line = lines.get(user) ?? { tail: Promise.resolve(), session: 0 };
      lines.set(user, line);
      const { session, tail } = line;
      const { promise: done, resolve: finish } = Promise.withResolvers<void>();
      line.tail = done;
      await tail;
      try {
        if (line.session !== session) {
          throw new ConsoleFailure('Session closed');
        }
        return await withinLimit(clock, work, running, () => {
          line.session += 1;
        });
      } finally {
        finish();
      }
    },
    clear() {
      lines.clear();
      for (const work of running) {
        work.abort(new Error('the router went down'));
      }
    },
  };
}

async function withinLimit<Value>(
  clock: SimulatorClock,
  work: (signal: AbortSignal) => Promise<Value>,
  running: Set<AbortController>,
  closeSession: () => void,
): Promise<Value> {
  const finished = new AbortController();
  const stop = new AbortController();
  running.add(stop);
  const limit = clock.sleep(longestRequest, finished.signal).then(
    () => {
      closeSession();
      stop.abort(new Error('60 s are over'));
      throw new ConsoleFailure('Session closed');
    },
    () => new Promise<never>(() => undefined),
  );
  try {
    return await Promise.race([work(stop.signal), limit]);
  } finally {
    running.delete(stop);
    finished.abort(new Error('finished'));
  }
}
