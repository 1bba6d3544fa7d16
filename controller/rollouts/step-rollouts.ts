import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { PlanId } from '#differ';
import { advanceRollout, awaitingLook } from '../policy/advance-rollout.ts';
import { voidedBefore } from '../policy/rollout-gate.ts';
import { moved } from '../policy/rollout-member.ts';
import { hasEnded, joinRollout, memberOf, membersIn, openRollout, type ReadyDevice } from '../policy/rollout.ts';
import type { Clock, DeviceName, Instant } from '../ports.ts';
import type { Store } from '../records/store.ts';
import type { RolloutRecord, WaveRules } from '../records/rollouts.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { VisitReport } from '../observed/report.ts';
import { awaitedDevices, type DeviceKnowledge, type ReadAttempts, rolloutFacts } from './facts.ts';
import { addRollout, replaceRollout, saveRollout } from './writes.ts';

/** What rollouts need of the world. */
export interface RolloutPorts {
  readonly clock: Clock;
  readonly store: Store;
  readonly log: Logger;
  readonly fleet: Pick<Fleet, 'source' | 'revision' | 'devices' | 'targetOf'>;
  visitOf(device: DeviceName): VisitReport | null;
  /** Has devices visited now. */
  visitNow(devices: readonly DeviceName[]): void;
}

/** What a step works with. */
export interface Step {
  readonly ports: RolloutPorts;
  readonly known: DeviceKnowledge;
  /** The rollouts that were open when it began. */
  readonly open: readonly RolloutRecord[];
  readonly cache: ReadAttempts;
  /** Asks for visits when the step is over: they must see what it decided. */
  visitNow(devices: readonly DeviceName[]): void;
  /** The same for visits that something waits for, but not again and again. */
  ask(devices: readonly DeviceName[]): void;
  /** Something was decided that may let the next thing happen. */
  again(): void;
}

interface Ready extends ReadyDevice {
  readonly approvedAt: Instant;
  readonly rules: WaveRules;
}

/**
 * Takes every open rollout as far as it goes, and opens new ones. @returns those that are open then. @throws {Failure}
 * `RolloutMoved`
 */
export async function stepRollouts(step: Step): Promise<readonly RolloutRecord[]> {
  const ready = readyDevices(step.known);
  const open: RolloutRecord[] = [];
  for (const rollout of step.open) {
    const after = await forward(step, rollout, ready.get(rollout.policy) ?? []);
    ready.delete(rollout.policy);
    if (!hasEnded(after)) open.push(after);
  }
  for (const [policy, devices] of ready) {
    const opened = await begin(step, policy, devices);
    if (opened !== null) open.push(opened);
  }
  return open;
}

/** The newest rollout with the pair; an open one before all others. */
export async function lastRolloutWith(
  { ports, open }: Pick<Step, 'ports' | 'open'>,
  device: DeviceName,
  planId: PlanId,
): Promise<RolloutRecord | null> {
  const own = open.find((rollout) => memberOf(rollout, device, planId) !== null);
  return own ?? (await ports.store.rollouts.lastWith(ports.fleet.source, device, planId));
}

/** Devices by policy whose every gate but the rollout's is open, freeze and windows aside. */
function readyDevices(known: DeviceKnowledge): Map<string | null, Ready[]> {
  const byPolicy = new Map<string | null, Ready[]>();
  for (const device of known.devices()) {
    const report = known.visitOf(device);
    const target = known.targetOf(device);
    if (report?.outcome.kind !== 'Waiting' || target === null || report.revision !== target.revision) continue;
    const { ready, planId } = report.outcome;
    if (ready === null) continue;
    const { policy, wave, waves } = target.rollout;
    const devices = byPolicy.get(policy) ?? [];
    devices.push({ device, planId, wave, approvedAt: ready.approvedAt, rules: waves });
    byPolicy.set(policy, devices);
  }
  return byPolicy;
}

async function forward(step: Step, rollout: RolloutRecord, ready: readonly Ready[]): Promise<RolloutRecord> {
  const { clock, store, log } = step.ports;
  const now = clock.now();
  if (rollout.state === 'halted' && membersIn(rollout, 'released', 'undoing').length === 0) {
    const approved = ready.filter(({ approvedAt }) => approvedAt > rollout.since);
    const later = await willing(step, approved, now);
    if (later.length > 0) return await replace(step, rollout, later, now);
  }
  const fitting = ready.filter((device) => mayJoin(rollout, device));
  const joined = joinRollout(rollout, await willing(step, fitting, now), now);
  const awaited = awaitedDevices(step.known, joined);
  const facts = await rolloutFacts(store, step.known, joined, awaited, step.cache);
  const advanced = advanceRollout(joined, facts, now);
  if (advanced.state === 'running') step.ask([...awaitingLook(advanced, facts, now), ...awaited]);
  if (advanced === rollout) return rollout;
  const after = { ...advanced, version: rollout.version + 1 };
  await saveRollout(store, rollout, after, { actor: 'controller', at: now });
  if (after.state !== rollout.state)
    log.info({ rollout: after.id, policy: after.policy, state: after.state, detail: after.reason }, 'rollout');
  step.visitNow(newlyBusy(rollout, after));
  step.again();
  return after;
}

/**
 * Whoever approved after the halt knew of it: a new rollout takes the place of the halted one. What was approved
 * before and has not begun needs a new approval, since the halt says something about it too.
 */
async function replace(
  step: Step,
  halted: RolloutRecord,
  ready: readonly Ready[],
  now: Instant,
): Promise<RolloutRecord> {
  const next = rolloutOf(step, halted.policy, ready, now);
  const reason = `${halted.reason}; rollout ${next.id} took its place with plans that were approved after the halt`;
  const members = halted.members.map((member) =>
    member.state === 'pending' || member.state === 'deferred'
      ? moved(member, 'skipped', 'it was halted, and a later approval began another one', halted.since)
      : member,
  );
  const version = halted.version + 1;
  const ended: RolloutRecord = { ...halted, members, state: 'superseded', reason, since: now, version };
  await replaceRollout(step.ports.store, halted, ended, next);
  step.again();
  return next;
}

async function begin(step: Step, policy: string | null, ready: readonly Ready[]): Promise<RolloutRecord | null> {
  const { clock, store, log } = step.ports;
  const now = clock.now();
  const devices = await willing(step, ready, now);
  if (devices.length === 0) return null;
  const rollout = rolloutOf(step, policy, devices, now);
  step.again();
  if (!(await addRollout(store, rollout))) return null;
  log.info({ rollout: rollout.id, policy, devices: rollout.members.length }, 'rollout opened');
  return rollout;
}

function rolloutOf(
  { ports: { fleet } }: Step,
  policy: string | null,
  ready: readonly Ready[],
  now: Instant,
): RolloutRecord {
  const [first] = ready;
  if (first === undefined) throw new RangeError('a rollout needs a device');
  const id = `ro-${randomBytes(6).toString('hex')}`;
  const alike = ready.filter(({ rules }) => isDeepStrictEqual(rules, first.rules));
  const head = { id, source: fleet.source, revision: fleet.revision ?? '', policy, rules: first.rules };
  return openRollout(head, alike, now);
}

/**
 * Without devices that a rollout took out after they were approved, since their visit is older than that, and those
 * that just refused their turn.
 */
async function willing(step: Step, ready: readonly Ready[], now: Instant): Promise<readonly Ready[]> {
  const fit: Ready[] = [];
  for (const each of ready) {
    const last = await lastRolloutWith(step, each.device, each.planId);
    const taken = voidedBefore(last, each.device, each.planId);
    const notBefore = (last && memberOf(last, each.device, each.planId)?.notBefore) ?? 0;
    if ((taken === null || taken.at < each.approvedAt) && notBefore <= now) fit.push(each);
  }
  return fit;
}

/**
 * One open rollout for each policy. Two controllers may each have opened one at the same moment; the one in which
 * something was done stays, and since nothing is released in the step that opens, at most one is that. @throws
 * {Failure} `RolloutMoved`
 */
export async function withoutDoubles(
  { clock, store }: RolloutPorts,
  open: readonly RolloutRecord[],
): Promise<readonly RolloutRecord[]> {
  const kept = new Map<string | null, RolloutRecord>();
  for (const rollout of open.toSorted(byProgress)) {
    const other = kept.get(rollout.policy);
    if (other === undefined) {
      kept.set(rollout.policy, rollout);
      continue;
    }
    const since = clock.now();
    const reason = `opened beside rollout ${other.id}, which takes its devices up`;
    const version = rollout.version + 1;
    // Without its devices, so that the last rollout with a pair is the one that it goes with.
    const ended: RolloutRecord = { ...rollout, members: [], state: 'superseded', reason, since, version };
    await saveRollout(store, rollout, ended, { actor: 'controller', at: since });
  }
  return [...kept.values()];
}

/**
 * Whether a device that is ready can go with an open rollout. A pair that is in it already is taken up by the step
 * itself.
 */
function mayJoin(rollout: RolloutRecord, { device, planId, rules }: Ready): boolean {
  if (rollout.state !== 'running' && rollout.state !== 'paused') return false;
  return memberOf(rollout, device, planId) === null && isDeepStrictEqual(rules, rollout.rules);
}

/** Devices that have something to do since the step. */
function newlyBusy(before: RolloutRecord, after: RolloutRecord): readonly DeviceName[] {
  const was = new Map(before.members.map((member) => [`${member.planId} ${member.device}`, member.state]));
  return membersIn(after, 'released', 'undoing')
    .filter(({ planId, device, state }) => was.get(`${planId} ${device}`) !== state)
    .map(({ device }) => device);
}

function byProgress(one: RolloutRecord, other: RolloutRecord): number {
  const untouched = (rollout: RolloutRecord): number =>
    rollout.members.every(({ state }) => state === 'pending') ? 1 : 0;
  return untouched(one) - untouched(other) || one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1);
}
