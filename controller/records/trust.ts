import type { Instant } from '../ports.ts';

/**
 * The version up to which a source's history is accepted (approval.md §1): a whole commit id, or `sha256:…` of a
 * source without commits.
 */
export interface TrustRecord {
  readonly source: string;
  /** The trusted head. */
  readonly head: string;
  readonly advancedAt: Instant;
  /** When the last control plan came into force; null: none has since the anchor. */
  readonly controlAt: Instant | null;
  /** Where the operator, outside Git, said that trust begins. Approvals at or below it never count. */
  readonly anchor: string;
  readonly anchoredAt: Instant;
  readonly anchoredBy: string;
}

/** One trusted head for each source. */
export interface TrustRecords {
  get(source: string): Promise<TrustRecord | null>;
  /**
   * The operator's word: head and anchor become this version, and every statement of the source is forgotten, with the
   * approvals and the history that rest on them.
   */
  anchor(source: string, version: string, at: Instant, by: string): Promise<void>;
  /**
   * `control`: with a control plan that comes into force. @throws {Failure} `TrustMoved` when the head is not at
   * `from` any more.
   */
  advance(source: string, from: string, to: string, at: Instant, control?: 'control'): Promise<void>;
}

/** The device name under which control plans are approved and spent; no RouterDevice can have it. */
export const CONTROL = '(control)';
