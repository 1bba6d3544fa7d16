import type { Caller, Properties, RouterConsole, SimulatorClock } from '../model/console.ts';
import { millisecondsOf } from './values.ts';

/** Startup entries run so long after the router is up (vendor's Scheduler page). */
const STARTUP_DELAY = 3000;
/** Sleeps are cut to this, so that a clock somebody sets is noticed. */
const LONGEST_SLEEP = 3_600_000;

/** The router that a scheduler belongs to. */
export interface SchedulerSettings {
  readonly console: RouterConsole;
  readonly clock: SimulatorClock;
  /** Who reads the table: the router itself. */
  readonly reader: Caller;
  /** Starts what an entry says and does not wait for it. */
  readonly start: (entry: Properties) => void;
}

/**
 * Runs the rows of /system/scheduler (routeros-rest.md §5.29). A new one is that of a router that has been up for a
 * while: it waits for {@link changed}, and only {@link startup} runs startup entries.
 */
export class Scheduler {
  readonly #settings: SchedulerSettings;
  /** The router's local time up to which each row was looked at, by `.id`. */
  readonly #seen = new Map<string, number>();
  #power: AbortController | null = new AbortController();
  #alarm: AbortController | null = null;
  #bootedAt: number | null = null;

  constructor(settings: SchedulerSettings) {
    this.#settings = settings;
  }

  /** The router is up: startup entries with `interval=0s` run once a moment later, all others when they are due. */
  startup(): void {
    this.stop();
    this.#power = new AbortController();
    this.#bootedAt = this.#localTime();
    this.#later(STARTUP_DELAY, this.#power.signal, () => this.#runStartupEntries());
    this.changed();
  }

  /** The router is down. */
  stop(): void {
    this.#power?.abort();
    this.#alarm?.abort();
    this.#power = null;
    this.#seen.clear();
  }

  /** Rows were added, changed or removed: sleep until the one that is due next. */
  changed(): void {
    if (this.#power === null) return;
    this.#alarm?.abort();
    this.#alarm = new AbortController();
    const now = this.#localTime();
    this.#bootedAt ??= now;
    const rows = this.#rows();
    for (const id of this.#seen.keys()) if (!rows.some((row) => row['.id'] === id)) this.#seen.delete(id);
    let next = Number.POSITIVE_INFINITY;
    for (const row of rows) {
      const id = row['.id'] ?? '';
      const seen = this.#seen.get(id) ?? now;
      this.#seen.set(id, seen);
      next = Math.min(next, this.#dueAfter(row, seen));
    }
    if (next === Number.POSITIVE_INFINITY) return;
    this.#later(Math.min(Math.max(next - now, 0), LONGEST_SLEEP), this.#alarm.signal, () => this.#runDue());
  }

  #runDue(): void {
    const now = this.#localTime();
    for (const row of this.#rows()) {
      const id = row['.id'] ?? '';
      const isDue = this.#dueAfter(row, this.#seen.get(id) ?? now) <= now;
      this.#seen.set(id, now);
      if (isDue) this.#run(row);
    }
    this.changed();
  }

  #runStartupEntries(): void {
    if (startupEntriesFail(this.#settings.console.version)) return;
    for (const row of this.#rows()) if (row['start-time'] === 'startup' && intervalOf(row) === 0) this.#run(row);
  }

  #run(row: Properties): void {
    const count = String(Number(row['run-count'] ?? '0') + 1);
    this.#settings.console.touch('/system/scheduler', row['.id'] ?? '', { 'run-count': count });
    this.#settings.start(row);
  }

  /** The rows that may run; none when device-mode forbids schedulers (armed-rollback.md §4). */
  #rows(): readonly Properties[] {
    const { console, reader } = this.#settings;
    const mode =
      console.menu('/system/device-mode') === undefined ? undefined : console.rows('/system/device-mode', reader)[0];
    if (mode?.['scheduler'] === 'false' || mode?.['scheduler'] === 'no') return [];
    return console.rows('/system/scheduler', reader).filter((row) => row['disabled'] !== 'true');
  }

  /** When a row runs next after `time`, in the router's local time. */
  #dueAfter(row: Properties, time: number): number {
    const isStartup = row['start-time'] === 'startup';
    const every = intervalOf(row);
    const start = isStartup ? (this.#bootedAt ?? time) : Date.parse(`${row['start-date']}T${row['start-time']}Z`);
    if (Number.isNaN(start)) return Number.POSITIVE_INFINITY;
    if (start > time) return start;
    return every === 0 ? Number.POSITIVE_INFINITY : start + (Math.floor((time - start) / every) + 1) * every;
  }

  /** What the router's own clock shows, as if it were UTC. */
  #localTime(): number {
    const { clock } = this.#settings;
    const now = clock.now();
    const shown = Date.parse(
      `${localTimestamp(this.#settings.console, clock, this.#settings.reader).replace(' ', 'T')}Z`,
    );
    return now + Math.ceil((shown - now) / 1000) * 1000;
  }

  #later(milliseconds: number, signal: AbortSignal, then: () => void): void {
    this.#settings.clock.sleep(milliseconds, signal).then(then, () => undefined);
  }
}

/** `2026-09-28 16:48:57` by the router's own clock. */
export function localTimestamp(console: RouterConsole, clock: SimulatorClock, reader: Caller): string {
  const shown = console.menu('/system/clock') === undefined ? undefined : console.rows('/system/clock', reader)[0];
  if (shown?.['date'] !== undefined && shown['time'] !== undefined) return `${shown['date']} ${shown['time']}`;
  return new Date(clock.now()).toISOString().slice(0, 19).replace('T', ' ');
}

function intervalOf(row: Properties): number {
  return millisecondsOf(row['interval'] ?? '0s') ?? 0;
}

/** 7.24.0 to 7.24.4 do not run startup entries (armed-rollback.md §5). */
function startupEntriesFail([major, minor, patch]: readonly [number, number, number]): boolean {
  return major === 7 && minor === 24 && patch < 5;
}
