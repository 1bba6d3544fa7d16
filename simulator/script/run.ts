import type { Caller, RouterConsole, SimulatorClock } from '../model/console.ts';
import type { Globals, Scope } from './scope.ts';
import type { Block, Expression } from './syntax.ts';
import type { Value } from './values.ts';

/**
 * A piece of a running script. It runs straight through and hands out a promise only where the router would wait, so
 * that a condition tried on thousands of rows costs no turn of the event loop.
 */
export type Step<T> = Generator<Promise<unknown>, T>;

/** Hands a promise out of a step and goes on with what it gives. @throws what it rejects with. */
export function* wait<T>(promise: Promise<T>): Step<T> {
  return (yield promise) as T;
}

/** Runs a step to its end. Rejections of what it waits for are thrown inside it. */
export async function drive<T>(step: Step<T>): Promise<T> {
  let next = step.next();
  while (next.done !== true) {
    let result: unknown;
    try {
      result = await next.value;
    } catch (error) {
      next = step.throw(error);
      continue;
    }
    next = step.next(result);
  }
  return next.value;
}

/** What a command left behind: its value for `[…]`, and whether `:return` ended the script or function. */
export interface Outcome {
  readonly value: Value;
  readonly returned: boolean;
}

/** A running script and the router around it. */
export interface Run {
  readonly console: RouterConsole;
  readonly clock: SimulatorClock;
  readonly caller: Caller;
  readonly globals: Globals;
  /** Aborted: stops before the next statement and inside every wait; no `on-error` catches that. */
  readonly signal: AbortSignal;
  readonly put: (line: string) => void;
  /** `/system script run`: ends with that script. @throws {ScriptError} */
  readonly startScript: (nameOrId: string) => Promise<void>;
  readonly evaluate: (scope: Scope, expression: Expression) => Step<Value>;
  readonly block: (scope: Scope, body: Block) => Step<Outcome>;
  readonly call: (code: Value, unnamed: readonly Value[], named: ReadonlyMap<string, Value>) => Step<Outcome>;
  /**
   * Lets other jobs and requests have their turn now and then; every statement and every round of a loop passes here.
   */
  readonly breathe: () => Step<void>;
  /** Counts what the router has read or written for the script; the time for it passes with the next statement. */
  readonly work: (kind: 'read' | 'written', rows: number) => void;
}

/** How long a router takes for its scripts, in milliseconds of its own time. */
export interface ScriptPace {
  readonly perStatementMs: number;
  /** For each row that a command looks at. */
  readonly perRowReadMs: number;
  /** For each row that a command adds, changes, removes or moves. */
  readonly perRowWrittenMs: number;
}

/** Scripts that take no time. */
export const NO_PACE: ScriptPace = { perStatementMs: 0, perRowReadMs: 0, perRowWrittenMs: 0 };

/** A runtime error of a script: what `on-error` catches and what ends the script otherwise. */
export class ScriptError extends Error {
  /** `:error`, `/ip/address/add (interface)`; null while unknown. */
  readonly command: string | null;
  readonly line: number | null;

  constructor(message: string, command: string | null = null, line: number | null = null) {
    super(message);
    this.name = 'ScriptError';
    this.command = command;
    this.line = line;
  }

  /**
   * As the router prints it: `x (:error; line 1)`, unless the message itself says the place (routeros-rest.md §2.6).
   */
  get text(): string {
    const hasPlace = this.command === null || /\(line \d+ column \d+\)$/.test(this.message);
    return hasPlace ? this.message : `${this.message} (${this.command}; line ${this.line ?? 1})`;
  }
}
