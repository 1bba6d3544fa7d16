import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { PlanId } from '#differ';
import { Failure } from '#failure';
import { rolloutGate } from '../../controller/policy/rollout-gate.ts';
import type { AttemptEnd } from '../../controller/records/attempts.ts';
import type { Store } from '../../controller/records/store.ts';
import type { Outcome } from '../../controller/observed/outcome.ts';
import { Rollouts } from '../../controller/rollouts/rollouts.ts';
import type { VisitReport } from '../../controller/observed/report.ts';
import type { Target } from '../../controller/fleet/target.ts';
import type { RolloutRecord, WaveRules } from '../../controller/records/rollouts.ts';
import { openStore } from '../../controller/store/index.ts';
import { createLog } from '../../controller/telemetry/log.ts';
import { payload } from '../store/samples.ts';
import { planOf, RULES, T0 } from './rollout-world.ts';

/**
 * What a device does when it is changed, or that it can't be reached; `storeless`: the controller's own store is gone
 * just then.
 */
export type Fate = 'confirms' | 'fails' | 'silent' | 'storeless';

/** A device of the rig, which a test may change at any time. */
export interface RigDevice {
  readonly wave: number;
  fate: Fate;
  /** The letter of the plan that it has. */
  plan: string;
  approvedAt: number;
}

/** One life of one controller: its rollouts, and what it saw. */
export interface Life {
  readonly rollouts: Rollouts;
  readonly visits: Map<string, VisitReport>;
  readonly hurried: string[];
}

/** Where the rig's rollouts belong. */
export const SOURCE = 'folder:/fleet';

/**
 * Devices that are made up, on a real store: a visit asks the gate and begins an attempt, the next one ends it.
 * Several controllers may be at work, and any of them may be replaced at any moment.
 */
export class RolloutRig {
  readonly store: Store;
  readonly devices: Map<string, RigDevice>;
  readonly rules: WaveRules;
  /** The most attempts that were open at one time, and before the first was confirmed. */
  readonly seen = { most: 0, alone: 0 };
  now = T0;
  revision = 'rev-1';
  readonly #folder: string;

  private constructor(folder: string, store: Store, waves: readonly number[], rules: Partial<WaveRules>) {
    this.#folder = folder;
    this.store = store;
    this.rules = { ...RULES, ...rules };
    this.devices = new Map(
      waves.map((wave, index) => [`d${String(index)}`, { wave, fate: 'confirms', plan: 'a', approvedAt: T0 }]),
    );
  }

  static async open(waves: readonly number[], rules: Partial<WaveRules> = {}): Promise<RolloutRig> {
    const folder = await mkdtemp(path.join(tmpdir(), 'rollout-rig-'));
    return new RolloutRig(folder, await openStore({ folder }), waves, rules);
  }

  async close(): Promise<void> {
    await this.store.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** A controller that has seen nothing yet. `store` may be one that breaks. */
  begin(store: Store = this.store): Life {
    const visits = new Map<string, VisitReport>();
    const hurried: string[] = [];
    const rollouts = new Rollouts({
      clock: { now: () => this.now, monotonic: () => this.now, sleep: () => Promise.resolve() },
      store,
      log: createLog('silent'),
      fleet: {
        source: SOURCE,
        revision: this.revision,
        devices: () => [...this.devices.keys()],
        targetOf: (device) => this.#targetOf(device),
      },
      visitOf: (device) => visits.get(device) ?? null,
      visitNow: (devices) => void hurried.push(...devices),
    });
    return { rollouts, visits, hurried };
  }

  /** One visit of a device by a controller, a second later. */
  async visit({ rollouts, visits }: Life, device: string): Promise<void> {
    this.now += 1000;
    const outcome = await this.#pass(rollouts, device);
    if (outcome === null) return;
    const before = visits.get(device);
    const failures = outcome.kind === 'Deferred' ? (before?.failures ?? 0) + 1 : 0;
    const { now: at, revision } = this;
    visits.set(device, { outcome, revision, at, durationMs: 1, failures, nextAt: at, router: null, readAt: null });
  }

  /**
   * Every device is visited and every rollout taken forward, until there is nothing to do. @returns all rollouts, the
   * newest first.
   */
  async settle(life: Life, turns = 60): Promise<readonly RolloutRecord[]> {
    for (let turn = 0; turn < turns; turn += 1) {
      for (const device of this.devices.keys()) await this.visit(life, device);
      await life.rollouts.step();
    }
    return await this.store.rollouts.list(SOURCE, 20);
  }

  planId(device: string): PlanId {
    return planOf(device, this.devices.get(device)?.plan);
  }

  #targetOf(device: string): Target | null {
    const known = this.devices.get(device);
    if (known === undefined) return null;
    const rollout = { policy: 'usual', waves: this.rules, wave: known.wave };
    return { name: device, revision: this.revision, suspended: false, rollout } as Target;
  }

  /** Null: an attempt has begun, and the visit is still under way. */
  async #pass(rollouts: Rollouts, device: string): Promise<Outcome | null> {
    const { attempts } = this.store;
    const planId = this.planId(device);
    const known = this.devices.get(device);
    if (known?.fate === 'silent' || known?.fate === 'storeless') {
      const code = known.fate === 'silent' ? 'Unreachable' : 'StoreUnavailable';
      const failure = new Failure(code, `${device} does not answer`);
      return { kind: 'Deferred', failure, readAt: null, preview: null };
    }
    const open = await attempts.openOf(device);
    if (open !== null) {
      const end: AttemptEnd = known?.fate === 'fails' ? 'undone' : 'confirmed';
      await attempts.end(open.id, open.holder, end, this.now, end === 'undone' ? 'cpu is at 100 %' : '');
      return end === 'undone'
        ? { kind: 'RolledBack', planId: open.planId, reason: 'cpu is at 100 %' }
        : { kind: 'Confirmed', planId: open.planId, health: null };
    }
    const last = await attempts.lastOf(device, planId);
    if (last?.end === 'confirmed') return { kind: 'InSync', extras: 0, frozen: [] };
    const waiting = { kind: 'Waiting', planId } as const;
    const taken = await rollouts.voided(device, planId);
    const approvedAt = known?.approvedAt ?? 0;
    if ((taken !== null && taken.at >= approvedAt) || last?.end === 'undone')
      return { ...waiting, reasons: [{ code: 'TakenOut', because: 'approve it anew' }], ready: null };
    const gate = rolloutGate(rollouts.rolloutFor(device, planId), device, planId);
    if (!gate.open) return { ...waiting, reasons: gate.reasons, ready: { approvedAt } };
    const begun = await this.store.transaction(async (records) => {
      const newest = await records.rollouts.lastWith(SOURCE, device, planId);
      const rollout = newest === null ? null : await records.rollouts.hold(newest.id);
      if (rollout === null || !rolloutGate(rollout, device, planId).open) return false;
      const mine = { ...payload, confirmWithinSeconds: 300, rollout: rollout.id };
      const attempt = { id: randomUUID(), device, planId, correlationId: 'c-1', openedAt: this.now, payload: mine };
      await records.attempts.open({ ...attempt, holder: 'rig', leaseUntil: this.now + 60_000 });
      return true;
    });
    if (begun) await this.#count();
    return null;
  }

  async #count(): Promise<void> {
    let open = 0;
    let confirmed = false;
    for (const device of this.devices.keys()) {
      const [last, ...others] = await this.store.attempts.list(device, 10);
      if (last?.end === null) open += 1;
      confirmed ||= [last, ...others].some((attempt) => attempt?.end === 'confirmed');
    }
    this.seen.most = Math.max(this.seen.most, open);
    if (!confirmed) this.seen.alone = Math.max(this.seen.alone, open);
  }
}
