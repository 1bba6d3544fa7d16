import type { Clock } from '../ports.ts';
import type { Retention, Store } from '../records/store.ts';
import type { Logger } from '../telemetry/log.ts';

const PAUSE_MS = 3_600_000;

/** Deletes once an hour what retention lets go, until the signal aborts. */
export async function retain(
  store: Store,
  retention: Retention,
  clock: Clock,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(PAUSE_MS, signal).catch(() => {});
    if (signal.aborted) return;
    const rows = await store.prune(retention, clock.now()).catch((error: unknown) => {
      log.error({ err: error }, 'retention failed');
      return 0;
    });
    if (rows > 0) log.info({ rows }, 'retention deleted rows');
  }
}
