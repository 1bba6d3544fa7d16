import { Failure } from '#failure';
import { formatVersion } from '#routeros';
import type { Clock, DeviceName, Instant, Readers } from '../ports.ts';
import type { CaptureReason, CaptureRecord, CaptureRecords } from '../records/captures.ts';
import { failureKindOf } from '../telemetry/failures.ts';
import type { Logger } from '../telemetry/log.ts';
import { readConfiguration } from './read-configuration.ts';

/** What capturing routers needs of the world. */
export interface SnapshotPorts {
  readonly clock: Clock;
  readonly readers: Readers;
  readonly records: CaptureRecords;
  readonly log: Logger;
  /** Devices to watch. */
  devices(): readonly DeviceName[];
  /** To be asked right before something is stored. @throws when another controller may lead by now. */
  mustLead(): void;
}

const DAY_MS = 86_400_000;
const LOOK_EVERY_MS = 30_000;
const AT_ONCE = 4;
const UNREADABLE_MS = 3_600_000;
const SILENT_MS = 300_000;
const NOT_NOW_MS = 15_000;

/** Captures routers daily, after each confirmed attempt, and when somebody asks. One term of a leader. */
export class Snapshots {
  readonly #ports: SnapshotPorts;
  readonly #newest = new Map<DeviceName, Instant>();
  /** Confirmed since they were captured. */
  readonly #confirmed = new Set<DeviceName>();
  /** Not before that, since it failed. */
  readonly #notBefore = new Map<DeviceName, Instant>();
  readonly #running = new Map<DeviceName, Promise<CaptureRecord>>();
  #wake: () => void = () => {};

  constructor(ports: SnapshotPorts) {
    this.#ports = ports;
  }

  /** Its attempt was confirmed: it is captured as soon as that can be. */
  afterConfirmed(device: DeviceName): void {
    this.#confirmed.add(device);
    this.#notBefore.delete(device);
    this.#wake();
  }

  /** Captures a router now; who asks while that is under way gets the same. @throws {Failure} */
  async take(device: DeviceName, why: CaptureReason, signal: AbortSignal): Promise<CaptureRecord> {
    const running = this.#running.get(device);
    if (running !== undefined) return await running;
    const taking = this.#take(device, why, signal).finally(() => this.#running.delete(device));
    this.#running.set(device, taking);
    return await taking;
  }

  /** Runs until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, records, log } = this.#ports;
    while (!signal.aborted) {
      try {
        for (const [device, at] of await records.newest()) this.#newest.set(device, at);
        await this.#takeDue(signal);
      } catch (error) {
        if (!signal.aborted) log.warn({ err: error }, 'snapshots are not taken');
      }
      const waking = new AbortController();
      this.#wake = () => waking.abort();
      if (!this.#hasConfirmedDue())
        await clock.sleep(LOOK_EVERY_MS, AbortSignal.any([signal, waking.signal])).catch(() => {});
    }
    await Promise.allSettled(this.#running.values());
  }

  async #takeDue(signal: AbortSignal): Promise<void> {
    const waiting = this.#ports.devices().flatMap((device) => {
      const why = this.#whyDue(device);
      return why === null ? [] : [{ device, why }];
    });
    const next = async (): Promise<void> => {
      for (let due = waiting.shift(); due !== undefined && !signal.aborted; due = waiting.shift())
        await this.#takeOrNote(due.device, due.why, signal);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
  }

  #hasConfirmedDue(): boolean {
    return this.#ports.devices().some((device) => this.#whyDue(device) === 'confirmed');
  }

  #whyDue(device: DeviceName): CaptureReason | null {
    const now = this.#ports.clock.now();
    if (now < (this.#notBefore.get(device) ?? 0)) return null;
    if (this.#confirmed.has(device)) return 'confirmed';
    return now - (this.#newest.get(device) ?? 0) >= DAY_MS ? 'daily' : null;
  }

  async #takeOrNote(device: DeviceName, why: CaptureReason, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#ports;
    try {
      await this.take(device, why, signal);
    } catch (error) {
      if (signal.aborted) return;
      const code = error instanceof Failure ? error.code : 'Defect';
      this.#notBefore.set(device, clock.now() + pauseAfter(error));
      if (code === 'Defect') log.error({ device, err: error }, 'snapshot not taken by a defect');
      else log.debug({ device, code }, 'snapshot not taken');
    }
  }

  async #take(device: DeviceName, why: CaptureReason, signal: AbortSignal): Promise<CaptureRecord> {
    const { clock, readers, records } = this.#ports;
    const at = clock.now();
    // What is confirmed from now on may not be in it.
    this.#confirmed.delete(device);
    try {
      const { version, menus, unread } = await readConfiguration(readers, device, signal);
      this.#ports.mustLead();
      const kept = await records.add({ device, at, why, version: formatVersion(version), unread }, menus);
      this.#newest.set(device, kept.at);
      this.#notBefore.delete(device);
      return kept;
    } catch (error) {
      if (why === 'confirmed') this.#confirmed.add(device);
      throw error;
    }
  }
}

function pauseAfter(error: unknown): number {
  if (!(error instanceof Failure)) return UNREADABLE_MS;
  const { retry, about } = failureKindOf(error.code);
  if (about === 'controller' || error.code === 'ChangeUnderWay') return NOT_NOW_MS;
  return retry === 'onChange' ? UNREADABLE_MS : SILENT_MS;
}
