import type { DeviceName } from '../ports.ts';
import type { Records } from '../records.ts';
import type { UndoOrder } from './roll-back.ts';

/** What an open rollout wants taken back on a device; null: nothing. */
export async function undoOrderFor(
  records: Pick<Records, 'attempts' | 'rollouts'>,
  source: string,
  device: DeviceName,
): Promise<UndoOrder | null> {
  for (const rollout of await records.rollouts.listOpen(source)) {
    const member = rollout.members.find((each) => each.device === device && each.state === 'undoing');
    if (member === undefined) continue;
    const attempt = await records.attempts.lastOf(device, member.planId);
    if (attempt?.end === 'confirmed') return { rollout: rollout.id, attemptId: attempt.id };
  }
  return null;
}
