import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { PlanId } from '#differ';
import { Failure } from '#routeros';
import type { Gate } from '../gate.ts';
import { advanceRollout, awaitingLook } from '../policy/advance-rollout.ts';
import { rolloutGate, voidedBefore } from '../policy/rollout-gate.ts';
import { moved } from '../policy/rollout-member.ts';
import {
  hasEnded,
  joinRollout,
  memberOf,
  membersIn,
  nextWaveTimes,
  openRollout,
  type ReadyDevice,
} from '../policy/rollout.ts';
import type { Clock, DeviceName, Instant } from '../ports.ts';
import type { Store } from '../records.ts';
import type { RolloutRecord, WaveRules } from '../rollout-records.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Fleet } from './fleet.ts';
import type { VisitReport } from './report.ts';
import type { UndoOrder } from './roll-back.ts';
import { awaitedDevices, type DeviceKnowledge, type ReadAttempts, rolloutFacts } from './rollout-facts.ts';
import { addRollout, replaceRollout, saveRollout } from './rollout-writes.ts';
import { undoOrderFor } from './rollout-orders.ts';

/** What rollouts need of the world. */
export interface RolloutPorts {
  readonly clock: Clock;
  readonly store: Store;
  readonly log: Logger;
  readonly fleet: Pick<Fleet, 'source' | 'revision' | 'devices' | 'targetOf'>;
  visitOf(device: DeviceName): VisitReport | null;
  /** Has devices visited now. */
  hurry(devices: readonly DeviceName[]): void;
}

interface Ready extends ReadyDevice {
  readonly approvedAt: Instant;
  readonly rules: WaveRules;
}

/** Pause between two steps: what many visits bring is taken in at once. */
const STEP_PAUSE_MS = 250;
/** While rollouts are open, or another controller may open some, they are looked at this often whatever happens. */
const LOOK_EVERY_MS = 10_000;
const AFTER_FAILURE_MS = 5_000;
/** A device that was asked for and not visited is asked for again after this time. */
const ASK_AGAIN_MS = 30_000;

/**
 * Opens rollouts for devices that wait for nothing else, and takes each open one forward, step by step. All that it knows is in the store and in the
 * visits, so that it may die anywhere. Owns the loop until its signal aborts.
 */
export class Rollouts {
  readonly #ports: RolloutPorts;
  readonly #known: DeviceKnowledge;
  #open: readonly RolloutRecord[] = [];
  /** Devices that an open rollout wants taken back. */
  #undoing: ReadonlySet<DeviceName> = new Set();
  #cache: ReadAttempts = new Map();
  readonly #asked = new Map<DeviceName, Instant>();
  /** Devices to be visited when the step is over: their visits must see what it decided. */
  readonly #due = new Set<DeviceName>();
  #nudged = true;
  #wake: (() => void) | null = null;

  constructor(ports: RolloutPorts) {
    this.#ports = ports;
    const { fleet } = ports;
    this.#known = {
      devices: () => fleet.devices(),
      targetOf: (device) => fleet.targetOf(device),
      visitOf: (device) => ports.visitOf(device),
    };
  }

  /** How many devices of the open rollouts are in each state. */
  counts(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { state } of this.#open.flatMap(({ members }) => members))
      counts.set(state, (counts.get(state) ?? 0) + 1);
    return counts;
  }

  /** Something happened: a visit, an approval, an act of a person. Cheap; many at once are one. */
  nudge(): void {
    this.#nudged = true;
    this.#wake?.();
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#ports;
    while (!signal.aborted) {
      this.#nudged = false;
      const nextAt = await this.step().catch((error: unknown) => {
        log.error({ err: error }, 'rollouts could not be taken forward');
        return clock.now() + AFTER_FAILURE_MS;
      });
      await clock.sleep(STEP_PAUSE_MS, signal).catch(() => {});
      if (!this.#nudged) await this.#pause(nextAt, signal);
    }
  }

  /**
   * Whether the device may be changed with this plan now, as far as this controller has seen; the store is asked again in the transaction that arms
   * it, with `rolloutGate(await records.rollouts.lastWith(...))`.
   */
  gate(device: DeviceName, planId: PlanId): Gate {
    const policy = this.#known.targetOf(device)?.rollout.policy;
    const own = this.#open.find((rollout) => memberOf(rollout, device, planId) !== null);
    return rolloutGate(own ?? this.#open.find((rollout) => rollout.policy === policy) ?? null, device, planId);
  }

  /** Since when consents to this pair count again, because a rollout took it out; null: none did. */
  async takenOut(
    device: DeviceName,
    planId: PlanId,
  ): Promise<{ readonly at: Instant; readonly reason: string } | null> {
    return voidedBefore(await this.#lastWith(device, planId), device, planId);
  }

  /** What an open rollout wants taken back on the device; asks the store only where there is something. */
  async undoOrderFor(device: DeviceName): Promise<UndoOrder | null> {
    if (!this.#undoing.has(device)) return null;
    return await undoOrderFor(this.#ports.store, this.#ports.fleet.source, device);
  }

  /** Takes every rollout as far as it goes now. @returns when to look again, if nothing happens before. */
  async step(): Promise<Instant> {
    const { clock, store, fleet } = this.#ports;
    if (fleet.revision === null) return clock.now() + LOOK_EVERY_MS;
    try {
      const before = await this.#withoutDoubles(await store.rollouts.listOpen(fleet.source));
      this.#see(before);
      const ready = this.#ready();
      const open: RolloutRecord[] = [];
      for (const rollout of before) {
        const policy = ready.get(rollout.policy) ?? [];
        ready.delete(rollout.policy);
        const after = await this.#forward(rollout, policy);
        if (!hasEnded(after)) open.push(after);
      }
      for (const [policy, devices] of ready) {
        const opened = await this.#begin(policy, devices);
        if (opened !== null) open.push(opened);
      }
      this.#see(open);
      if (this.#due.size > 0) this.#ports.hurry([...this.#due]);
      this.#due.clear();
      return this.#nextLook(open);
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'RolloutMoved') throw error;
      // Another controller or a person was quicker: decided again on what they made of it.
      this.#nudged = true;
      return clock.now();
    }
  }

  #see(open: readonly RolloutRecord[]): void {
    this.#open = open;
    this.#undoing = new Set(open.flatMap((rollout) => membersIn(rollout, 'undoing')).map(({ device }) => device));
    if (open.length === 0) {
      this.#cache = new Map();
      this.#asked.clear();
    }
  }

  #nextLook(open: readonly RolloutRecord[]): Instant {
    const { clock, store } = this.#ports;
    const now = clock.now();
    if (open.length === 0 && store.exclusive) return Number.POSITIVE_INFINITY;
    const times = open
      .flatMap((rollout) => Object.values(nextWaveTimes(rollout) ?? {}))
      .filter((at: Instant) => at > now);
    return Math.min(now + LOOK_EVERY_MS, ...times);
  }

  async #pause(until: Instant, signal: AbortSignal): Promise<void> {
    const { clock } = this.#ports;
    const waking = new AbortController();
    this.#wake = () => waking.abort();
    await clock.sleep(until - clock.now(), AbortSignal.any([signal, waking.signal])).catch(() => {});
    this.#wake = null;
  }

  /** Devices by policy whose every gate but the rollout's is open, freeze and windows aside. */
  #ready(): Map<string | null, Ready[]> {
    const byPolicy = new Map<string | null, Ready[]>();
    for (const device of this.#known.devices()) {
      const report = this.#known.visitOf(device);
      const target = this.#known.targetOf(device);
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

  async #forward(rollout: RolloutRecord, ready: readonly Ready[]): Promise<RolloutRecord> {
    const { clock, store, log } = this.#ports;
    const now = clock.now();
    if (rollout.state === 'halted' && membersIn(rollout, 'released').length === 0) {
      const later = await this.#willing(
        ready.filter(({ approvedAt }) => approvedAt > rollout.since),
        now,
      );
      if (later.length > 0) return await this.#replace(rollout, later, now);
    }
    const joined = joinRollout(
      rollout,
      await this.#willing(
        ready.filter((device) => mayJoin(rollout, device)),
        now,
      ),
      now,
    );
    const facts = await rolloutFacts(store, this.#known, joined, this.#cache);
    const advanced = advanceRollout(joined, facts, now);
    if (advanced.state === 'running')
      this.#ask([...awaitingLook(advanced, facts, now), ...awaitedDevices(this.#known, advanced)], now);
    if (advanced === rollout) return rollout;
    const after = { ...advanced, version: rollout.version + 1 };
    await saveRollout(store, rollout, after, now);
    if (after.state !== rollout.state)
      log.info({ rollout: after.id, policy: after.policy, state: after.state, detail: after.reason }, 'rollout');
    this.#hurry(newlyBusy(rollout, after));
    // What was decided now may let the next thing happen: an ended rollout its successor, for instance.
    this.#nudged = true;
    return after;
  }

  /**
   * Whoever approved after the halt knew of it: a new rollout takes the place of the halted one. What was approved before and has not begun needs a
   * new approval, since the halt says something about it too.
   */
  async #replace(halted: RolloutRecord, ready: readonly Ready[], now: Instant): Promise<RolloutRecord> {
    const next = this.#made(halted.policy, ready, now);
    const reason = `${halted.reason}; rollout ${next.id} took its place with plans that were approved after the halt`;
    const members = halted.members.map((member) =>
      member.state === 'pending' || member.state === 'deferred'
        ? moved(member, 'skipped', 'it was halted, and a later approval began another one', halted.since)
        : member,
    );
    const ended: RolloutRecord = {
      ...halted,
      members,
      state: 'superseded',
      reason,
      since: now,
      version: halted.version + 1,
    };
    await replaceRollout(this.#ports.store, halted, ended, next);
    this.#nudged = true;
    return next;
  }

  async #begin(policy: string | null, ready: readonly Ready[]): Promise<RolloutRecord | null> {
    const { clock, store, log } = this.#ports;
    const now = clock.now();
    const devices = await this.#willing(ready, now);
    if (devices.length === 0) return null;
    const rollout = this.#made(policy, devices, now);
    this.#nudged = true;
    if (!(await addRollout(store, rollout))) return null;
    log.info({ rollout: rollout.id, policy, devices: rollout.members.length }, 'rollout opened');
    return rollout;
  }

  #made(policy: string | null, ready: readonly Ready[], now: Instant): RolloutRecord {
    const { fleet } = this.#ports;
    const [first] = ready;
    if (first === undefined) throw new RangeError('a rollout needs a device');
    const id = `ro-${randomBytes(6).toString('hex')}`;
    const alike = ready.filter(({ rules }) => isDeepStrictEqual(rules, first.rules));
    const head = { id, source: fleet.source, revision: fleet.revision ?? '', policy, rules: first.rules };
    return openRollout(head, alike, now);
  }

  /** Without devices that a rollout took out after they were approved, since their visit is older than that, and those that just refused their turn. */
  async #willing(ready: readonly Ready[], now: Instant): Promise<readonly Ready[]> {
    const willing: Ready[] = [];
    for (const each of ready) {
      const last = await this.#lastWith(each.device, each.planId);
      const taken = voidedBefore(last, each.device, each.planId);
      const notBefore = (last && memberOf(last, each.device, each.planId)?.notBefore) ?? 0;
      if ((taken === null || taken.at < each.approvedAt) && notBefore <= now) willing.push(each);
    }
    return willing;
  }

  async #lastWith(device: DeviceName, planId: PlanId): Promise<RolloutRecord | null> {
    const open = this.#open.find((rollout) => memberOf(rollout, device, planId) !== null);
    return open ?? (await this.#ports.store.rollouts.lastWith(this.#ports.fleet.source, device, planId));
  }

  /**
   * One open rollout for each policy. Two controllers may each have opened one at the same moment; the one in which something was done stays, and
   * since nothing is released in the step that opens, at most one is that.
   */
  async #withoutDoubles(open: readonly RolloutRecord[]): Promise<readonly RolloutRecord[]> {
    const kept = new Map<string | null, RolloutRecord>();
    for (const rollout of open.toSorted(byProgress)) {
      const other = kept.get(rollout.policy);
      if (other === undefined) {
        kept.set(rollout.policy, rollout);
        continue;
      }
      const now = this.#ports.clock.now();
      const reason = `opened beside rollout ${other.id}, which takes its devices up`;
      // Without its devices, so that the last rollout with a pair is the one that it goes with.
      const ended: RolloutRecord = {
        ...rollout,
        members: [],
        state: 'superseded',
        reason,
        since: now,
        version: rollout.version + 1,
      };
      await saveRollout(this.#ports.store, rollout, ended, now);
    }
    return [...kept.values()];
  }

  /** Asks for visits, not again and again for the same one. */
  #ask(devices: readonly DeviceName[], now: Instant): void {
    const due = devices.filter((device) => {
      const asked = this.#asked.get(device);
      const visited = this.#known.visitOf(device)?.at ?? 0;
      return asked === undefined || visited > asked || now - asked > ASK_AGAIN_MS;
    });
    for (const device of due) this.#asked.set(device, now);
    this.#hurry(due);
  }

  #hurry(devices: readonly DeviceName[]): void {
    for (const device of devices) this.#due.add(device);
  }
}

/** Whether a device that is ready can go with an open rollout. A pair that is in it already is taken up by the step itself. */
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
