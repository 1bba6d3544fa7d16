import type { DesiredState } from '#differ';
import { sameDesired } from '../records/digest.ts';
import type { ApprovalFacts } from '../policy/approval.ts';
import type { DeviceName } from '../ports.ts';
import type { Records } from '../records/store.ts';

/** Attempts that are looked through for the last one that wrote something. */
const LOOKED_AT = 10;

/**
 * From when on consents count again, because the last thing that was done to the device is that a rollout took back
 * what is still desired; null: that is not so. The plan that comes up afterwards may have another id than the one that
 * was taken back, since routers spell restored rows in their own way.
 */
export async function takenBackAt(
  records: Pick<Records, 'attempts'>,
  device: DeviceName,
  desired: DesiredState,
): Promise<ApprovalFacts['voided']> {
  const attempts = await records.attempts.list(device, LOOKED_AT);
  const newest = attempts.find(({ end }) => end !== 'closed');
  const undoes = newest?.payload.undoes;
  if (newest === undefined || undoes === undefined || newest.end !== 'confirmed') return null;
  const done = await records.attempts.lastOf(device, undoes.planId);
  if (done === null || !sameDesired(done.payload.desired, desired)) return null;
  const reason = `The change was taken back by rollout ${undoes.rollout}. Approve the plan anew, or change what is desired.`;
  return { at: newest.endedAt ?? newest.openedAt, reason };
}
