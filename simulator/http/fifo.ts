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
   * Runs the work when its turn comes. After 60 s it rejects with `Session closed` and the queue goes on, while the
   * work keeps running; requests that waited meanwhile get the same answer.
   */
  run<Value>(user: string, work: () => Promise<Value>): Promise<Value>;
  clear(): void;
}

/** Empty queues. */
export function createUserQueues(clock: SimulatorClock): UserQueues {
  const lines = new Map<string, Line>();
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
        return await withinLimit(clock, work, () => {
          line.session += 1;
        });
      } finally {
        finish();
      }
    },
    clear() {
      lines.clear();
    },
  };
}

async function withinLimit<Value>(
  clock: SimulatorClock,
  work: () => Promise<Value>,
  closeSession: () => void,
): Promise<Value> {
  const finished = new AbortController();
  const limit = clock.sleep(longestRequest, finished.signal).then(
    () => {
      closeSession();
      throw new ConsoleFailure('Session closed');
    },
    () => new Promise<never>(() => undefined),
  );
  try {
    return await Promise.race([work(), limit]);
  } finally {
    finished.abort(new Error('finished'));
  }
}
