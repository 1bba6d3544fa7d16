import { Failure } from '#failure';
import type { Row } from '#routeros';
import type { Fleet } from '../fleet/fleet.ts';
import type { PollFacts } from '../policy/polling.ts';
import type { Clock, DeviceName, Instant, Readers } from '../ports.ts';
import type { CaptureRecord } from '../records/captures.ts';
import type { HealthKept, HealthSample } from '../records/samples.ts';
import type { Store } from '../records/store.ts';
import type { Logger } from '../telemetry/log.ts';
import { type Condition, conditionOf } from './condition.ts';
import { HealthLog } from './health-log.ts';
import { type HealthPollPorts, pollHealth, readHealth } from './poll-health.ts';
import type { RecentChanges } from './recent-changes.ts';
import { sampleOf } from './sample-of.ts';
import { Snapshots } from './snapshots.ts';

/** What watching needs of the world. */
export interface WatchWorld {
  readonly clock: Clock;
  readonly store: Pick<Store, 'samples' | 'captures' | 'mustBeHere'>;
  readonly log: Logger;
  readonly fleet: Pick<Fleet, 'devices' | 'targetOf' | 'inventory'>;
  readonly readers: Readers;
  readonly changes: RecentChanges;
  readonly kept: HealthKept;
  /** Told whenever the health of a device is found to be otherwise. */
  readonly sighted: (sighting: HealthSighting) => void;
}

/** The time in which this controller leads. */
export interface WatchTerm {
  readonly signal: AbortSignal;
  holds(): boolean;
  check(): void;
}

/** A device's health is found to be otherwise than before. */
export interface HealthSighting extends Condition {
  readonly device: DeviceName;
  readonly at: Instant;
}

/** The health and the configuration of routers through time. Watches while its controller leads. */
export class Watch {
  readonly #world: WatchWorld;
  readonly #log: HealthLog;
  readonly #since: Instant;
  readonly #silent = new Map<DeviceName, string>();
  readonly #conditions = new Map<DeviceName, Condition['verdict']>();
  readonly #degradedAt = new Map<DeviceName, Instant>();
  #term: { readonly snapshots: Snapshots; readonly signal: AbortSignal } | null = null;

  constructor(world: WatchWorld) {
    this.#world = world;
    this.#since = world.clock.now();
    this.#log = new HealthLog({ ...world, records: world.store.samples });
  }

  /** For how many milliseconds what is kept. */
  get kept(): HealthKept {
    return this.#world.kept;
  }

  /** A visit read this of the router itself. */
  noteVisit(device: DeviceName, resource: Row): void {
    this.#note(device, sampleOf(device, this.#world.clock.now(), resource, null));
  }

  /** Asks a router for its health now. @throws {Failure} why it cannot be read; it is noted. */
  async pollNow(device: DeviceName, signal: AbortSignal): Promise<void> {
    const { readers, clock } = this.#world;
    try {
      const { resource, sensors } = await readers.on(device, (line) => readHealth(line, true, signal), signal);
      this.#note(device, sampleOf(device, clock.now(), resource, sensors));
    } catch (error) {
      if (error instanceof Failure) this.#note(device, error);
      throw error;
    }
  }

  /** The newest sample that this controller took; null: none, another one may have. */
  newestOf(device: DeviceName): HealthSample | null {
    return this.#log.newestOf(device);
  }

  /** What is known of the health of a device, by its newest sample. */
  conditionOf(device: DeviceName, sample: HealthSample | null): Condition {
    const limits = this.#world.fleet.targetOf(device)?.rollout.health ?? NO_LIMITS;
    return conditionOf(sample, limits, this.#world.clock.now(), this.#silent.get(device) ?? null);
  }

  /** What decides how often a router is asked, but for polls that failed. */
  factsOf(device: DeviceName): Omit<PollFacts, 'failures'> {
    const { fleet, changes } = this.#world;
    const spec = fleet.inventory?.devices.get(device)?.document.spec;
    return {
      critical: spec?.critical === true,
      declaredSeconds: spec?.poll?.intervalSeconds ?? null,
      changedAt: changes.of(device),
      degradedAt: this.#degradedAt.get(device) ?? null,
      degraded: this.#conditions.get(device) === 'degraded',
      watchedSince: this.#since,
    };
  }

  /** Captures a router now. @throws {Failure} `NotLeading`, and why it cannot be read. */
  async takeSnapshot(device: DeviceName): Promise<CaptureRecord> {
    const term = this.#term;
    if (term === null) throw new Failure('NotLeading', 'This controller does not lead, so it takes no snapshots.');
    return await term.snapshots.take(device, 'asked', term.signal);
  }

  /** Watches until the term is over. */
  async run(term: WatchTerm): Promise<void> {
    const { signal } = term;
    const mustLead = (): void => {
      term.check();
      this.#world.store.mustBeHere();
    };
    const snapshots = this.#snapshotsOf(mustLead);
    this.#term = { snapshots, signal };
    try {
      await Promise.all([
        this.#log.run(() => term.holds(), signal),
        pollHealth(this.#pollPorts(), signal),
        snapshots.run(signal),
      ]);
    } finally {
      this.#term = null;
    }
  }

  #snapshotsOf(mustLead: () => void): Snapshots {
    const { store, fleet, changes } = this.#world;
    const devices = (): readonly DeviceName[] => fleet.devices();
    const snapshots = new Snapshots({ ...this.#world, records: store.captures, devices, mustLead });
    changes.onConfirmed((device) => snapshots.afterConfirmed(device));
    return snapshots;
  }

  #pollPorts(): HealthPollPorts {
    return {
      ...this.#world,
      devices: () => this.#world.fleet.devices(),
      factsOf: (device) => this.factsOf(device),
      sampledAt: (device) => this.newestOf(device)?.at ?? null,
      note: (device, said) => this.#note(device, said),
    };
  }

  #note(device: DeviceName, said: HealthSample | Failure): void {
    if (said instanceof Failure) this.#silent.set(device, said.message);
    else {
      this.#silent.delete(device);
      this.#log.note(said);
    }
    const condition = this.conditionOf(device, this.newestOf(device));
    const at = this.#world.clock.now();
    if (condition.verdict === 'degraded') this.#degradedAt.set(device, at);
    if (this.#conditions.get(device) === condition.verdict) return;
    this.#conditions.set(device, condition.verdict);
    this.#world.sighted({ device, at, ...condition });
  }
}

const DAY_MS = 86_400_000;

/** For how long health is kept unless the operator says otherwise. */
export const HEALTH_KEPT: HealthKept = { samples: 2 * DAY_MS, hours: 90 * DAY_MS, days: 730 * DAY_MS };

/** Of a device that is not in the fleet any more. */
const NO_LIMITS = { maxCpuPercent: 100, minFreeMemoryPercent: 0 };
