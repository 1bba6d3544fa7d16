import { createClock, type SimulatorClock } from '#simulator';

/** A clock that runs, and that a test can put forward: sleepers whose time has come then wake at once. */
export interface JumpingClock extends SimulatorClock {
  jump(milliseconds: number): void;
}

/** A clock `speed` times as fast as the wall clock. */
export function jumpingClock(speed: number): JumpingClock {
  const running = createClock(speed);
  let jumped = 0;
  let jumping = new AbortController();
  return {
    now: () => running.now() + jumped,
    async sleep(milliseconds, signal) {
      const end = running.now() + jumped + milliseconds;
      for (let left = milliseconds; left > 0; left = end - running.now() - jumped) {
        const stops = signal === undefined ? [jumping.signal] : [jumping.signal, signal];
        await running.sleep(left, AbortSignal.any(stops)).catch(() => {});
        signal?.throwIfAborted();
      }
    },
    jump(milliseconds) {
      jumped += milliseconds;
      jumping.abort();
      jumping = new AbortController();
    },
  };
}
