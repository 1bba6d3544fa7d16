import { Failure } from '#failure';
import type { Principal } from '../access/principal.ts';
import type { EventOrigin } from '../events.ts';
import type { RolloutAction } from '../policy/rollout-actions.ts';
import { hasEnded } from '../policy/rollout.ts';
import { actOnRollout, rolloutOf } from '../rollouts/actions.ts';
import { mustBeAllowed } from './allowed.ts';
import type { QueryContext, Whole } from './context.ts';

/**
 * Does what a person decided about a rollout that they see: about one of its devices that they see, or about all, for
 * which they must be allowed to act on each. @returns its id.
 * @throws {Failure} `NotAllowed`, `NotFound`, `BadRequest`, `RolloutRefused`, `RolloutMoved`
 */
export async function orderRollout(
  { store, fleet, whole }: Pick<QueryContext, 'store' | 'fleet'> & Whole,
  principal: Principal,
  wanted: string,
  action: RolloutAction,
  act: EventOrigin,
): Promise<string> {
  const { id, members } = await rolloutOf(store.rollouts, fleet.source, wanted);
  const all = (await whole.rollouts.get(id))?.members ?? [];
  if ('device' in action && action.device !== null) {
    // One that is not seen is no part of it, whatever it is.
    if (!members.some(({ device }) => device === action.device))
      throw new Failure('RolloutRefused', `Rollout ${id} can not do that: ${action.device} is not part of it.`);
    mustBeAllowed(principal, 'rollouts.act', [action.device]);
  } else {
    mustBeAllowed(
      principal,
      'rollouts.act',
      all.map(({ device }) => device),
    );
  }
  try {
    return (await actOnRollout(whole, fleet.source, id, action, act)).id;
  } catch (error) {
    throw members.length === all.length ? error : await asSeen(error, store.rollouts, id);
  }
}

/** Why a rollout refused an order, without what it may say of members that are not seen. */
async function asSeen(error: unknown, rollouts: QueryContext['store']['rollouts'], id: string): Promise<unknown> {
  if (!(error instanceof Failure)) return error;
  if (error.code === 'RolloutMoved')
    return new Failure('RolloutMoved', `Rollout ${id} moved while that was decided; it is not written.`);
  const now = error.code === 'RolloutRefused' ? await rollouts.get(id) : null;
  if (now === null || !hasEnded(now)) return error;
  return new Failure('RolloutRefused', `Rollout ${id} can not do that: it has ended (${now.state}: ${now.reason}).`);
}
