import type { DeviceName, Instant } from '../ports.ts';

/** How a visit ended, in the words of whoever writes it; no rows of a router. */
export interface StoredOutcome {
  readonly kind: string;
}

/** What the last visit of a device found, as it outlives the controller that made it: no rows of the router. */
export interface ObservedRecord {
  readonly device: DeviceName;
  readonly outcome: StoredOutcome;
  /** The revision that was in force; null: the device was in none. */
  readonly revision: string | null;
  readonly at: Instant;
  readonly durationMs: number;
  readonly failures: number;
  readonly nextAt: Instant;
  /** RouterOS version and board, as the router said last; null: it never answered. */
  readonly router: { readonly version: string; readonly board: string } | null;
  /** When the router was last read whole; null: never. */
  readonly readAt: Instant | null;
}

/** One record for each device that was ever visited, until retention forgets it. */
export interface ObservedRecords {
  /** Each takes the place of the one before. */
  save(records: readonly ObservedRecord[]): Promise<void>;
  /** By device. What this release cannot read is left out: the next visit observes it anew. */
  list(): Promise<readonly ObservedRecord[]>;
}
