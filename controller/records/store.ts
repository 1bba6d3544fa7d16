import type { Instant } from '../ports.ts';
import type { AccessRecords } from './accesses.ts';
import type { FleetPlanRecords } from './fleet-plans.ts';
import type { RolloutRecords } from './rollouts.ts';
import type { ApprovalRecords } from './approvals.ts';
import type { HistoryRecords } from './history.ts';
import type { RevocationRecords } from './revocations.ts';
import type { StatementRecords } from './statements.ts';
import type { TrustRecords } from './trust.ts';
import type { DeviceRecords } from './devices.ts';
import type { DiagnosticRecords } from './diagnostics.ts';
import type { RevisionRecords } from './revisions.ts';
import type { PlanRecords } from './plans.ts';
import type { ProposalRecords } from './proposals.ts';
import type { AttemptRecords } from './attempts.ts';
import type { SnapshotRecords } from './snapshots.ts';
import type { HealthRecords } from './health.ts';
import type { DriftRecords } from './drift.ts';
import type { AuditRecords } from './audit.ts';
import type { SecretRecords } from './secrets.ts';
import type { FreezeRecords } from './freeze.ts';
import type { LeaderRecords } from './leader.ts';
import type { Signals } from './signals.ts';
import type { OrderRecords } from './orders.ts';
import type { ObservedRecords } from './observed.ts';
import type { CaptureRecords } from './captures.ts';
import type { SampleRecords } from './samples.ts';

/**
 * How long rows are kept. Open attempts, current plans, open drift, the newest revision, the newest capture of a device
 * and the audit chain are always kept.
 */
export interface Retention {
  readonly days: number;
}

/**
 * Everything that is stored. Every method @throws {Failure} `StoreUnavailable` when the store does not take or give
 * the data.
 */
export interface Records {
  readonly devices: DeviceRecords;
  readonly revisions: RevisionRecords;
  readonly plans: PlanRecords;
  readonly trust: TrustRecords;
  readonly statements: StatementRecords;
  readonly approvals: ApprovalRecords;
  readonly history: HistoryRecords;
  readonly revocations: RevocationRecords;
  readonly fleetPlans: FleetPlanRecords;
  readonly attempts: AttemptRecords;
  readonly rollouts: RolloutRecords;
  readonly snapshots: SnapshotRecords;
  readonly health: HealthRecords;
  readonly drift: DriftRecords;
  readonly audit: AuditRecords;
  readonly accesses: AccessRecords;
  readonly secrets: SecretRecords;
  readonly freeze: FreezeRecords;
  readonly observed: ObservedRecords;
  readonly leader: LeaderRecords;
  readonly orders: OrderRecords;
  readonly proposals: ProposalRecords;
  readonly samples: SampleRecords;
  readonly captures: CaptureRecords;
  readonly diagnostics: DiagnosticRecords;
}

/** The records, each statement by itself, and what concerns all of them. */
export interface Store extends Records {
  /** `exclusive` stores (a folder) have one controller: an open attempt found at start is a dead one's. */
  readonly exclusive: boolean;
  /** Between the controllers of one store. */
  readonly signals: Signals;
  /** All or nothing. */
  transaction<T>(work: (records: Records) => Promise<T>): Promise<T>;
  /** Deletes what retention lets go. @returns how many rows went. */
  prune(retention: Retention, now: Instant): Promise<number>;
  /**
   * Aborts, with a Failure `StoreGone`, once it shows that this is not the store any more that was opened: its folder was
   * removed, moved or replaced, or its tables were dropped.
   */
  readonly gone: AbortSignal;
  /** To be asked before anything that a later life must know of. @throws {Failure} `StoreGone` */
  mustBeHere(): void;
  close(): Promise<void>;
}
