import { createHash } from 'node:crypto';
import type { LiveState, Plan } from '#differ';
import { wordsReadIn } from '../device/live.ts';
import { remember } from '../observed/memory.ts';
import type { Outcome } from '../observed/outcome.ts';
import type { Instant } from '../ports.ts';
import type { DeviceRecord } from '../records/devices.ts';
import { storedDigestOf } from '../records/digest.ts';
import type { PassContext } from './pass-context.ts';

/**
 * What a pass over a device that is in sync rests on: whose answers were read, byte for byte and by menu, and what was
 * confirmed. Null where any of it is not known exactly, or anything but the router can make a later pass end otherwise:
 * such a pass is never left out.
 */
export function markOf({ identity, target }: PassContext, record: DeviceRecord | null, read: LiveState): string | null {
  const base = record?.base ?? null;
  if (record === null || base !== target.desired || record.frozen.length + record.unconverged.length > 0) return null;
  const confirmed = storedDigestOf(base);
  if (confirmed === null) return null;
  const words = wordsReadIn(read);
  if (words === null) return null;
  const parts = [target.name, identity.serial, identity.versionText, confirmed, words];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}

/**
 * How the last pass of this controller ended, when it found the device in sync with the same target and read the very
 * same of everything: then this one ends so too. Null: it has to be planned.
 * @param from when the reading began.
 */
export function unchanged(
  { ports, target, identity }: PassContext,
  mark: string | null,
  from: Instant,
): Outcome | null {
  const known = ports.memory.get(target.name);
  const calm = known?.calm ?? null;
  const lastRead = known?.lastRead ?? null;
  if (mark === null || calm === null || lastRead === null || calm.mark !== mark || calm.target !== target) return null;
  remember(ports.memory, target.name, { lastRead: { ...lastRead, identity, from, at: ports.clock.now() } });
  return calm.outcome;
}

/** Remembers a pass that found everything as it was declared and confirmed, and nothing besides; forgets any other. */
export function noteCalm({ ports, target }: PassContext, mark: string | null, plan: Plan, outcome: Outcome): void {
  const isCalm =
    outcome.kind === 'InSync' &&
    plan.changes.length + plan.released.length + plan.frozen.length === 0 &&
    plan.heldBack === undefined &&
    plan.extras.every(({ tolerated }) => tolerated === true);
  remember(ports.memory, target.name, { calm: mark !== null && isCalm ? { mark, target, outcome } : null });
}
