import type { EventOrigin } from '../events.ts';
import { Failure } from '#failure';
import { actOn, type RolloutAction } from '../policy/rollout-actions.ts';
import { membersIn } from '../policy/rollout.ts';
import { isProvenWith } from '../records/proofs.ts';
import type { Store } from '../records/store.ts';
import { storedFacts } from './facts.ts';
import { saveRollout } from './writes.ts';
import type { RolloutRecord, RolloutRecords } from '../records/rollouts.ts';

/** So often an act is decided anew on a rollout that moved meanwhile. */
const TRIES = 5;

/**
 * Does what a person decided about a rollout, and says so in the trail.
 * @throws {Failure} `NotFound`, `RolloutRefused` when it is not possible now, `RolloutMoved` when the rollout does not
 * keep still.
 */
export async function actOnRollout(
  store: Store,
  source: string,
  id: string,
  act: RolloutAction,
  by: EventOrigin,
): Promise<RolloutRecord> {
  for (let tries = 1; ; tries += 1) {
    const rollout = await rolloutOf(store.rollouts, source, id);
    const result = actOn(rollout, act, by.actor, await storedFacts(store, rollout), by.at);
    if (!result.ok)
      throw new Failure('RolloutRefused', `Rollout ${rollout.id} can not ${VERB[act.action]}: ${result.why}.`);
    const { action, ...detail } = act;
    const { policy } = rollout;
    const { state } = result.rollout;
    const event = {
      action: `rollout.${action}`,
      device: null,
      detail: { rollout: rollout.id, policy, ...detail, state },
    } as const;
    try {
      await saveRollout(store, rollout, result.rollout, by, [event]);
      return result.rollout;
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'RolloutMoved' || tries === TRIES) throw error;
    }
  }
}

const VERB: Readonly<Record<RolloutAction['action'], string>> = {
  pause: 'be paused',
  resume: 'be resumed',
  skip: 'skip that',
  abort: 'be aborted',
  rollback: 'be rolled back',
};

/**
 * One rollout of a source, by its id or the beginning of one. @throws {Failure} `NotFound`, `BadRequest` when it could
 * be several.
 */
export async function rolloutOf(
  rollouts: Pick<RolloutRecords, 'get' | 'list'>,
  source: string,
  wanted: string,
): Promise<RolloutRecord> {
  const whole = await rollouts.get(wanted);
  if (whole !== null && whole.source === source) return whole;
  const matching = (await rollouts.list(source, LOOKED_AT)).filter(
    ({ id }) => wanted !== '' && (id.startsWith(wanted) || id.startsWith(`ro-${wanted}`)),
  );
  const [first, ...others] = matching;
  if (first === undefined)
    throw new Failure(
      'NotFound',
      `There is no rollout ${JSON.stringify(wanted)}. "rosctl rollouts list" shows those there are.`,
    );
  if (others.length > 0)
    throw new Failure('BadRequest', `${wanted} could be ${matching.map(({ id }) => id).join(', ')}. Give more digits.`);
  return first;
}

const LOOKED_AT = 200;

/**
 * Pauses the open rollouts that rest on a revoked key, given by all its ids: whose devices that are still to be
 * changed have an approval that was signed with it.
 * @returns their ids.
 */
export async function pauseRolloutsRestingOn(
  store: Store,
  source: string,
  keys: readonly string[],
  act: EventOrigin,
): Promise<readonly string[]> {
  const paused: string[] = [];
  for (const rollout of await store.rollouts.listOpen(source)) {
    if (rollout.state !== 'running' || !(await restsOn(store, rollout, keys))) continue;
    const reason = `the key ${keys[0] ?? ''}, with which its plans were approved, was revoked`;
    try {
      await actOnRollout(store, source, rollout.id, { action: 'pause', reason }, act);
      paused.push(rollout.id);
    } catch (error) {
      // It stopped by itself meanwhile.
      if (!(error instanceof Failure) || error.code !== 'RolloutRefused') throw error;
    }
  }
  return paused;
}

async function restsOn(store: Store, rollout: RolloutRecord, keys: readonly string[]): Promise<boolean> {
  for (const { device, planId } of membersIn(rollout, 'pending', 'released')) {
    const consents = await store.approvals.consentsFor(rollout.source, planId, device);
    if (consents.some((consent) => isProvenWith(consent.proof, new Set(keys)))) return true;
  }
  return false;
}
