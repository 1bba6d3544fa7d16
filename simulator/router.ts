import { consoleOf } from './engine/console-of.ts';
import { writeLog } from './engine/journal.ts';
import { dropRow } from './engine/table.ts';
import { createFaults, type Faults } from './faults/active.ts';
import { type Human, humanAt } from './faults/human.ts';
import { answerRequest, type DoorParts, type Intercept } from './http/door.ts';
import { createUserQueues } from './http/fifo.ts';
import { createMixUp } from './http/mix-up.ts';
import { type Path, pathTo } from './http/reachability.ts';
import { createRequestLog, type RequestLog } from './http/recorded.ts';
import { listen, type RouterServer, type ServerIdentity } from './http/server.ts';
import { profileOf } from './menus/profile.ts';
import type { Properties, RouterConsole, SimulatorClock } from './model/console.ts';
import { system } from './model/policies.ts';
import type { RouterFacts, RouterState, RunningCommand } from './model/state.ts';
import { Jobs } from './script/jobs.ts';
import type { ScriptPace } from './script/run.ts';

/** How a router starts. */
export interface RouterParts {
  readonly facts: RouterFacts;
  readonly host: string;
  readonly port: number;
  readonly latency: { readonly perRequestMs: number; readonly perRowMs: number };
  readonly scriptPace: ScriptPace;
  readonly clock: SimulatorClock;
  readonly identity: (ServerIdentity & { readonly fingerprint: string }) | null;
}

/** A reboot takes this long when nothing else is said. */
const bootMilliseconds = 20_000;

/** One simulated router: a server, its state, and the levers tests pull. */
export class SimulatedRouter {
  readonly name: string;
  readonly serial: string;
  /** What it runs: the version of its profile. */
  readonly version: string;
  readonly console: RouterConsole;
  /** SHA-256 of its certificate, lower-case hex; empty without TLS. */
  readonly fingerprint: string;
  readonly requests: RequestLog = createRequestLog();
  readonly faults: Faults;
  readonly human: Human;
  /** Everything it remembers. */
  readonly state: RouterState;
  readonly #parts: RouterParts;
  readonly #door: DoorParts;
  #server: RouterServer | null = null;
  #intercept: Intercept | null = null;
  #boots = 0;
  #path: Path | null = null;
  #downUntil: Promise<void> | null = null;

  constructor(parts: RouterParts) {
    const { facts, clock } = parts;
    this.name = facts.name;
    this.serial = facts.serial;
    this.version = facts.version;
    this.fingerprint = parts.identity?.fingerprint ?? '';
    this.#parts = parts;
    this.faults = createFaults(() => {
      this.#applyOutage();
    });
    const state: RouterState = {
      facts,
      clock,
      profile: profileOf(facts.version, facts.chr ? 'chr' : 'board', facts.packages ?? []),
      tables: new Map(),
      log: [],
      history: [],
      sessions: [],
      counters: { log: 0, history: 0, session: 0 },
      clockOffset: 0,
      // Up for a while already: a router whose uptime is seconds looks rebooted.
      bootedAt: clock.now() - 3_600_000,
      safeMode: null,
      running: new Set(),
      get jobs() {
        return jobs;
      },
      effects: () => this.faults.effects(state),
      connections: () =>
        [...(this.#server?.sockets ?? [])].map(
          (socket) => `${facts.seenFrom ?? socket.remoteAddress}:${socket.remotePort}`,
        ),
      reboot: () => {
        this.reboot();
      },
    };
    this.state = state;
    this.console = consoleOf(state);
    const jobs = new Jobs(this.console, clock, parts.scriptPace);
    this.human = humanAt(state);
    this.#door = {
      router: state,
      faults: this.faults,
      human: this.human,
      requests: this.requests,
      queues: createUserQueues(clock),
      logins: new Map(),
      mixUp: createMixUp(state),
      latency: parts.latency,
      intercept: () => this.#intercept,
      boot: () => this.#boots,
      reboot: (downMilliseconds) => {
        this.reboot(downMilliseconds);
      },
      way: (packet) =>
        this.faults.standing('offline') === undefined
          ? (this.#path ??= pathTo(state, packet.from)).way(packet)
          : 'silent',
    };
  }

  /** `https://127.0.1.5:8443`. @throws {Error} before it listens. */
  get url(): string {
    if (this.#server === null) {
      throw new Error(`router ${this.name} does not listen yet`);
    }
    return `${this.#parts.facts.tls ? 'https' : 'http'}://${this.#parts.host}:${this.#server.port}`;
  }

  /** Opens the port. @throws {Error} when host and port are taken. */
  async start(): Promise<void> {
    this.#server = await listen(
      this.#parts,
      this.#parts.identity,
      () => this.#downUntil === null && !this.#isCutOff(),
      (request, response) => {
        void answerRequest(this.#door, request, response);
      },
    );
    // These act on the router before anybody reads them.
    for (const path of ['/system/clock', '/system/scheduler']) {
      if (this.state.facts.menus[path] !== undefined) {
        this.rows(path);
      }
    }
  }

  /** Closes the port and ends every job. */
  async close(): Promise<void> {
    this.#boots += 1;
    this.state.jobs.close();
    await this.#server?.close();
  }

  /** Commands that have not ended, also those whose caller has left. */
  get running(): readonly RunningCommand[] {
    return [...this.state.running];
  }

  /** Sets or clears the hook that sees every request before and after its effect. */
  intercept(hook: Intercept | null): void {
    this.#intercept = hook;
  }

  /**
   * Power cycle: connections reset, jobs, timed entries, log and history gone, startup entries run when it is up again.
   */
  reboot(downMilliseconds: number = bootMilliseconds): void {
    const { state } = this;
    this.#boots += 1;
    this.#server?.cut();
    state.jobs.reboot();
    this.#door.queues.clear();
    this.#door.logins.clear();
    state.log.length = 0;
    state.history.length = 0;
    state.sessions.length = 0;
    state.counters.log = 0;
    state.safeMode = null;
    dropTimedRows(state);
    const down = state.clock.sleep(downMilliseconds).then(() => {
      if (this.#downUntil === down) {
        this.#downUntil = null;
        state.bootedAt = state.clock.now();
        writeLog(state, 'system,info', 'router rebooted');
        state.jobs.startup();
      }
    });
    this.#downUntil = down;
  }

  /** What the menu prints now, to a reader who may see everything. */
  rows(path: string): readonly Properties[] {
    return this.console.rows(path, system);
  }

  /** Resolves when a reboot that is under way has ended. */
  async up(): Promise<void> {
    while (this.#downUntil !== null) {
      await this.#downUntil;
    }
  }

  #applyOutage(): void {
    if (this.#isCutOff()) {
      this.#server?.cut();
    }
  }

  #isCutOff(): boolean {
    const outage = this.faults.standing('offline');
    return outage !== undefined && outage.how !== 'silent';
  }
}

function dropTimedRows(state: RouterState): void {
  for (const [path, table] of state.tables) {
    const menu = state.profile.menus.get(path);
    for (const row of menu === undefined ? [] : table.rows.filter((candidate) => candidate.expiresAt !== undefined)) {
      if (menu !== undefined) {
        dropRow(menu, table, row);
      }
    }
  }
}
