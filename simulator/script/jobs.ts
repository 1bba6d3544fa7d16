import {
  type Caller,
  ConsoleFailure,
  type Properties,
  type RouterConsole,
  type RouterJobs,
  type SimulatorClock,
} from '../model/console.ts';
import { grantedBy, system } from '../model/policies.ts';
import { dumpBlock } from './dump.ts';
import { makeRun, runScript } from './execute.ts';
import { parseScript } from './parse.ts';
import { drive, NO_PACE, ScriptError, type ScriptPace } from './run.ts';
import { localTimestamp, Scheduler } from './scheduler.ts';
import type { Globals } from './scope.ts';
import { ScriptSyntaxError } from './syntax.ts';

/** Executed scripts cannot be larger (armed-rollback.md §3). */
const LARGEST_SCRIPT_BYTES = 64 * 1024;

/** The router reading its own tables. */
const ROUTER: Caller = { ...system, via: 'script' };

interface Job {
  readonly id: string;
  readonly row: Properties;
  readonly parent: string | null;
  readonly stop: AbortController;
}

type JobKind = Pick<Job, 'parent'> & {
  readonly script: string | null;
  readonly type: 'command' | 'script' | 'scheduler';
};

/** What one router runs by itself. */
export class Jobs implements RouterJobs {
  readonly #console: RouterConsole;
  readonly #clock: SimulatorClock;
  readonly #pace: ScriptPace;
  readonly #jobs = new Map<string, Job>();
  readonly #globals: Globals = new Map();
  readonly #scheduler: Scheduler;
  #lastId = 0;

  constructor(console: RouterConsole, clock: SimulatorClock, pace: ScriptPace = NO_PACE) {
    this.#console = console;
    this.#clock = clock;
    this.#pace = pace;
    this.#scheduler = new Scheduler({ console, clock, reader: ROUTER, start: (entry) => this.#startEntry(entry) });
  }

  async execute(script: string, caller: Caller, mode: 'as-string' | 'background'): Promise<{ readonly ret: string }> {
    const job = this.#open(caller, { parent: null, script: null, type: 'command' });
    if (mode === 'background') {
      void this.#runUnattended(job, script, caller, 'command');
      return { ret: job.id };
    }
    const lines: string[] = [];
    try {
      await this.#run(job, script, caller, (line) => lines.push(line));
    } catch (error) {
      lines.push(textOfFailure(error));
    }
    return { ret: lines.join('\r\n') };
  }

  async runScript(nameOrId: string, caller: Caller): Promise<void> {
    if (this.#scriptNamed(nameOrId) === undefined) throw new ConsoleFailure('no such item', 404);
    try {
      await this.#runRow(nameOrId, caller, null, () => undefined);
    } catch (error) {
      throw new ConsoleFailure(textOfFailure(error));
    }
  }

  /** What `:put [:parse …]` would print for the script. */
  parseReport(script: string): string {
    try {
      return dumpBlock(parseScript(script, this.#console));
    } catch (error) {
      if (error instanceof ScriptSyntaxError) return error.message;
      throw error;
    }
  }

  list(): readonly Properties[] {
    return [...this.#jobs.values()].map((job) => ({ ...job.row }));
  }

  remove(id: string): void {
    const job = this.#jobs.get(id);
    if (job === undefined) throw new ConsoleFailure('no such item', 404);
    this.#jobs.delete(id);
    for (const child of this.#jobs.values()) if (child.parent === id) this.remove(child.id);
    job.stop.abort(new Stopped());
  }

  schedulerChanged(): void {
    this.#scheduler.changed();
  }

  startup(): void {
    this.#scheduler.startup();
  }

  reboot(): void {
    this.close();
    this.#globals.clear();
  }

  close(): void {
    this.#scheduler.stop();
    for (const job of this.#jobs.values()) job.stop.abort(new Stopped());
    this.#jobs.clear();
  }

  #open(caller: Caller, kind: JobKind): Job {
    const id = `*${(++this.#lastId).toString(16).toUpperCase()}`;
    const row: Properties = {
      '.id': id,
      owner: caller.user,
      policy: [...caller.policies].join(','),
      started: localTimestamp(this.#console, this.#clock, ROUTER),
      type: kind.type,
    };
    if (kind.script !== null) row['script'] = kind.script;
    if (kind.parent !== null) row['parent'] = kind.parent;
    const job: Job = { id, row, parent: kind.parent, stop: new AbortController() };
    this.#jobs.set(id, job);
    return job;
  }

  async #run(job: Job, source: string, caller: Caller, put: (line: string) => void): Promise<void> {
    try {
      if (Buffer.byteLength(source) > LARGEST_SCRIPT_BYTES) throw new ScriptError('script is larger than 64 kB');
      const script = parseScript(source, this.#console);
      const run = makeRun({
        console: this.#console,
        clock: this.#clock,
        caller,
        globals: this.#globals,
        signal: job.stop.signal,
        pace: this.#pace,
        put,
        startScript: (name) => this.#runRow(name, caller, job, put),
      });
      await drive(runScript(run, script));
    } finally {
      this.#jobs.delete(job.id);
    }
  }

  /** @throws {ScriptError} what went wrong in it, unless only the log may say so. */
  async #runRow(nameOrId: string, caller: Caller, parent: Job | null, put: (line: string) => void): Promise<void> {
    const row = this.#scriptNamed(nameOrId);
    if (row === undefined) throw new ScriptError('no such item');
    const name = row['name'] ?? '';
    const policies = grantedBy(row['policy'] ?? '');
    const missing = [...policies].filter((policy) => !caller.policies.has(policy));
    if (missing.length > 0 && row['dont-require-permissions'] !== 'true') {
      this.#log(name, caller, `not enough permissions: ${missing.join(',')}`);
      return;
    }
    this.#console.touch('/system/script', row['.id'] ?? '', {
      'run-count': String(Number(row['run-count'] ?? '0') + 1),
      'last-started': localTimestamp(this.#console, this.#clock, ROUTER),
    });
    const inForce: Caller = { ...caller, policies, via: 'script' };
    const job = this.#open(inForce, { parent: parent?.id ?? null, script: name, type: 'script' });
    try {
      await this.#run(job, row['source'] ?? '', inForce, put);
    } catch (error) {
      if (error instanceof ScriptError || parent?.stop.signal.aborted === true) throw error;
      throw new ScriptError(textOfFailure(error));
    }
  }

  async #runUnattended(job: Job, source: string, caller: Caller, name: string): Promise<void> {
    try {
      await this.#run(job, source, caller, () => undefined);
    } catch (error) {
      if (!(error instanceof Stopped)) this.#log(name, caller, textOfFailure(error));
    }
  }

  /** An entry's `on-event` is the name of a script or a script itself; it runs with the entry's policy. */
  #startEntry(entry: Properties): void {
    const policies = grantedBy(entry['policy'] ?? '');
    const caller: Caller = { user: entry['owner'] ?? '', address: '', policies, via: 'scheduler' };
    const event = entry['on-event'] ?? '';
    const source = this.#scriptNamed(event) === undefined ? event : `/system script run "${event}"`;
    const job = this.#open(caller, { parent: null, script: null, type: 'scheduler' });
    void this.#runUnattended(job, source, caller, entry['name'] ?? '');
  }

  #scriptNamed(nameOrId: string): Properties | undefined {
    const rows = this.#console.rows('/system/script', ROUTER);
    return rows.find((row) => row['name'] === nameOrId || row['.id'] === nameOrId);
  }

  #log(name: string, caller: Caller, text: string): void {
    this.#console.log(
      'script,error',
      `executing script ${name} from ${caller.via} failed, please check it manually: ${text}`,
    );
  }
}

/** Why a run ended when its job was removed or the router went down. */
class Stopped extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Stopped';
  }
}

function textOfFailure(error: unknown): string {
  if (error instanceof ScriptError) return error.text;
  if (error instanceof ScriptSyntaxError || error instanceof Stopped || error instanceof ConsoleFailure)
    return error.message;
  throw error;
}
