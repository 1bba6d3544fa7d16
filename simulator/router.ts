import type { Caller, Properties, RouterConsole, SimulatorClock } from './console.ts';
import { ConsoleFailure } from './console.ts';
import { runCommand } from './engine/command.ts';
import { printedRows } from './engine/print.ts';
import { dropRow, replaceValues, tableOf } from './engine/table.ts';
import { findRow, runVerb, settingsRow } from './engine/verbs.ts';
import { addRow, moveRows, removeRow, setRow } from './engine/write.ts';
import type { Faults } from './faults/active.ts';
import { createFaults } from './faults/active.ts';
import { answerRequest } from './http/door.ts';
import type { DoorParts, Intercept } from './http/door.ts';
import { createUserQueues } from './http/fifo.ts';
import { createRequestLog } from './http/recorded.ts';
import type { RequestLog } from './http/recorded.ts';
import { listen } from './http/server.ts';
import type { RouterServer, ServerIdentity } from './http/server.ts';
import type { Human } from './human.ts';
import { everything, humanAt } from './human.ts';
import { Jobs } from './jobs.ts';
import { writeLog } from './journal.ts';
import type { Menu } from './profile.ts';
import { profileOf } from './profile.ts';
import { admits } from './reachability.ts';
import type { RouterFacts, RouterState } from './state.ts';

/** How a router starts. */
export interface RouterParts {
  readonly facts: RouterFacts;
  readonly host: string;
  readonly port: number;
  readonly latency: { readonly perRequestMs: number; readonly perRowMs: number };
  readonly clock: SimulatorClock;
  readonly identity: (ServerIdentity & { readonly fingerprint: string }) | null;
}

/** The simulator's own reads: everything allowed, nothing noted. */
const system: Caller = { user: 'system', address: '', via: 'system', policies: everything };

/** A reboot takes this long when nothing else is said. */
const bootMilliseconds = 20_000;

/** One simulated router: a server, its state, and the levers tests pull. */
export class SimulatedRouter implements RouterConsole {
  readonly name: string;
  readonly serial: string;
  readonly version: readonly [number, number, number];
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
  #downUntil: Promise<void> | null = null;

  constructor(parts: RouterParts) {
    const { facts, clock } = parts;
    const [major = 7, minor = 0, patch = 0] = facts.version.split('.').map(Number);
    this.name = facts.name;
    this.serial = facts.serial;
    this.version = [major, minor, patch];
    this.fingerprint = parts.identity?.fingerprint ?? '';
    this.#parts = parts;
    this.faults = createFaults(() => {
      this.#applyOutage();
    });
    const jobs = new Jobs(this, clock);
    const state: RouterState = {
      facts,
      clock,
      profile: profileOf(facts.version, facts.chr ? 'chr' : 'board'),
      tables: new Map(),
      log: [],
      history: [],
      sessions: [],
      counters: { log: 0, history: 0, session: 0 },
      clockOffset: 0,
      // Up for a while already: a router whose uptime is seconds looks rebooted.
      bootedAt: clock.now() - 3_600_000,
      safeMode: null,
      jobs,
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
    this.human = humanAt(state);
    this.#door = {
      router: state,
      faults: this.faults,
      human: this.human,
      requests: this.requests,
      queues: createUserQueues(clock),
      logins: new Map(),
      latency: parts.latency,
      intercept: () => this.#intercept,
      boot: () => this.#boots,
      reboot: (downMilliseconds) => {
        this.reboot(downMilliseconds);
      },
      reachable: (address) => admits(state, address),
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
      () => this.#decide(),
      (request, response) => {
        void answerRequest(this.#door, request, response);
      },
    );
  }

  /** Closes the port and ends every job. */
  async close(): Promise<void> {
    this.#boots += 1;
    this.state.jobs.close();
    await this.#server?.close();
  }

  /** Sets or clears the hook that sees every request before and after its effect. */
  intercept(hook: Intercept | null): void {
    this.#intercept = hook;
  }

  /** Power cycle: connections reset, jobs, timed entries, log and history gone, startup entries run when it is up again. */
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

  /** Resolves when a reboot that is under way has ended. */
  async up(): Promise<void> {
    while (this.#downUntil !== null) {
      await this.#downUntil;
    }
  }

  menu(path: string): { readonly shape: 'settings' | 'list' | 'orderedList'; readonly named: boolean } | undefined {
    const menu = this.state.profile.menus.get(path);
    return menu === undefined ? undefined : { shape: menu.spec.shape, named: menu.named };
  }

  arguments(path: string, command: string): ReadonlySet<string> | undefined {
    const spec = this.state.profile.commands.get(`${path === '/' ? '' : path}/${command}`);
    return spec === undefined ? this.state.profile.menus.get(path)?.verbs.get(command) : new Set(spec.args);
  }

  rows(path: string, caller: Caller = system): readonly Properties[] {
    if (!caller.policies.has('read')) {
      throw new ConsoleFailure('not enough permissions (9)', 500);
    }
    return printedRows(this.state, this.#menu(path));
  }

  add(path: string, args: Properties, caller: Caller): string {
    return addRow(this.state, this.#menu(path), args, caller).id;
  }

  set(path: string, id: string | null, args: Properties, caller: Caller): void {
    const menu = this.#menu(path);
    const row = id === null ? settingsRow(this.state, menu) : findRow(this.state, menu, id);
    if (row === undefined) {
      throw new ConsoleFailure('no such item', 404);
    }
    setRow(this.state, menu, row, args, caller);
  }

  remove(path: string, id: string, caller: Caller): void {
    const menu = this.#menu(path);
    if (menu.spec.removeLive !== undefined) {
      runVerb(this.state, menu, 'remove', { numbers: id }, caller);
      return;
    }
    const row = findRow(this.state, menu, id);
    if (row === undefined) {
      throw new ConsoleFailure('no such item', 404);
    }
    removeRow(this.state, menu, row, caller);
  }

  move(path: string, ids: readonly string[], before: string | null, caller: Caller): void {
    moveRows(this.state, this.#menu(path), ids, before, caller);
  }

  async command(path: string, args: Properties, caller: Caller): Promise<readonly Properties[] | string> {
    const spec = this.state.profile.commands.get(path);
    if (spec !== undefined) {
      return runCommand(this.state, spec, args, caller);
    }
    const cut = path.lastIndexOf('/');
    return runVerb(this.state, this.#menu(path.slice(0, cut)), path.slice(cut + 1), args, caller) ?? [];
  }

  touch(path: string, id: string, values: Properties): void {
    const menu = this.state.profile.menus.get(path);
    const row = tableOf(this.state, path).byId.get(id);
    if (menu !== undefined && row !== undefined) {
      replaceValues(menu, tableOf(this.state, path), row, { ...row.values, ...values });
    }
  }

  log(topics: string, message: string): void {
    writeLog(this.state, topics, message);
  }

  #menu(path: string): Menu {
    const menu = this.state.profile.menus.get(path);
    if (menu === undefined) {
      throw new ConsoleFailure(`no such command or directory (${path.split('/').at(-1)})`);
    }
    return menu;
  }

  #decide(): 'take' | 'reset' | 'ignore' {
    const outage = this.faults.standing('offline');
    if (this.#downUntil !== null || (outage !== undefined && outage.how !== 'silent')) {
      return 'reset';
    }
    return outage === undefined ? 'take' : 'ignore';
  }

  #applyOutage(): void {
    if (this.faults.standing('offline') !== undefined || this.#server === null) {
      this.#server?.cut();
    }
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
