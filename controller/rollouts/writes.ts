import { record, type ControllerEvent, type EventOrigin } from '../events.ts';
import { hasEnded, membersIn } from '../policy/rollout.ts';
import type { Records, Store } from '../records/store.ts';
import type { RolloutRecord, RolloutState } from '../records/rollouts.ts';

type RolloutEvent = Extract<ControllerEvent, { readonly action: `rollout.${string}` }>;

/**
 * Keeps the next version of a rollout and what happened to it, together.
 * @throws {Failure} `RolloutMoved` when another was kept meanwhile; nothing is then.
 */
export async function saveRollout(
  store: Store,
  before: RolloutRecord,
  after: RolloutRecord,
  origin: EventOrigin,
  events: readonly RolloutEvent[] = changesOf(before, after),
): Promise<void> {
  await store.transaction(async (records) => {
    await records.rollouts.save(after);
    for (const event of events) await record(records, event, origin);
  });
}

/** Keeps a new rollout unless its policy has an open one. @returns whether it was kept. */
export async function addRollout(store: Store, rollout: RolloutRecord): Promise<boolean> {
  return await store.transaction(async (records) => {
    if (await hasOpen(records, rollout)) return false;
    await records.rollouts.add(rollout);
    await record(records, openedEvent(rollout), { actor: 'controller', at: rollout.createdAt });
    return true;
  });
}

/** Ends a rollout whose place a newer one takes, and opens that. @throws {Failure} `RolloutMoved` */
export async function replaceRollout(
  store: Store,
  before: RolloutRecord,
  ended: RolloutRecord,
  next: RolloutRecord,
): Promise<void> {
  await store.transaction(async (records) => {
    const origin = { actor: 'controller', at: next.createdAt };
    await records.rollouts.save(ended);
    for (const event of changesOf(before, ended)) await record(records, event, origin);
    await records.rollouts.add(next);
    await record(records, openedEvent(next), origin);
  });
}

async function hasOpen(records: Records, { source, policy }: RolloutRecord): Promise<boolean> {
  return (await records.rollouts.listOpen(source)).some((rollout) => rollout.policy === policy);
}

function openedEvent({ id, policy, revision, members }: RolloutRecord): RolloutEvent {
  const devices = members.map(({ device }) => device);
  return { action: 'rollout.opened', device: null, detail: { rollout: id, policy, revision, devices } };
}

const ACTION_OF = {
  running: 'rollout.resumed',
  paused: 'rollout.paused',
  halted: 'rollout.halted',
  undoing: 'rollout.undoing',
  done: 'rollout.done',
  aborted: 'rollout.aborted',
  superseded: 'rollout.superseded',
  undone: 'rollout.undone',
} as const satisfies Record<RolloutState, RolloutEvent['action']>;

/** What a step did, for the trail. What became of each attempt is there already. */
function changesOf(before: RolloutRecord, after: RolloutRecord): readonly RolloutEvent[] {
  const { id: rollout, policy, reason } = after;
  const about = { rollout, policy };
  const known = new Set(before.members.map(({ device, planId }) => `${planId} ${device}`));
  const joined = after.members.filter(({ device, planId }) => !known.has(`${planId} ${device}`));
  const was = new Map(before.members.map(({ device, planId, state }) => [`${planId} ${device}`, state]));
  const released = membersIn(after, 'released').filter(
    ({ device, planId }) => was.get(`${planId} ${device}`) !== 'released',
  );
  const devicesOf = (members: RolloutRecord['members']): readonly string[] => members.map(({ device }) => device);
  const events: RolloutEvent[] = [];
  if (joined.length > 0)
    events.push({ action: 'rollout.joined', device: null, detail: { ...about, devices: devicesOf(joined) } });
  if (after.wave !== before.wave && !hasEnded(after))
    events.push({ action: 'rollout.wave', device: null, detail: { ...about, wave: after.wave + 1, reason } });
  if (released.length > 0)
    events.push({ action: 'rollout.released', device: null, detail: { ...about, devices: devicesOf(released) } });
  if (after.state !== before.state)
    events.push({ action: ACTION_OF[after.state], device: null, detail: { ...about, reason } });
  return events;
}
