import type { Clock, DeviceName } from '../ports.ts';

/** One visit; resolves to the milliseconds until the next one. It must not reject. */
export type Visit = (device: DeviceName, signal: AbortSignal) => Promise<number>;

interface Entry {
  dueAt: number;
  running: boolean;
  /** Has left the fleet while a visit was running: forgotten when it ends, or there would be a second one beside it. */
  left: boolean;
  /** Asked for while a visit was running: visit again right after it. */
  again: boolean;
}

const LONGEST_PAUSE_MS = 60_000;
const WOKEN = 'woken';

/**
 * Visits devices when they are due, each by one visit at a time, a bounded number side by side, not counting those
 * that rest. Owns the loop until `stop`.
 */
export class VisitQueue {
  readonly #clock: Clock;
  readonly #visit: Visit;
  readonly #concurrency: number;
  readonly #entries = new Map<DeviceName, Entry>();
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<void>>();
  /** Visits under way that rest, and whose places others have meanwhile. */
  #resting = 0;
  /**
   * Devices found due and not started yet: who waits longest comes first, or devices visited often would starve the
   * others.
   */
  #due: DeviceName[] = [];
  /** Before this time no other device is due, so that nobody looks at thousands of them after every visit. */
  #lookAgainAt = 0;
  #wake: (() => void) | null = null;

  constructor(clock: Clock, concurrency: number, visit: Visit) {
    this.#clock = clock;
    this.#concurrency = concurrency;
    this.#visit = visit;
  }

  /** The devices to visit from now on; new ones are due at once, others keep their time. */
  setDevices(devices: Iterable<DeviceName>): void {
    const names = new Set(devices);
    for (const [name, entry] of this.#entries) {
      if (names.has(name)) entry.left = false;
      else if (entry.running) entry.left = true;
      else this.#entries.delete(name);
    }
    for (const name of names) {
      if (this.#entries.has(name)) continue;
      const dueAt = this.#clock.monotonic();
      this.#entries.set(name, { dueAt, running: false, left: false, again: false });
      this.#lookAgainAt = Math.min(this.#lookAgainAt, dueAt);
    }
    this.#wake?.();
  }

  /** Makes devices due now, before all others; all when none are named. */
  visitNow(devices: Iterable<DeviceName> = this.#entries.keys()): void {
    const asked = [...devices];
    this.#due = [...asked, ...this.#due];
    for (const name of asked) {
      const entry = this.#entries.get(name);
      if (entry === undefined) continue;
      entry.dueAt = this.#clock.monotonic();
      entry.again = entry.running;
    }
    this.#wake?.();
  }

  /**
   * Lends the place of a visit to another one while it rests. It goes on at once afterwards, also when that makes one
   * more for a while.
   */
  async lendWhile<T>(rest: () => Promise<T>): Promise<T> {
    this.#resting += 1;
    this.#wake?.();
    try {
      return await rest();
    } finally {
      this.#resting -= 1;
    }
  }

  /** Runs until `stop`. */
  async run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const now = this.#clock.monotonic();
      if (this.#due.length === 0 && now >= this.#lookAgainAt) this.#findDue(now);
      for (const name of this.#due.splice(0, this.#free())) this.#startIfDue(name, now);
      // Some may have been due no more; while others wait for their turn, the end of a visit wakes us.
      if (this.#due.length > 0 && this.#free() > 0) continue;
      await this.#pause(this.#due.length > 0 ? LONGEST_PAUSE_MS : Math.min(this.#lookAgainAt - now, LONGEST_PAUSE_MS));
    }
  }

  /** Starts no visit any more and waits for those under way, which are told by their signal. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the controller is shutting down'));
    this.#wake?.();
    await Promise.all(this.#running);
  }

  #free(): number {
    return Math.max(0, this.#concurrency + this.#resting - this.#running.size);
  }

  #findDue(now: number): void {
    const due: (readonly [DeviceName, Entry])[] = [];
    this.#lookAgainAt = Number.POSITIVE_INFINITY;
    for (const [name, entry] of this.#entries) {
      if (entry.running) continue;
      if (entry.dueAt <= now) due.push([name, entry]);
      else this.#lookAgainAt = Math.min(this.#lookAgainAt, entry.dueAt);
    }
    this.#due = due.toSorted(([, one], [, other]) => one.dueAt - other.dueAt).map(([name]) => name);
  }

  /** A device may have been visited, or have left the fleet, since it was found due. */
  #startIfDue(name: DeviceName, now: number): void {
    const entry = this.#entries.get(name);
    if (entry === undefined || entry.running || entry.dueAt > now) return;
    entry.running = true;
    const visiting = this.#visit(name, this.#stopping.signal).then((pause) => {
      entry.running = false;
      if (entry.left) this.#entries.delete(name);
      entry.dueAt = this.#clock.monotonic() + (entry.again ? 0 : pause);
      entry.again = false;
      this.#lookAgainAt = Math.min(this.#lookAgainAt, entry.dueAt);
      this.#running.delete(visiting);
      this.#wake?.();
    });
    this.#running.add(visiting);
  }

  async #pause(milliseconds: number): Promise<void> {
    const waking = new AbortController();
    this.#wake = () => waking.abort(WOKEN);
    await this.#clock.sleep(milliseconds, waking.signal).catch(() => {});
    this.#wake = null;
  }
}
