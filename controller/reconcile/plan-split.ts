import { type Plan, type Split, splitPlan } from '#differ';
import { InvalidValue } from '#routeros';
import { armedNamesOf } from '../apply/token.ts';
import { undoBytes, undoScripts } from '../apply/undo-script.ts';
import type { DeviceIdentity } from '../device/identity.ts';
import { steadyRoomBytes, undoRoomBytes } from '../policy/undo-room.ts';

/** The undo of fewer changes fits or can't be helped. */
const FEW_CHANGES = 100;
/** Each part is armed, written and judged by itself: more of them is no change to be made at once. */
const MOST_PARTS = 20;

/**
 * Into which parts a plan is cut because the router has no room for its undo as a whole. Undefined: it has, or no cut
 * helps.
 */
export function splitOf(plan: Plan, { version, resource }: DeviceIdentity): Split | undefined {
  if (plan.changes.length < FEW_CHANGES) return undefined;
  const room = undoRoomBytes(Number(resource['free-hdd-space']));
  const sizeOf = (part: Plan): number => undoBytes(undoScripts(part, armedNamesOf('sha256:', 1), version));
  try {
    if (sizeOf(plan) <= room) return undefined;
    const most = steadyRoomBytes(room);
    return splitPlan(plan, (part) => sizeOf(part) <= most, MOST_PARTS) ?? undefined;
  } catch (error) {
    if (error instanceof InvalidValue) return undefined;
    throw error;
  }
}
