import { Failure } from '#failure';
import type { DeviceName } from '../ports.ts';

/** Whose turn it is at each router. */
export interface Turns {
  /**
   * Does the work when all that asked before at this device have ended. @throws {Failure} `TooManyReads` at once when
   * too many wait, and the signal's reason when it aborts before the work has begun.
   */
  take<T>(device: DeviceName, work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** Who waits longer than that would better ask again. */
const MOST_WAITING = 8;
/** Of all devices together, under way and waiting. */
const MOST_AT_ONCE = 64;
const RETRY_AFTER_SECONDS = 2;

interface Queue {
  inside: number;
  tail: Promise<void>;
}

/** Nobody waits yet. */
export function makeTurns(): Turns {
  const queues = new Map<DeviceName, Queue>();
  let inside = 0;

  return {
    async take(device, work, signal) {
      const queue = queues.get(device) ?? { inside: 0, tail: Promise.resolve() };
      // One is under way, the others wait.
      if (queue.inside > MOST_WAITING || inside >= MOST_AT_ONCE)
        throw tooMany(queue.inside > MOST_WAITING ? device : null);
      queues.set(device, queue);
      queue.inside += 1;
      inside += 1;
      const turn = queue.tail;
      const done = Promise.withResolvers<void>();
      queue.tail = turn.then(() => done.promise);
      try {
        await turn;
        signal?.throwIfAborted();
        return await work();
      } finally {
        done.resolve();
        inside -= 1;
        queue.inside -= 1;
        if (queue.inside === 0) queues.delete(device);
      }
    },
  };
}

function tooMany(device: DeviceName | null): Failure {
  const whom = device === null ? 'the controller' : device;
  return new Failure('TooManyReads', `Too many reads of ${whom} wait already.`, {
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}
