import { newCorrelationId } from '../telemetry/correlation.ts';
import { hasEnded, membersIn } from '../policy/rollout.ts';
import type { Instant } from '../ports.ts';
import type { AuditEvent } from '../records/audit.ts';
import type { Records, Store } from '../records/store.ts';
import type { RolloutRecord, RolloutState } from '../records/rollouts.ts';

/**
 * Keeps the next version of a rollout and what happened to it, together.
 * @throws {Failure} `RolloutMoved` when another was kept meanwhile; nothing is then.
 */
export async function saveRollout(
  store: Store,
  before: RolloutRecord,
  after: RolloutRecord,
  at: Instant,
  events: readonly AuditEvent[] = changesOf(before, after, at),
): Promise<void> {
  await store.transaction(async (records) => {
    await records.rollouts.save(after);
    for (const event of events) await records.audit.append(event);
  });
}

/** Keeps a new rollout unless its policy has an open one. @returns whether it was kept. */
export async function addRollout(store: Store, rollout: RolloutRecord): Promise<boolean> {
  return await store.transaction(async (records) => {
    if (await hasOpen(records, rollout)) return false;
    await records.rollouts.add(rollout);
    await records.audit.append(openedEvent(rollout));
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
    await records.rollouts.save(ended);
    for (const event of changesOf(before, ended, next.createdAt)) await records.audit.append(event);
    await records.rollouts.add(next);
    await records.audit.append(openedEvent(next));
  });
}

/** An event about a rollout; `detail` besides its id and policy. */
export function rolloutEvent(
  { id, policy }: RolloutRecord,
  action: string,
  actor: string,
  at: Instant,
  detail: Readonly<Record<string, unknown>>,
): AuditEvent {
  const correlationId = newCorrelationId();
  return { at, correlationId, actor, action, device: null, detail: { rollout: id, policy, ...detail } };
}

async function hasOpen(records: Records, { source, policy }: RolloutRecord): Promise<boolean> {
  return (await records.rollouts.listOpen(source)).some((rollout) => rollout.policy === policy);
}

function openedEvent(rollout: RolloutRecord): AuditEvent {
  const { revision, members, createdAt } = rollout;
  const devices = members.map(({ device }) => device);
  return rolloutEvent(rollout, 'rollout.opened', 'controller', createdAt, { revision, devices });
}

const ACTION_OF: Readonly<Record<RolloutState, string>> = {
  running: 'rollout.resumed',
  paused: 'rollout.paused',
  halted: 'rollout.halted',
  undoing: 'rollout.undoing',
  done: 'rollout.done',
  aborted: 'rollout.aborted',
  superseded: 'rollout.superseded',
  undone: 'rollout.undone',
};

/** What a step did, for the trail. What became of each attempt is there already. */
function changesOf(before: RolloutRecord, after: RolloutRecord, at: Instant): readonly AuditEvent[] {
  const event = (action: string, detail: Readonly<Record<string, unknown>>): AuditEvent =>
    rolloutEvent(after, action, 'controller', at, detail);
  const known = new Set(before.members.map(({ device, planId }) => `${planId} ${device}`));
  const joined = after.members.filter(({ device, planId }) => !known.has(`${planId} ${device}`));
  const was = new Map(before.members.map(({ device, planId, state }) => [`${planId} ${device}`, state]));
  const released = membersIn(after, 'released').filter(
    ({ device, planId }) => was.get(`${planId} ${device}`) !== 'released',
  );
  const devicesOf = (members: RolloutRecord['members']): readonly string[] => members.map(({ device }) => device);
  return [
    ...(joined.length === 0 ? [] : [event('rollout.joined', { devices: devicesOf(joined) })]),
    ...(after.wave === before.wave || hasEnded(after)
      ? []
      : [event('rollout.wave', { wave: after.wave + 1, reason: after.reason })]),
    ...(released.length === 0 ? [] : [event('rollout.released', { devices: devicesOf(released) })]),
    ...(after.state === before.state ? [] : [event(ACTION_OF[after.state], { reason: after.reason })]),
  ];
}
