import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SimulatorClock } from '../../simulator/model/console.ts';

export interface SteppedClock extends SimulatorClock {
  /** Sleeps under way: zero when nothing was left behind. */
  readonly sleeping: number;
  /** Lets time pass, waking sleepers in order and letting each do its work before the next. */
  advance: (milliseconds: number) => Promise<void>;
  /** Lets everything that needs no time finish. */
  settle: () => Promise<void>;
}

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it. */
export function steppedClock(start = Date.parse('2026-11-21T12:00:00Z')): SteppedClock {
  const sleepers = new Set<Sleeper>();
  let time = start;

  async function settle(): Promise<void> {
    for (let turn = 0; turn < 12; turn++) await nextTurn();
  }

  return {
    get sleeping() {
      return sleepers.size;
    },
    now: () => time,
    sleep(milliseconds, signal) {
      return new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const sleeper: Sleeper = {
          until: time + milliseconds,
          wake: () => {
            signal?.removeEventListener('abort', stop);
            sleepers.delete(sleeper);
            resolve();
          },
        };
        function stop(): void {
          sleepers.delete(sleeper);
          reject(signal?.reason as Error);
        }
        signal?.addEventListener('abort', stop, { once: true });
        sleepers.add(sleeper);
      });
    },
    settle,
    async advance(milliseconds) {
      const target = time + milliseconds;
      for (;;) {
        await settle();
        const next = [...sleepers].toSorted((a, b) => a.until - b.until).find((sleeper) => sleeper.until <= target);
        if (next === undefined) break;
        time = Math.max(time, next.until);
        next.wake();
      }
      time = target;
      await settle();
    },
  };
}
