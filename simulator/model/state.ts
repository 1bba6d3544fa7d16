import type { Caller, Kind, Properties, RouterJobs, SimulatorClock } from './console.ts';
import type { Refusal } from './refusals.ts';

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

/**
 * What is around a router. With it there is life on it: leases, neighbours, routes that it learns, lines in its log, and
 * traffic that moves every counter. Without it nobody is there, and what the router says stands still.
 */
export interface Surroundings {
  /** Clients of its LAN; every fourth comes by Wi-Fi where there is a radio. */
  readonly clients: number;
  /** Routes that it learns by BGP, and a tenth as many by OSPF; 20 when absent. */
  readonly learntRoutes?: number;
}

/** An address or network beyond the router, as its diagnostics find it. */
export interface Destination {
  /** `192.0.2.7` or `192.0.2.0/24`; of several that cover an address the longest counts. */
  readonly address: string;
  /** Routers on the way, the nearest first; `''` answers no probe. Drawn when absent. */
  readonly hops?: readonly string[];
  /** How long a probe takes there and back. Drawn when absent. */
  readonly milliseconds?: number;
  /** What becomes of a probe that is not answered. */
  readonly fails?: 'timeout' | 'host unreachable';
  /** Percent of the probes that are lost, evenly. */
  readonly lost?: number;
  /** Its bandwidth server; without it nobody listens. */
  readonly bandwidth?: { readonly megabits: number; readonly user: string; readonly password: string };
}

/** What a router is, apart from its configuration. */
export interface RouterFacts {
  readonly name: string;
  readonly serial: string;
  readonly version: string;
  readonly chr: boolean;
  readonly tls: boolean;
  /** Packages besides the base. */
  readonly packages?: readonly string[];
  readonly menus: Readonly<Record<string, readonly Properties[]>>;
  /** Where the router believes its REST client is; null: the address of the socket. */
  readonly seenFrom: string | null;
  readonly surroundings?: Surroundings;
  readonly destinations?: readonly Destination[];
}

/** A command that has not ended, whether its caller still waits or not. */
export interface RunningCommand {
  /** `/tool/ping`. */
  readonly path: string;
  readonly user: string;
  /** Milliseconds of the router's clock. */
  readonly since: number;
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
  readonly jobs: RouterJobs;
  readonly running: Set<RunningCommand>;
  /** What injected ill health does at this moment. */
  effects(): HealthEffects;
  /** Open connections of the REST service: `address:port` of the other side. */
  connections(): readonly string[];
  reboot(): void;
}

/** How ill a router is; absent: well. */
export interface HealthEffects {
  readonly resolveFails?: true;
  /** Targets of ping that no longer answer; `all` for every one. */
  readonly pingLost?: readonly string[] | 'all';
  /** Percent. */
  readonly cpuLoad?: number;
  /** Bytes. */
  readonly freeMemory?: number;
  /** Bytes on the disk. */
  readonly freeDisk?: number;
  /** Names of interfaces that no longer run. */
  readonly interfacesDown?: readonly string[];
}

/** How one property of a menu is read, kept and printed. */
export interface FieldSpec {
  readonly kind: Kind;
  /** What the router uses, and prints, when nobody set the field. */
  readonly default?: string;
  /** When it is printed; `always` with a default, else `set`. `true`: only as "true". */
  readonly show?: 'always' | 'set' | 'true' | 'never';
  /** State of the router: refused as an argument. */
  readonly readOnly?: true;
  /** `add` without it fails with `missing =X=`. */
  readonly required?: true;
  readonly since?: string;
  /** First version that lacks the field. */
  readonly until?: string;
  /** Printed only to callers with the policy `sensitive`; /system/history masks it. */
  readonly sensitive?: true;
  /** Where it is described, if not where its menu is. */
  readonly source?: string;
  /** First version in which `set` takes it too. */
  readonly setSince?: string;
}

/** What happened to a stored row, for a menu's own consequences. */
export interface RowChange {
  readonly verb: 'add' | 'set' | 'remove';
  readonly row: StoredRow;
  readonly before: Properties | null;
  /** The canonical arguments of the change. */
  readonly args: Properties;
}

/** One menu, described once for all versions; the engine does the rest. */
export interface MenuSpec {
  readonly path: string;
  readonly shape: 'settings' | 'list' | 'orderedList';
  /** What /system/history and the log call a row: `static dns entry`. */
  readonly noun: string;
  /** Where its fields, rows and values are described; a field that is described elsewhere says so itself. */
  readonly source: string;
  readonly fields: Readonly<Record<string, FieldSpec>>;
  readonly since?: string;
  readonly until?: string;
  /** The package that brings it, besides the base. */
  readonly package?: string;
  /** Hardware it exists on; everywhere when absent. */
  readonly on?: 'board' | 'chr';
  /** `fixed`: set but neither add nor remove. `removeOnly`: remove alone. `readOnly`: no writes. Default: all. */
  readonly rows?: 'fixed' | 'removeOnly' | 'readOnly';
  /**
   * Verbs that RouterOS has here and the simulator lacks: who may not write hears of that first, as there; others that
   * there is no such command.
   */
  readonly lacks?: readonly string[];
  /** Fields by which a seeded row replaces a default one. */
  readonly key?: readonly string[];
  /** First number of the `.id` counter. */
  readonly firstId?: number;
  /** Version since which `unset` exists here. */
  readonly unsetSince?: string;
  readonly resetCounters?: true;
  /** Its `print` has no `value-list`. */
  readonly noValueList?: true;
  /** First version whose `add` has no `copy-from`. */
  readonly copyFromUntil?: string;
  /** Policies a write needs; `write` when absent. */
  readonly writePolicies?: readonly string[];
  /** Two rows with one key are refused; no key: the row does not count. */
  readonly unique?: { key(values: Properties): string | undefined; readonly refusal: Refusal };
  /** Rows of a router that nobody touched. */
  initial?(router: RouterState): readonly Properties[];
  /** What the caller leaves in the row (owner, policy). @throws {ConsoleFailure} */
  stamp?(args: Properties, caller: Caller, verb: 'add' | 'set'): Properties;
  /**
   * Validates and completes what is about to be stored; `args` are the canonical arguments. @throws {ConsoleFailure}
   */
  prepare?(router: RouterState, next: Properties, before: Properties | null, args: Properties): Properties;
  /** Read-only properties at this moment. */
  computed?(router: RouterState, row: StoredRow): Properties;
  /** Columns that move with the traffic around the router, worked out only for a reader who asks for one of them. */
  readonly counters?: {
    readonly names: ReadonlySet<string>;
    at(router: RouterState, row: StoredRow): Properties;
  };
  /** Last word on what a row prints (presence rules that depend on its state). */
  finish?(printed: Properties, router: RouterState): Properties;
  /** Rows that are not stored: connected routes, open connections, jobs. */
  live?(router: RouterState): readonly Properties[];
  /** Removes a row that `live` made. @returns false when there is none. */
  removeLive?(router: RouterState, id: string): boolean;
  /** Consequences in other menus or rows. */
  changed?(router: RouterState, change: RowChange, caller: Caller): void;
}

/** A command that is not one of the generic verbs. */
export interface CommandSpec {
  /** `/tool/ping`. */
  readonly path: string;
  readonly args: readonly string[];
  readonly policies: readonly string[];
  readonly since?: string;
  readonly until?: string;
  /**
   * Runs it; records, or text that REST answers as `{"ret": …}`. It stops when the signal aborts, which a client that
   * leaves does not bring about. @throws {ConsoleFailure}
   */
  run(
    router: RouterState,
    args: Properties,
    caller: Caller,
    signal?: AbortSignal,
  ): Promise<readonly Properties[] | string> | readonly Properties[] | string;
}

/** A menu as one version of RouterOS has it. */
export interface Menu {
  readonly spec: MenuSpec;
  readonly path: string;
  readonly fields: ReadonlyMap<string, FieldSpec>;
  /** Property names in the order REST prints them: alphabetical, dotted first (routeros-rest.md §3). */
  readonly printed: readonly string[];
  /** Generic verbs and their arguments. */
  readonly verbs: ReadonlyMap<string, ReadonlySet<string>>;
  readonly named: boolean;
}

/** The command tree of one version on one kind of hardware, shared by all its routers. */
export interface Profile {
  readonly version: string;
  readonly menus: ReadonlyMap<string, Menu>;
  readonly commands: ReadonlyMap<string, CommandSpec>;
  /** Every path that leads to a menu or command. */
  readonly directories: ReadonlySet<string>;
  /** Fields that name a row of the menu: menu → [path, field]. */
  readonly referrers: ReadonlyMap<string, readonly (readonly [string, string])[]>;
}
