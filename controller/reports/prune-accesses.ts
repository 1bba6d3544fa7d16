import { record } from '../events.ts';
import type { Instant } from '../ports.ts';
import type { Store } from '../records/store.ts';

const DAY_MS = 86_400_000;

/**
 * Forgets who asked for what longer ago than these days, once a day, and says so in the chain: what is missing there
 * without that was taken away. @returns how many rows went.
 */
export async function pruneAccesses(
  store: Pick<Store, 'transaction' | 'accesses'>,
  days: number,
  now: Instant,
): Promise<number> {
  const before = now - days * DAY_MS;
  const oldest = await store.accesses.oldest();
  if (oldest === null || oldest >= before - DAY_MS) return 0;
  return await store.transaction(async (records) => {
    const rows = await records.accesses.prune(before);
    await record(
      records,
      { action: 'reads.pruned', device: null, detail: { before, rows } },
      { actor: 'controller', at: now },
    );
    return rows;
  });
}
