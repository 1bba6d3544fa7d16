import type { Permission } from '#controller';
import type { OperationName } from '#controller/operations';
import type { ToolAnswer } from './answer.ts';
import type { Door } from './door.ts';

/** Groups of tools that an operator names; in this order tools are listed. */
export const TOOLSETS = [
  'core',
  'network',
  'firewall',
  'wireless',
  'diagnostics',
  'changes',
  'history',
  'audit',
  'admin',
] as const;

/** The name of a group of tools. */
export type Toolset = (typeof TOOLSETS)[number];

/** JSON Schema of what a tool is called with. */
export interface ToolInput {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, object>>;
  readonly required?: readonly string[];
  readonly additionalProperties: false;
}

/** One call of a tool. */
export interface ToolCall {
  /** Checked against the schema of the tool, with its defaults. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly door: Door;
  /** Aborts when the caller cancels or has gone. */
  readonly signal: AbortSignal;
  /** Tells how far it is, where the caller wants to know: at most five times a second. */
  readonly progress: (step: ToolProgress) => void;
  /** By the clock of this process, in ms. */
  readonly now: () => number;
}

/** How far a call is. */
export interface ToolProgress {
  /** It only grows. */
  readonly progress: number;
  readonly total?: number;
  readonly message?: string;
}

/** One tool as data, and what it does: requests through the door and nothing else. */
export interface Tool {
  /** `noun_verb`. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly toolset: Toolset;
  /** Listed where nobody names toolsets. */
  readonly byDefault: boolean;
  /** What it asks of the service: where the door lacks one of them it is not listed. */
  readonly asks: readonly OperationName[];
  /** Whoever may do this on no device does not have it listed; the service decides about each call. */
  readonly permission: Permission;
  /** It changes nothing, not even a proposal. */
  readonly readOnly: boolean;
  /** It reaches beyond the fleet's own state: a router sends packets to whom the caller names. */
  readonly openWorld: boolean;
  readonly input: ToolInput;
  /** Other words that people use for it; only the selection suite reads them. */
  readonly words: readonly string[];
  run(call: ToolCall): Promise<ToolAnswer>;
}
