import type { Clock, Instant } from '../ports.ts';
import type { Retention, Store } from '../records/store.ts';
import { pruneAccesses } from '../reports/prune-accesses.ts';
import type { Logger } from '../telemetry/log.ts';

const PAUSE_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Deletes once an hour what retention lets go, until the signal aborts. */
export async function retain(
  store: Store,
  retention: Retention,
  readDays: number,
  clock: Clock,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(PAUSE_MS, signal).catch(() => {});
    if (signal.aborted) return;
    const rows = await pruned(store, retention, readDays, clock.now()).catch((error: unknown) => {
      log.error({ err: error }, 'retention failed');
      return 0;
    });
    if (rows > 0) log.info({ rows }, 'retention deleted rows');
  }
}

async function pruned(store: Store, retention: Retention, readDays: number, now: Instant): Promise<number> {
  await store.orders.prune(now - DAY_MS);
  return (await store.prune(retention, now)) + (await pruneAccesses(store, readDays, now));
}
