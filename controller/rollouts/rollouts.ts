import type { PlanId } from '#differ';
import { Failure } from '#failure';
import { voidedBefore } from '../policy/rollout-gate.ts';
import { memberOf, membersIn, nextWaveTimes } from '../policy/rollout.ts';
import type { DeviceName, Instant } from '../ports.ts';
import type { RolloutRecord } from '../records/rollouts.ts';
import type { UndoOrder } from './orders.ts';
import type { DeviceKnowledge, ReadAttempts } from './facts.ts';
import { undoOrderFor } from './orders.ts';
import { lastRolloutWith, type RolloutPorts, stepRollouts, withoutDoubles } from './step-rollouts.ts';

/** Pause between two steps: what many visits bring is taken in at once. */
const STEP_PAUSE_MS = 250;
/** While rollouts are open, or another controller may open some, they are looked at this often whatever happens. */
const LOOK_EVERY_MS = 10_000;
const AFTER_FAILURE_MS = 5_000;
/** A device that was asked for and not visited is asked for again after this time. */
const ASK_AGAIN_MS = 30_000;

/**
 * Opens rollouts for devices that wait for nothing else, and takes each open one forward, step by step. All that it
 * knows is in the store and in the visits, so that it may die anywhere. Owns the loop until its signal aborts.
 */
export class Rollouts {
  readonly #ports: RolloutPorts;
  readonly #known: DeviceKnowledge;
  #open: readonly RolloutRecord[] = [];
  /** Another controller may have a newer revision in force, with devices that are not known here. */
  #behind = false;
  /** Devices that an open rollout wants taken back. */
  #undoing: ReadonlySet<DeviceName> = new Set();
  readonly #cache: ReadAttempts = new Map();
  readonly #asked = new Map<DeviceName, Instant>();
  /** Devices to be visited when the step is over: their visits must see what it decided. */
  readonly #due = new Set<DeviceName>();
  #woken = true;
  #wake: (() => void) | null = null;

  constructor(ports: RolloutPorts) {
    this.#ports = ports;
    const { fleet } = ports;
    this.#known = {
      devices: () => fleet.devices(),
      targetOf: (device) => fleet.targetOf(device),
      visitOf: (device) => ports.visitOf(device),
      hasLeft: (device) => fleet.targetOf(device) === null && (ports.visitOf(device) !== null || !this.#behind),
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
  wake(): void {
    this.#woken = true;
    this.#wake?.();
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#ports;
    while (!signal.aborted) {
      this.#woken = false;
      const nextAt = await this.step().catch((error: unknown) => {
        log.error({ err: error }, 'rollouts could not be taken forward');
        return clock.now() + AFTER_FAILURE_MS;
      });
      await clock.sleep(STEP_PAUSE_MS, signal).catch(() => {});
      if (!this.#woken) await this.#pause(nextAt, signal);
    }
  }

  /**
   * The open rollout that has the pair among its members, or that of the device's policy, as far as this controller
   * has seen; the store is asked again in the transaction that opens an attempt. Null: there is neither.
   */
  rolloutFor(device: DeviceName, planId: PlanId): RolloutRecord | null {
    const policy = this.#known.targetOf(device)?.rollout.policy;
    const own = this.#open.find((rollout) => memberOf(rollout, device, planId) !== null);
    return own ?? this.#open.find((rollout) => rollout.policy === policy) ?? null;
  }

  /** Since when consents to this pair count again, because a rollout took it out; null: none did. */
  async voided(device: DeviceName, planId: PlanId): Promise<{ readonly at: Instant; readonly reason: string } | null> {
    return voidedBefore(
      await lastRolloutWith({ ports: this.#ports, open: this.#open }, device, planId),
      device,
      planId,
    );
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
      const open = await withoutDoubles(this.#ports, await store.rollouts.listOpen(fleet.source));
      this.#see(open);
      this.#behind = await this.#mayBeBehind(open);
      const after = await stepRollouts({
        ports: this.#ports,
        known: this.#known,
        open,
        cache: this.#cache,
        visitNow: (devices) => this.#visitNow(devices),
        ask: (devices) => this.#ask(devices),
        again: () => (this.#woken = true),
      });
      this.#see(after);
      if (this.#due.size > 0) this.#ports.visitNow([...this.#due]);
      this.#due.clear();
      return this.#nextLook(after);
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'RolloutMoved') throw error;
      // Another controller or a person was quicker: decided again on what they made of it.
      this.#woken = true;
      return clock.now();
    }
  }

  #see(open: readonly RolloutRecord[]): void {
    const before = this.#undoing;
    this.#open = open;
    this.#undoing = new Set(open.flatMap((rollout) => membersIn(rollout, 'undoing')).map(({ device }) => device));
    // A person may have ordered it.
    this.#visitNow([...this.#undoing].filter((device) => !before.has(device)));
    if (open.length > 0) return;
    this.#cache.clear();
    this.#asked.clear();
  }

  async #mayBeBehind(open: readonly RolloutRecord[]): Promise<boolean> {
    const { fleet, store } = this.#ports;
    const strangers = open.some(({ members }) => members.some(({ device }) => fleet.targetOf(device) === null));
    if (store.exclusive || !strangers) return false;
    return (await store.revisions.latestId(fleet.source)) !== fleet.revision;
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

  /** Asks for visits, not again and again for the same one. */
  #ask(devices: readonly DeviceName[]): void {
    const now = this.#ports.clock.now();
    const due = devices.filter((device) => {
      const asked = this.#asked.get(device);
      const visited = this.#known.visitOf(device)?.at ?? 0;
      return asked === undefined || visited > asked || now - asked > ASK_AGAIN_MS;
    });
    for (const device of due) this.#asked.set(device, now);
    this.#visitNow(due);
  }

  #visitNow(devices: readonly DeviceName[]): void {
    for (const device of devices) this.#due.add(device);
  }
}
