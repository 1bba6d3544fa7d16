import type { MenuPath, Row, Version } from '#routeros';

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

/**
 * The read user's line to one router: it has no verb that writes, and the user behind it could not. Requests run one
 * after the other, beside those of the user that writes.
 * Every method @throws {Failure} with a code of ROUTER_FAILURES. The signal stops before the next request, never
 * inside one.
 */
export interface ReadSession {
  /** Rows of a menu, with these columns alone, that hold all of `filters` (the router itself looks). */
  print(menu: MenuPath, properties: readonly string[], filters?: Row, signal?: AbortSignal): Promise<readonly Row[]>;
  /** How many rows of a menu hold all of `filters`. */
  count(menu: MenuPath, filters?: Row, signal?: AbortSignal): Promise<number>;
  /** One probe. Never repeated, as no other command below. @returns its row. */
  ping(address: string, options: PingOptions, signal?: AbortSignal): Promise<Row>;
  /** One round over at most so many hops. @returns a row a hop. */
  traceroute(address: string, maxHops: number, signal?: AbortSignal): Promise<readonly Row[]>;
  /** What the router's resolver makes of a name. */
  resolve(name: string, server: string | null, signal?: AbortSignal): Promise<string>;
  /** One slice. @returns the last row of it. */
  bandwidthTest(slice: BandwidthSlice, signal?: AbortSignal): Promise<Row>;
  /** What an interface carries at this moment. */
  monitorTraffic(name: string, signal?: AbortSignal): Promise<Row>;
}

/** What a probe is sent with. */
export interface PingOptions {
  /** Bytes of the packet; the router's own unless given. */
  readonly size?: number;
  readonly interface?: string;
  readonly sourceAddress?: string;
}

/** A few seconds of a bandwidth test between two routers. */
export interface BandwidthSlice {
  readonly address: string;
  readonly user: string;
  /** Of the target: it becomes an argument on the source. */
  readonly password: string;
  readonly direction: 'receive' | 'transmit' | 'both';
  readonly protocol: 'tcp' | 'udp';
  readonly seconds: number;
  /** Bits per second and direction at most. */
  readonly limit: number;
}

/** A router that is read, once it has proven to be the one that is meant, and its read user to be harmless. */
export interface ReadLine {
  readonly session: ReadSession;
  readonly version: Version;
  readonly serial: string;
}

/** The way to a router for all that only reads. */
export interface Readers {
  /**
   * Does some work on a router's line, in turn with other readers of it. @throws {Failure} `ReadUserMissing`,
   * `ReadUserCanWrite`, `SerialMismatch`, `DeviceSuspended`, `ChangeUnderWay` and others before any request of the work.
   */
  on<T>(device: DeviceName, work: (line: ReadLine) => Promise<T>, signal?: AbortSignal): Promise<T>;
}
