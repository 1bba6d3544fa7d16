import type { Clock, DeviceName, Instant } from '../ports.ts';
import type { ObservedRecords } from '../records/observed.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Sighting, VisitReport } from './report.ts';
import { markOf, recordOf, reportOf } from './stored-report.ts';

/** What many visits bring is kept at once. */
const KEEP_AFTER_MS = 1_000;
const AFTER_FAILURE_MS = 10_000;
/** Of a device of which nothing but the time changes, the store is at most so far behind. */
const OLDEST_MS = 600_000;

/** What observing needs of the world. */
export interface ObservedPorts {
  readonly records: ObservedRecords;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A visit that another controller made, if it found what was known: `mark` is of what that was. */
export interface Renewed extends Pick<VisitReport, 'at' | 'durationMs' | 'failures' | 'nextAt' | 'readAt'> {
  readonly device: DeviceName;
  readonly mark: string;
}

/**
 * What the last visits found, this controller's and those of the one that led before it or leads now. Changes reach
 * the store about a second later, so that they outlive the controller; what stays as it is does so every ten minutes.
 * Owns the writing until `close`.
 */
export class Observed {
  readonly #ports: ObservedPorts;
  readonly #reports = new Map<DeviceName, VisitReport>();
  /** Devices that this controller itself has visited since it began to lead. */
  readonly #own = new Set<DeviceName>();
  /** What the store has. */
  readonly #kept = new Map<DeviceName, { readonly mark: string; readonly at: Instant }>();
  readonly #due = new Set<DeviceName>();
  readonly #listeners = new Set<(sighting: Sighting) => void>();
  readonly #closing = new AbortController();
  /** Whether what is seen here may still take the place of what others saw. */
  #holds = (): boolean => true;
  #keeping: Promise<void> | null = null;

  constructor(ports: ObservedPorts) {
    this.#ports = ports;
  }

  /** The newest visit that is known, whoever made it. */
  lastOf(device: DeviceName): VisitReport | null {
    return this.#reports.get(device) ?? null;
  }

  /** The last visit that this controller made since it began to lead: what decisions rest on. */
  visitOf(device: DeviceName): VisitReport | null {
    return this.#own.has(device) ? this.lastOf(device) : null;
  }

  /** How many of these devices ended their last visit in which way. */
  counts(devices: readonly DeviceName[]): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const device of devices) {
      const kind = this.lastOf(device)?.outcome.kind;
      if (kind !== undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
    return counts;
  }

  /** Tells of every visit from now on, as soon as it is known here. @returns what ends that. */
  subscribe(listener: (sighting: Sighting) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** A visit of this controller has ended. */
  note(device: DeviceName, report: VisitReport): void {
    this.#own.add(device);
    this.#see(device, report);
    const kept = this.#kept.get(device);
    if (kept !== undefined && report.at - kept.at < OLDEST_MS && kept.mark === markOf(report)) {
      this.#due.delete(device);
      return;
    }
    this.#due.add(device);
    this.#keeping ??= this.#keep().finally(() => (this.#keeping = null));
  }

  /** The last visit in short, for the other controllers. */
  renewalOf(device: DeviceName): Renewed | null {
    const report = this.lastOf(device);
    if (report === null) return null;
    const { at, durationMs, failures, nextAt, readAt } = report;
    return { device, at, durationMs, failures, nextAt, readAt, mark: markOf(report) };
  }

  /** Another controller visited a device. @returns false when it found something else than is known here. */
  renew({ device, mark, ...visit }: Renewed): boolean {
    const known = this.lastOf(device);
    if (known === null || markOf(known) !== mark) return false;
    if (visit.at > known.at) this.#see(device, { ...known, ...visit });
    return true;
  }

  /** This controller leads from now on, for as long as `holds` says so. @throws {Failure} `StoreUnavailable` */
  async beginToLead(holds: () => boolean): Promise<void> {
    await this.load();
    this.#holds = holds;
  }

  /**
   * Takes what the store has for what was seen last, this controller's own visits too.
   * @throws {Failure} `StoreUnavailable`
   */
  async load(): Promise<void> {
    const records = await this.#ports.records.list();
    this.#own.clear();
    this.#due.clear();
    this.#kept.clear();
    for (const record of records) {
      const report = reportOf(record);
      const kept = { mark: markOf(report), at: report.at };
      this.#kept.set(record.device, kept);
      const known = this.lastOf(record.device);
      const isNewer = known !== null && known.at >= report.at && markOf(known) === kept.mark;
      if (!isNewer) this.#see(record.device, report);
    }
  }

  /** Keeps what is not in the store yet, and ends. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#keeping;
  }

  #see(device: DeviceName, report: VisitReport): void {
    const before = this.lastOf(device);
    this.#reports.set(device, report);
    for (const listener of this.#listeners) listener({ device, report, before });
  }

  async #keep(): Promise<void> {
    const { clock, log } = this.#ports;
    const { signal } = this.#closing;
    let pause = KEEP_AFTER_MS;
    while (this.#due.size > 0) {
      await clock.sleep(pause, signal).catch(() => {});
      if (!this.#holds()) return this.#due.clear();
      try {
        await this.#write();
        pause = KEEP_AFTER_MS;
      } catch (error) {
        log.warn({ err: error }, 'what was observed is not kept');
        if (signal.aborted) return;
        pause = AFTER_FAILURE_MS;
      }
    }
  }

  async #write(): Promise<void> {
    const due = [...this.#due].flatMap((device) => {
      const report = this.lastOf(device);
      return report === null ? [] : [{ device, report }];
    });
    await this.#ports.records.save(due.map(({ device, report }) => recordOf(device, report)));
    for (const { device, report } of due) {
      this.#kept.set(device, { mark: markOf(report), at: report.at });
      if (this.lastOf(device) === report) this.#due.delete(device);
    }
  }
}
