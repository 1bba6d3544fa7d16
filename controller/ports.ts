import type { MenuPath, Row } from '#routeros';

/**
 * `metadata.name` of a RouterDevice: unique in the fleet, and the key of everything that is stored about the device.
 */
export type DeviceName = string;
/** Milliseconds since 1970, UTC. */
export type Instant = number;

/** Time as the controller sees it. Nothing else asks the system, so that tests and the simulator can run it faster. */
export interface Clock {
  now(): Instant;
  /** Milliseconds that only ever grow; for durations. */
  monotonic(): number;
  /** @throws the signal's reason when it aborts first. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/**
 * One user's line to one router: requests run strictly one after the other. The REST client is one; other transports
 * may follow.
 * Every method @throws {Failure} with a code of ROUTER_FAILURES. The signal stops before the next request, never
 * inside one.
 */
export interface DeviceSession {
  /**
   * All rows of a list menu, or the one row of a settings menu. `properties` narrows the answer; `.id` is always there
   * for lists.
   */
  print(menu: MenuPath, properties?: readonly string[], signal?: AbortSignal): Promise<readonly Row[]>;
  /** @returns the row as created, with `.id`. */
  add(menu: MenuPath, fields: Row, signal?: AbortSignal): Promise<Row>;
  /** `id` (a `.id` or, where the menu has names, a name) is null for a settings menu. */
  set(menu: MenuPath, id: string | null, fields: Row, signal?: AbortSignal): Promise<void>;
  remove(menu: MenuPath, id: string, signal?: AbortSignal): Promise<void>;
  /** Puts a row of an ordered list right before another; null: at the end. A write: never retried. */
  move(menu: MenuPath, id: string, before: string | null, signal?: AbortSignal): Promise<void>;
  /** Any other command that changes nothing in the configuration, `/tool/ping` for instance. Retried like a read. */
  query(command: MenuPath, args: Row, signal?: AbortSignal): Promise<readonly Row[]>;
  /** Runs a console script and returns what it printed (`as-string`). A write: never retried. */
  execute(script: string, signal?: AbortSignal): Promise<string>;
  /** Starts a console script as a background job and returns at once. A write: never retried. */
  startJob(script: string, signal?: AbortSignal): Promise<void>;
  /** Ends keep-alive connections. The session can be used again. */
  close(): Promise<void>;
}
