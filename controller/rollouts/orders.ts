import type { DeviceName } from '../ports.ts';
import type { Records } from '../records/store.ts';

/** A rollout's word that a device which it confirmed goes back (approval.md §4). */
export interface UndoOrder {
  readonly rollout: string;
  /** The confirmed attempt that is taken back. */
  readonly attemptId: string;
}

/**
 * What an open rollout wants taken back on a device, of several changes the newest, since those before are covered by
 * it; null: nothing.
 */
export async function undoOrderFor(
  records: Pick<Records, 'attempts' | 'rollouts'>,
  source: string,
  device: DeviceName,
): Promise<UndoOrder | null> {
  for (const rollout of await records.rollouts.listOpen(source)) {
    const members = rollout.members.filter((each) => each.device === device && each.state === 'undoing');
    const attempts = await Promise.all(members.map(({ planId }) => records.attempts.lastOf(device, planId)));
    const [newest] = attempts
      .filter((attempt) => attempt?.end === 'confirmed')
      .toSorted((one, other) => (other?.openedAt ?? 0) - (one?.openedAt ?? 0));
    if (newest) return { rollout: rollout.id, attemptId: newest.id };
  }
  return null;
}
