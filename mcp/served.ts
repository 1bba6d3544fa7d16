import type { Door } from './door.ts';
import type { CallNote } from './noted.ts';
import type { Tool } from './tool.ts';

/** What is served to one caller. */
export interface Served {
  readonly version: string;
  /** Those that the operator and the caller left of all tools. */
  readonly tools: readonly Tool[];
  /** The caller's. */
  readonly door: Door;
  readonly now: () => number;
  /** Is told how each call went. */
  readonly noteCall?: (note: CallNote) => void;
}
