import type { Properties, SimulatorClock } from './console.ts';
import type { HealthEffects } from './faults/fault.ts';
import type { Jobs } from './jobs.ts';
import type { Profile } from './profile.ts';

/** A row as the router keeps it: canonical text of what was set, and state. */
export interface StoredRow {
  readonly id: string;
  values: Properties;
  readonly bornAt: number;
  /** When a timed entry goes; milliseconds of the router's clock. */
  expiresAt?: number;
  /** The row that made this one (children of an FQDN address-list entry). */
  parent?: string;
}

/** The rows of one menu. */
export interface Table {
  readonly rows: StoredRow[];
  readonly byId: Map<string, StoredRow>;
  readonly keys: Map<string, number>;
  nextId: number;
  /** When the first timed row goes, so that reading a long menu need not look at every row. */
  nextExpiry: number;
}

/** What a router is, apart from its configuration. */
export interface RouterFacts {
  readonly name: string;
  readonly serial: string;
  readonly version: string;
  readonly chr: boolean;
  readonly tls: boolean;
  readonly menus: Readonly<Record<string, readonly Properties[]>>;
  /** Where the router believes its REST client is; null: the address of the socket. */
  readonly seenFrom: string | null;
}

/** Someone who is logged in. */
export interface Session {
  readonly id: string;
  readonly user: string;
  readonly group: string;
  readonly address: string;
  readonly via: string;
  readonly since: number;
}

/** Everything one router remembers; menus and the engine work on it. */
export interface RouterState {
  readonly facts: RouterFacts;
  readonly profile: Profile;
  readonly clock: SimulatorClock;
  readonly tables: Map<string, Table>;
  readonly log: Properties[];
  readonly history: Properties[];
  readonly sessions: Session[];
  /** The last number given to a log line, history row, session. */
  readonly counters: { log: number; history: number; session: number };
  /** Set clock minus true clock, milliseconds. */
  clockOffset: number;
  bootedAt: number;
  safeMode: { readonly user: string; readonly tables: Map<string, Table> } | null;
  readonly jobs: Jobs;
  /** What injected ill health does at this moment. */
  effects(): HealthEffects;
  /** Open connections of the REST service: `address:port` of the other side. */
  connections(): readonly string[];
  reboot(): void;
}
