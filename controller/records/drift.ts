import type { DriftEntry } from '#differ';
import type { MenuPath } from '#routeros';
import type { DeviceName, Instant } from '../ports.ts';

/**
 * What is done about drift: nothing; it is reported; what adopts or reverts it is kept ready too; or the router is
 * brought back.
 */
export type DriftMode = 'ignore' | 'alert' | 'propose' | 'correct';

/** A row that drifted, and what the policy said of its section then; absent: nobody noted that. */
export interface NotedDrift extends DriftEntry {
  readonly mode?: Exclude<DriftMode, 'ignore'>;
}

/** Somebody who may have done it. */
export interface Suspect {
  readonly name: string;
  /** `winbox`, `ssh`, …; null: the router does not tell. */
  readonly via: string | null;
  readonly from: string | null;
  /** Their last change there, by the controller's clock. */
  readonly at: Instant | null;
}

/** Who changed a menu, and how sure that is. */
export interface Suspicion {
  readonly menu: MenuPath;
  readonly sure: 'certain' | 'likely' | 'unknown';
  readonly people: readonly Suspect[];
  /** What keeps it from being surer, as clauses. */
  readonly because: readonly string[];
}

/**
 * How live differed from the last confirmed state, from when it was found until it was gone or became another drift.
 */
export interface DriftRecord {
  readonly device: DeviceName;
  /** Digest of the entries: the same drift is recorded once. */
  readonly digest: string;
  readonly firstSeenAt: Instant;
  readonly entries: readonly NotedDrift[];
  /** Who did it, as history, log and sessions tell; `unknown` when they do not. */
  readonly attribution: string;
  /** The same menu by menu, and how sure it is. Absent: an earlier release noted it. */
  readonly suspicions?: readonly Suspicion[];
  readonly clearedAt: Instant | null;
}

/** Drift by device; one is open at most. */
export interface DriftRecords {
  /** Does nothing when the device's open drift has this digest; ends an older one. */
  report(drift: Omit<DriftRecord, 'clearedAt'>): Promise<void>;
  /** Does nothing when there is none. */
  clear(device: DeviceName, at: Instant): Promise<void>;
  open(device: DeviceName): Promise<DriftRecord | null>;
  listOpen(): Promise<readonly DriftRecord[]>;
  /** The devices that have an open one. */
  drifted(): Promise<readonly DeviceName[]>;
}
