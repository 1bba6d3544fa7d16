import { setTimeout } from 'node:timers/promises';

/** Time as it comes in: durations and pauses, no dates. */
export interface RestClock {
  /** Milliseconds that only ever grow. */
  monotonic(): number;
  /** @throws the signal's reason when it aborts first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** The real one. */
export const REAL_CLOCK: RestClock = {
  monotonic: () => performance.now(),
  async sleep(milliseconds, signal) {
    try {
      await setTimeout(milliseconds, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      throw signal?.aborted === true ? signal.reason : error;
    }
  },
};
