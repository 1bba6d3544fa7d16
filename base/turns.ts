import { performance } from 'node:perf_hooks';
import { setImmediate } from 'node:timers/promises';

const LONGEST_TURN_MS = 20;

/**
 * For long work on the controller's only thread: whoever awaits the function now and then gives everybody else their
 * turn once 20 ms have passed. Answers that are at hand already give nobody one: thousands of them in a row hold the
 * thread like a loop.
 */
export function takeTurns(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < LONGEST_TURN_MS) return;
    await setImmediate();
    since = performance.now();
  };
}
