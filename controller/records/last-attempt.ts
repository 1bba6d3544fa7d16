import type { DesiredState, PlanId } from '#differ';
import type { DeviceName } from '../ports.ts';
import type { AttemptRecord, AttemptRecords } from './attempts.ts';
import { sameDesired } from './digest.ts';

/** Attempts that are looked through for the last one that wrote something. */
const LOOKED_AT = 10;

/**
 * The attempt by whose end a plan is judged: the last one of the plan itself. A plan that went in parts, of which one
 * was undone, leaves a rest with an id of its own: as long as the same is desired, that rest was tried and did not
 * stay, and what an operator said of the attempt holds for it.
 */
export async function lastAttemptFor(
  attempts: Pick<AttemptRecords, 'list' | 'lastOf'>,
  device: DeviceName,
  planId: PlanId,
  desired: DesiredState,
): Promise<AttemptRecord | null> {
  const last = await attempts.lastOf(device, planId);
  if (last !== null && last.end !== 'closed') return last;
  const newest = (await attempts.list(device, LOOKED_AT)).find(({ end }) => end !== 'closed');
  if (newest === undefined || !leftRest(newest) || !sameDesired(newest.payload.desired, desired)) return last;
  const { retriedAt } = newest;
  return last === null || retriedAt === undefined ? newest : { ...last, retriedAt };
}

/** Whether it went in parts, and one of them was undone. */
function leftRest({ end, payload }: AttemptRecord): boolean {
  return end === 'undone' && payload.body.split !== undefined;
}
