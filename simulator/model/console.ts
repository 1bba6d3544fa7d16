/**
 * The seam inside the simulator: REST requests and console scripts both act on a router through this interface,
 * so that a rule of RouterOS (a uniqueness error, a normaliser, a missing policy) exists once.
 */

/** A property bag as the router holds it: every value is text. `.id` is always present in rows of list menus. */
export type Properties = Record<string, string>;

/**
 * Who runs a command: the user and the policies in force (the user's group; for scripts the intersection with the
 * script's policy).
 */
export interface Caller {
  readonly user: string;
  readonly address: string;
  readonly policies: ReadonlySet<string>;
  /** What /system/history and the log name: `rest-api`, `script`, `scheduler`, `winbox`. */
  readonly via: string;
}

/** A command the router refuses; `message` is the router's exact detail text, `status` what REST answers. */
export class ConsoleFailure extends Error {
  readonly status: number;
  constructor(message: string, status = 400) {
    super(message);
    this.status = status;
  }
}

/** One router as commands see it. What RouterOS would refuse is refused here, in its words. */
export interface RouterConsole {
  /** The RouterOS version this router runs: [7, 20, 8]. */
  readonly version: readonly [number, number, number];
  /** `/ip/dns/static` → what kind of menu; undefined: this version has none. */
  menu(path: string): { readonly shape: 'settings' | 'list' | 'orderedList'; readonly named: boolean } | undefined;
  /**
   * Names of the arguments a command takes on this version (`add`, `set`, `remove`, `print`, `find`, `move`, ...);
   * undefined: no such command.
   */
  arguments(path: string, command: string): ReadonlySet<string> | undefined;
  /**
   * Rows in the order of the menu, with every property that REST would print, `.id` and flags included. Settings menus:
   * one row.
   */
  rows(path: string, caller: Caller): readonly Properties[];
  /** @returns the new `.id`. @throws {ConsoleFailure} */
  add(path: string, args: Properties, caller: Caller): string;
  /** `id` is null for settings menus. @throws {ConsoleFailure} */
  set(path: string, id: string | null, args: Properties, caller: Caller): void;
  /** @throws {ConsoleFailure} with status 404 when the row is gone. */
  remove(path: string, id: string, caller: Caller): void;
  /** `before` null: to the end. */
  move(path: string, ids: readonly string[], before: string | null, caller: Caller): void;
  /**
   * Other commands (`/tool/ping`, `/resolve`, `/ip/dns/cache/flush`, `/system/reboot`): what they return as records or
   * a value.
   */
  command(path: string, args: Properties, caller: Caller): Promise<readonly Properties[] | string>;
  /**
   * What the router itself writes into a row (`run-count`, `last-started`, `next-run`): no policy, no history; a row
   * that is gone is ignored.
   */
  touch(path: string, id: string, state: Properties): void;
  log(topics: string, message: string): void;
}

/** Time as the simulated routers see it; tests run it at another speed. */
export interface SimulatorClock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Resolves after that much simulated time; rejects with the signal's reason when it aborts first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/**
 * Everything a router runs by itself: `/execute`, scripts, scheduler entries. Nothing survives {@link reboot} or {@link
 * close}.
 */
export interface RouterJobs {
  /**
   * `/execute`. `as-string`: resolves when the script ended, with what it printed and, last, its error; never rejects.
   * `background`: resolves at once with the job's id; errors reach only the log (routeros-rest.md §2.6).
   */
  execute(script: string, caller: Caller, mode: 'as-string' | 'background'): Promise<{ readonly ret: string }>;
  /**
   * `/system/script/run`, to its end. A script whose policy has more rights than the caller does not run, and only the
   * log says so. @throws {ConsoleFailure} 404 for an unknown script, 400 with the script's error.
   */
  runScript(nameOrId: string, caller: Caller): Promise<void>;
  /** The rows of /system/script/job that run scripts; a script run by a job is a row of its own with `parent`. */
  list(): readonly Properties[];
  /** Kills a job and what it runs: none of them starts another statement. @throws {ConsoleFailure} 404 */
  remove(id: string): void;
  /** To be called after every change of /system/scheduler, /system/clock or the device-mode. */
  schedulerChanged(): void;
  /** The router is up: schedulers run from now on, startup entries a moment later. */
  startup(): void;
  /** The router goes down: jobs, timers and global variables are gone. Call {@link startup} when it is up again. */
  reboot(): void;
  /** Ends every job and timer. */
  close(): void;
}

/** How RouterOS reads one kind of value and spells it back. */
export interface Kind {
  /** The router's own spelling of `text` for the argument `name`. @throws {ConsoleFailure} with the router's words. */
  canonical(text: string, name: string): string;
  /** True when `''` is a value (or means "no value"); otherwise clearing is refused. */
  readonly clearable: boolean;
  /** The menu in which a row's `name` must equal the value. */
  readonly reference?: string;
  /** Words that are values though no row bears them: `all`, `none`. */
  readonly words?: readonly string[];
  /** The value is several, joined by commas. */
  readonly several?: true;
  /** Or in this one. */
  readonly orReference?: string;
}
