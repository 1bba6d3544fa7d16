import { record, type EventOrigin } from '../events.ts';
import type { FreezeRecord } from '../records/freeze.ts';
import type { Store } from '../records/store.ts';

/** Closes the gate of every device; every controller on this store obeys. */
export async function freezeWrites(store: Store, reason: string, act: EventOrigin): Promise<FreezeRecord> {
  const freeze = { by: act.actor, reason, since: act.at };
  await store.transaction(async (records) => {
    await records.freeze.set(freeze);
    await record(records, { action: 'freeze.on', device: null, detail: { reason } }, act);
  });
  return freeze;
}

/** Opens it again. */
export async function endFreeze(store: Store, act: EventOrigin): Promise<void> {
  await store.transaction(async (records) => {
    await records.freeze.set(null);
    await record(records, { action: 'freeze.off', device: null, detail: {} }, act);
  });
}
