import type { Clock, DeviceName } from '../ports.ts';

/** One visit; resolves to the milliseconds until the next one. It must not reject. */
export type Visit = (device: DeviceName, signal: AbortSignal) => Promise<number>;

interface Entry {
  dueAt: number;
  running: boolean;
  /** Asked for while a visit was running: visit again right after it. */
  again: boolean;
}

/** Visits devices when they are due, each by one visit at a time, a bounded number side by side. Owns the loop until `stop`. */
export class VisitQueue {
  readonly #clock: Clock;
  readonly #visit: Visit;
  readonly #concurrency: number;
  readonly #entries = new Map<DeviceName, Entry>();
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #wake: (() => void) | null = null;

  constructor(clock: Clock, concurrency: number, visit: Visit) {
    this.#clock = clock;
    this.#concurrency = concurrency;
    this.#visit = visit;
  }

  /** The devices to visit from now on; new ones are due at once, others keep their time. */
  setDevices(devices: Iterable<DeviceName>): void {
    const names = new Set(devices);
    for (const name of this.#entries.keys()) if (!names.has(name)) this.#entries.delete(name);
    for (const name of names) {
      if (!this.#entries.has(name))
        this.#entries.set(name, { dueAt: this.#clock.monotonic(), running: false, again: false });
    }
    this.#wake?.();
  }

  /** Makes devices due now; all when none are named. */
  hurry(devices: Iterable<DeviceName> = this.#entries.keys()): void {
    for (const name of devices) {
      const entry = this.#entries.get(name);
      if (entry === undefined) continue;
      entry.dueAt = this.#clock.monotonic();
      entry.again = entry.running;
    }
    this.#wake?.();
  }

  /** Runs until `stop`. */
  async run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const now = this.#clock.monotonic();
      const idle = [...this.#entries].filter(([, entry]) => !entry.running);
      // Who waits longest comes first, or devices visited often would starve the others.
      const due = idle.filter(([, entry]) => entry.dueAt <= now).sort(([, one], [, other]) => one.dueAt - other.dueAt);
      for (const [name, entry] of due.slice(0, this.#concurrency - this.#running.size)) this.#start(name, entry);
      const next = Math.min(...idle.filter(([, entry]) => entry.dueAt > now).map(([, entry]) => entry.dueAt));
      await this.#pause(Number.isFinite(next) ? next - now : 60_000);
    }
  }

  /** Starts no visit any more and waits for those under way, which are told by their signal. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the controller is shutting down'));
    this.#wake?.();
    await Promise.all(this.#running);
  }

  #start(name: DeviceName, entry: Entry): void {
    entry.running = true;
    const visiting = this.#visit(name, this.#stopping.signal).then((pause) => {
      entry.running = false;
      entry.dueAt = this.#clock.monotonic() + (entry.again ? 0 : pause);
      entry.again = false;
      this.#running.delete(visiting);
      this.#wake?.();
    });
    this.#running.add(visiting);
  }

  async #pause(milliseconds: number): Promise<void> {
    const waking = new AbortController();
    this.#wake = () => waking.abort();
    await this.#clock.sleep(milliseconds, waking.signal).catch(() => {});
    this.#wake = null;
  }
}
