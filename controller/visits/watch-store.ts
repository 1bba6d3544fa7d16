import type { Clock } from '../ports.ts';
import type { Store } from '../records/store.ts';
import type { Logger } from '../telemetry/log.ts';

const LOOK_EVERY_MS = 500;

/** Looks again and again whether the store is still the one that was opened, and says so when it is not. */
export async function watchStore(
  store: Pick<Store, 'gone' | 'mustBeHere'>,
  clock: Clock,
  log: Logger,
  ending: AbortSignal,
): Promise<void> {
  store.gone.addEventListener('abort', () => log.fatal({ err: store.gone.reason as unknown }, 'the store is gone'));
  while (!ending.aborted) {
    try {
      store.mustBeHere();
    } catch {
      return;
    }
    await clock.sleep(LOOK_EVERY_MS, ending).catch(() => {});
  }
}
