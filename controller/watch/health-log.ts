import type { Clock, DeviceName, Instant } from '../ports.ts';
import type { HealthKept, HealthSample, SampleRecords } from '../records/samples.ts';
import type { Logger } from '../telemetry/log.ts';

/** What keeping samples needs of the world. */
export interface HealthLogPorts {
  readonly records: SampleRecords;
  readonly clock: Clock;
  readonly log: Logger;
  /** For how many milliseconds what is kept. */
  readonly kept: HealthKept;
}

const FLUSH_EVERY_MS = 30_000;
const HOUR_MS = 3_600_000;
/** While the store does not take them: what 1,000 devices say in an hour and a half. */
const MOST_PENDING = 100_000;

/**
 * The newest sample of each router, and those on their way into the store: every 30 seconds, and once more when the
 * controller stops. What a controller that dies had not written is lost.
 */
export class HealthLog {
  readonly #ports: HealthLogPorts;
  readonly #newest = new Map<DeviceName, HealthSample>();
  #pending: HealthSample[] = [];
  #summedUpTo: Instant = 0;

  constructor(ports: HealthLogPorts) {
    this.#ports = ports;
  }

  /** The newest sample that this controller took. */
  newestOf(device: DeviceName): HealthSample | null {
    return this.#newest.get(device) ?? null;
  }

  note(sample: HealthSample): void {
    this.#newest.set(sample.device, sample);
    this.#pending.push(sample);
    if (this.#pending.length > MOST_PENDING) this.#pending.shift();
  }

  /** Runs until the signal aborts, and writes what is left as long as `holds` says that this controller may. */
  async run(holds: () => boolean, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#ports.clock.sleep(FLUSH_EVERY_MS, signal).catch(() => {});
      if (!holds()) return;
      const isWritten = await this.#flush();
      if (isWritten && !signal.aborted) await this.#sumUp(signal);
    }
  }

  async #flush(): Promise<boolean> {
    const due = this.#pending;
    this.#pending = [];
    try {
      await this.#ports.records.add(due);
      return true;
    } catch (error) {
      this.#ports.log.warn({ err: error, samples: due.length }, 'health is not kept');
      this.#pending = [...due, ...this.#pending].slice(-MOST_PENDING);
      return false;
    }
  }

  /** Device by device, so that the store has time for others in between. */
  async #sumUp(signal: AbortSignal): Promise<void> {
    const { records, clock, kept, log } = this.#ports;
    const now = clock.now();
    const upTo = now - (now % HOUR_MS);
    if (upTo === this.#summedUpTo) return;
    const before = { samples: now - kept.samples, hours: now - kept.hours, days: now - kept.days };
    try {
      for (const device of await records.devices()) {
        if (signal.aborted) return;
        await records.rollUp(device, upTo, before);
      }
      this.#summedUpTo = upTo;
    } catch (error) {
      log.warn({ err: error }, 'health is not summed up');
    }
  }
}
