import type { Diagnostic, PlanCost, Provenance, UndoSize } from '#controller';
import type { Plan, Violation } from '#differ';
import type { Check, DeviceReport } from '../doctor/check.ts';

/* What rosctl finds out without a controller, printed for programs. */

/** A plan from saved state: nobody can approve it. */
export interface OfflinePlan {
  readonly device: string;
  readonly id: null;
  /** Whether `--base` gave the last confirmed state; without it nothing is removed. */
  readonly base: boolean;
  /** Secrets in it are masked. */
  readonly plan: Plan;
  readonly text: string;
  /** What someone at the router's console would type. */
  readonly commands: string;
  readonly undo: UndoSize;
  readonly cost: PlanCost;
  /** Why the controller would refuse it. */
  readonly violations: readonly Violation[];
}

/** Live state that was saved. */
export interface SavedState {
  readonly device: string;
  readonly file: string;
  /** How many rows each menu has. */
  readonly rows: Readonly<Record<string, number>>;
}

/** Whether the files of a fleet can count, and all that is wrong with them. */
export interface ValidateOutput {
  readonly valid: boolean;
  /** What names this state of the files. */
  readonly revision: string;
  readonly faults: readonly Diagnostic[];
  /** What is allowed and probably not meant. */
  readonly warnings: readonly Diagnostic[];
  /** How many files there are; these counts are absent when there are faults. */
  readonly files?: number;
  readonly devices?: number;
  readonly configs?: number;
  readonly approvalPolicies?: number;
  readonly rolloutPolicies?: number;
  /** The device that declares most rows in lists, and the undo of a plan that removes them all; null: no undo needs parts. */
  readonly largestUndo?: (UndoSize & { readonly device: string }) | null;
}

/** Every desired value of a device, and where it comes from. */
export interface ExplainOutput {
  readonly device: string;
  readonly items: readonly Provenance[];
  /** With `--routeros`: what is declared and that version does not have, in all sections. */
  readonly lacking?: readonly Diagnostic[];
}

/** What was looked at on each device. */
export interface DoctorOutput {
  readonly items: readonly DeviceReport[];
}

/** The RouterOS commands that make the right user and group. */
export interface DoctorCommands {
  readonly commands: readonly string[];
}

/** The repository that was made. */
export interface InitOutput {
  readonly folder: string;
  readonly branch: string;
  /** The first commit, from which on history is trusted. */
  readonly commit: string;
  readonly source: string;
  readonly person: string;
  /** Fingerprint of the key of that person. */
  readonly key: string;
  readonly state: string;
  readonly files: readonly string[];
}

/** Who may do what, by the files. */
export interface RosterOutput {
  readonly items: readonly RosterPerson[];
}

/** One person in the roster. */
export interface RosterPerson {
  readonly name: string;
  readonly roles: readonly string[];
  readonly keys: readonly string[];
}

/** The lines of an allowed signers file. */
export interface AllowedSigners {
  readonly allowedSigners: readonly string[];
}

/** The simulated routers; the command goes on until it is stopped. */
export interface SimulatorOutput {
  readonly items: readonly SimulatedRouter[];
}

/** One simulated router. */
export interface SimulatedRouter {
  readonly device: string;
  readonly address: string;
  readonly version: string;
  readonly serial: string;
  readonly user: string;
  /** SHA-256 of its certificate; null: it has none. */
  readonly fingerprint: string | null;
}

/** A script for the shell. */
export interface CompletionOutput {
  readonly shell: string;
  readonly script: string;
}

/** One line of the log, each an object of its own; which other fields there are depends on the line. */
export interface LogLine {
  /** 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal. */
  readonly level: number;
  readonly time: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** What may be typed next. */
export interface WordsOutput {
  readonly items: readonly string[];
}

/** The demo has come to its end; what it tells goes to standard error. */
export interface DemoOutput {
  readonly told: true;
  /** Whether it was left open to be explored. */
  readonly kept: boolean;
}

/** The releases that are in use. */
export interface VersionOutput {
  readonly rosctl: string;
  /** Null: none answers. */
  readonly controller: string | null;
  readonly node: string;
}

/** What works of an MCP server that would be started so, and what is missing. */
export interface McpChecks {
  readonly items: readonly Check[];
}
