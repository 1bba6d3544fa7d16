import type { DesiredState, DriftEntry, FrozenField, Plan, PlanBody, PlanId } from '#differ';
import type { MenuPath, Row } from '#routeros';
import type { HealthRules } from './device/checks.ts';
import type { DeviceName, Instant } from './ports.ts';
import type { FleetPlanRecords, RolloutRecords } from './rollout-records.ts';
import type {
  ApprovalRecords,
  HistoryRecords,
  RevocationRecords,
  StatementRecords,
  TrustRecords,
} from './trust-records.ts';

/** What the store knows of one device between passes. */
export interface DeviceRecord {
  readonly name: DeviceName;
  /** Pinned at first contact or by spec.serial. */
  readonly serial: string | null;
  /** The last confirmed desired state, the third side of planning. */
  readonly base: DesiredState | null;
  /** The revision that `base` came from, and when it was confirmed; null with `base`. */
  readonly baseRevision: string | null;
  readonly confirmedAt: Instant | null;
  /** Fields that did not converge twice: left alone until somebody changes what is desired. */
  readonly frozen: readonly FrozenField[];
  /** Fields that did not converge the last time. */
  readonly unconverged: readonly FrozenField[];
  /** The RouterOS version on which jobs and schedulers were last proven to run (`armed-rollback.md` §4.5), and the tier that they allow. */
  readonly probed: { readonly version: string; readonly tier: 'full' | 'job-only' | 'none' } | null;
}

/** One record for each device. A setter makes the record where there is none and leaves all other fields as they are. */
export interface DeviceRecords {
  get(name: DeviceName): Promise<DeviceRecord | null>;
  /** Only that: the whole record holds a base that may be large. */
  serialOf(name: DeviceName): Promise<string | null>;
  list(): Promise<readonly DeviceRecord[]>;
  /** @throws {Failure} `SerialTaken` when another device holds this serial. */
  pinSerial(name: DeviceName, serial: string): Promise<void>;
  /** The router goes by another name now. @throws {Failure} `SerialTaken` while a change of the old name is under way. */
  moveSerial(serial: string, from: DeviceName, to: DeviceName): Promise<void>;
  /** Called with what was desired once the router has been proven to hold it; null: nothing was confirmed before what was taken back. */
  setBase(name: DeviceName, base: DesiredState | null, revision: string | null, at: Instant): Promise<void>;
  setConvergence(name: DeviceName, frozen: readonly FrozenField[], unconverged: readonly FrozenField[]): Promise<void>;
  setProbed(name: DeviceName, probed: NonNullable<DeviceRecord['probed']>): Promise<void>;
}

/** One state of a source's files that passed validation. */
export interface RevisionRecord {
  /** Digest of the content (`sha256:…`), or a commit id. */
  readonly id: string;
  readonly source: string;
  readonly firstSeenAt: Instant;
  /** Files by path, so that the last good revision survives a restart with a broken folder. */
  readonly files: Readonly<Record<string, string>>;
}

/** The revisions of each source in the order in which they came into force; one that comes back is accepted anew. */
export interface RevisionRecords {
  /** Does nothing when the newest revision of this source has this id. */
  accept(revision: RevisionRecord): Promise<void>;
  latest(source: string): Promise<RevisionRecord | null>;
  /** The newest one with this id. */
  get(source: string, id: string): Promise<RevisionRecord | null>;
}

/** A plan that was proposed, with the body that its id is the digest of. */
export interface PlanRecord {
  readonly id: PlanId;
  readonly device: DeviceName;
  readonly revision: string;
  readonly body: PlanBody;
  readonly plan: Plan;
  readonly createdAt: Instant;
  /** Set when a newer plan of the device took its place. */
  readonly supersededAt: Instant | null;
}

/** Plans by id. A device has one current plan at most. */
export interface PlanRecords {
  /** Makes it the device's current plan. Writes nothing when it is that already. @returns when it became that. */
  propose(plan: Omit<PlanRecord, 'supersededAt'>): Promise<Instant>;
  /** The device has nothing to change any more. Does nothing when there is no current plan. */
  clear(device: DeviceName, at: Instant): Promise<void>;
  get(id: PlanId): Promise<PlanRecord | null>;
  /** Only that: a plan may be large. */
  deviceOf(id: PlanId): Promise<DeviceName | null>;
  current(device: DeviceName): Promise<PlanRecord | null>;
  listCurrent(): Promise<readonly PlanRecord[]>;
}

/** The steps of an attempt in order; each is committed before the effect it announces, `verdict-*` before the claim. */
export type AttemptStep =
  | 'arming'
  | 'armed'
  | 'applying'
  | 'applied'
  | 'verdict-healthy'
  | 'verdict-unhealthy'
  | 'undoing'
  | 'disarming';

/**
 * How an attempt ended. `confirmed`: applied, healthy and disarmed. `undone`: the router or the controller restored the snapshot. `closed`: before
 * the first write to the plan's menus. `stalled`: nobody can tell, or the snapshot did not come back whole; a person must look.
 */
export type AttemptEnd = 'confirmed' | 'undone' | 'closed' | 'stalled';

/** One step of an attempt, as committed before the effect that it announces. */
export interface StepRecord {
  readonly step: AttemptStep;
  readonly at: Instant;
  readonly detail: string;
}

/** What an attempt needs to be settled by another process. */
export interface AttemptPayload {
  /** `rollback`: it takes a confirmed plan back, by the word of its rollout (approval.md §4). */
  readonly purpose: 'apply' | 'rollback';
  readonly plan: Plan;
  readonly body: PlanBody;
  readonly desired: DesiredState;
  /** The device's base before; what a rollback makes it again. A rollback has that of the attempt that it takes back. */
  readonly before: { readonly base: DesiredState | null; readonly revision: string | null };
  /** Only of an `apply`: the rollout that had released the device. */
  readonly rollout?: string;
  /** Only of a rollback: the confirmed attempt that it takes back, its plan, and the rollout whose word that is. */
  readonly undoes?: { readonly attemptId: string; readonly planId: PlanId; readonly rollout: string };
  readonly revision: string;
  readonly tier: 'full' | 'job-only';
  readonly confirmWithinSeconds: number;
  /** By what the change is judged: what the plan id was approved with, whatever the policy says by then. */
  readonly health: HealthRules;
  /** Pause before the first health check. */
  readonly settleSeconds: number;
  /** Interfaces that ran before, for the health checks. */
  readonly runningInterfaces: readonly string[];
}

/** One try to apply one plan to one device: open until it has an `end`. */
export interface AttemptRecord {
  readonly id: string;
  readonly device: DeviceName;
  readonly planId: PlanId;
  /** Counts the attempts of this plan on this device, from 1. */
  readonly number: number;
  readonly correlationId: string;
  readonly openedAt: Instant;
  readonly steps: readonly StepRecord[];
  readonly payload: AttemptPayload;
  readonly end: AttemptEnd | null;
  readonly endedAt: Instant | null;
  readonly endReason: string | null;
  /** The controller that works on it, and until when its word counts. */
  readonly holder: string;
  readonly leaseUntil: Instant;
}

/**
 * Attempts with their steps; a device has one open at most. Only the holder adds to one, and nobody takes it over while its lease stands:
 * two controllers never work on one device.
 */
export interface AttemptRecords {
  /** @throws {Failure} `AttemptOpen` when the device has an open one (partial unique index). */
  open(attempt: Omit<AttemptRecord, 'number' | 'steps' | 'end' | 'endedAt' | 'endReason'>): Promise<AttemptRecord>;
  /** Appends a step. @throws {Failure} `AttemptLost` when the holder is another. */
  step(id: string, holder: string, step: AttemptStep, at: Instant, detail: string): Promise<void>;
  /** @throws {Failure} `AttemptLost` */
  renew(id: string, holder: string, leaseUntil: Instant): Promise<void>;
  /** Takes an open attempt whose lease has run out. @returns false when somebody else holds it still. */
  takeOver(id: string, holder: string, now: Instant, leaseUntil: Instant): Promise<boolean>;
  /** @throws {Failure} `AttemptLost` when the holder is another or it has ended. */
  end(id: string, holder: string, end: AttemptEnd, at: Instant, reason: string): Promise<void>;
  openOf(device: DeviceName): Promise<AttemptRecord | null>;
  /** Which of these devices have an open one, and of which plan. */
  listOpen(devices: readonly DeviceName[]): Promise<readonly Pick<AttemptRecord, 'device' | 'planId'>[]>;
  /** Newest first. */
  list(device: DeviceName, limit: number): Promise<readonly AttemptRecord[]>;
  /** The last attempt of this plan on this device. */
  lastOf(device: DeviceName, planId: PlanId): Promise<AttemptRecord | null>;
}

/** What the touched menus held right before an attempt armed its undo, as the router spelt it. */
export interface SnapshotRecord {
  readonly attemptId: string;
  readonly device: DeviceName;
  readonly takenAt: Instant;
  readonly menus: Readonly<Record<MenuPath, readonly Row[]>>;
}

/** Snapshots of attempts, for people who must restore by hand. */
export interface SnapshotRecords {
  add(snapshot: SnapshotRecord): Promise<void>;
  /** Newest first. */
  list(device: DeviceName, limit: number): Promise<readonly SnapshotRecord[]>;
}

/** What one check found, in words. `unknown`: it could not be made, which is never taken for healthy. */
export interface HealthCheckResult {
  readonly check: string;
  readonly verdict: 'healthy' | 'degraded' | 'unknown';
  readonly message: string;
}

/** All checks of one moment. The verdict is that of the worst check: `degraded` before `unknown` before `healthy`. */
export interface HealthReport {
  readonly verdict: 'healthy' | 'degraded' | 'unknown';
  readonly checks: readonly HealthCheckResult[];
}

/** A report as stored; `attemptId` names the attempt that it judged. */
export interface HealthRecord extends HealthReport {
  readonly device: DeviceName;
  readonly attemptId: string | null;
  readonly at: Instant;
}

/** Health reports by device. */
export interface HealthRecords {
  add(record: HealthRecord): Promise<void>;
  /** Newest first. */
  list(device: DeviceName, limit: number): Promise<readonly HealthRecord[]>;
}

/** How live differed from the last confirmed state, from when it was found until it was gone or became another drift. */
export interface DriftRecord {
  readonly device: DeviceName;
  /** Digest of the entries: the same drift is recorded once. */
  readonly digest: string;
  readonly firstSeenAt: Instant;
  readonly entries: readonly DriftEntry[];
  /** Who did it, as history, log and sessions tell; `unknown` when they do not. */
  readonly attribution: string;
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
}

/** Something that was done or decided, by whom and to what. `detail` never holds a secret. */
export interface AuditEvent {
  readonly at: Instant;
  readonly correlationId: string;
  /** `controller`, or the operator on the control socket (`operator:alice`). */
  readonly actor: string;
  readonly action: string;
  readonly device: DeviceName | null;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** An event in the chain: `sequence` counts from 1 without gaps, the first `previousHash` is 64 zeros. */
export interface AuditRecord extends AuditEvent {
  readonly sequence: number;
  readonly previousHash: string;
  /** SHA-256 over the previous hash and the canonical event. */
  readonly hash: string;
}

/** One record of the chain, by its place and its hash: enough to see whether it is still there. */
export type AuditMark = Pick<AuditRecord, 'sequence' | 'hash'>;

/** The audit: append only, and each record binds the one before it, so that a change or a gap shows. */
export interface AuditRecords {
  append(event: AuditEvent): Promise<void>;
  /** Newest first. */
  list(filter: { readonly device?: DeviceName; readonly limit: number }): Promise<readonly AuditRecord[]>;
  /**
   * Walks the whole chain up to its head, which is kept beside it, and looks for a mark that somebody `kept` elsewhere.
   * @returns the sequence number of the first record that is broken or missing, or null.
   */
  verify(kept?: AuditMark | null): Promise<number | null>;
  /** The newest record, as it is kept outside of the chain; null: there is none. */
  head(): Promise<AuditMark | null>;
}

/** A secret kept in the store: sealed with AES-256-GCM, never in clear. */
export interface SealedSecret {
  readonly name: string;
  readonly sealed: string;
  readonly updatedAt: Instant;
}

/** Sealed secrets by credential name. Setting replaces; `remove` tells whether there was one. */
export interface SecretRecords {
  set(secret: SealedSecret): Promise<void>;
  get(name: string): Promise<SealedSecret | null>;
  list(): Promise<readonly { readonly name: string; readonly updatedAt: Instant }[]>;
  remove(name: string): Promise<boolean>;
}

/** The operator's stop of all new writes: who set it, why and when. Open attempts are still brought to their end. */
export interface FreezeRecord {
  readonly by: string;
  readonly reason: string;
  readonly since: Instant;
}

/** At most one freeze, of the whole fleet. It holds until null is set, over restarts too. */
export interface FreezeRecords {
  get(): Promise<FreezeRecord | null>;
  set(freeze: FreezeRecord | null): Promise<void>;
}

/** How long rows are kept. Open attempts, current plans, open drift, the newest revision and the audit chain are always kept. */
export interface Retention {
  readonly days: number;
}

/** Everything that is stored. Every method @throws {Failure} `StoreUnavailable` when the store does not take or give the data. */
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
  readonly secrets: SecretRecords;
  readonly freeze: FreezeRecords;
}

/** The records, each statement by itself, and what concerns all of them. */
export interface Store extends Records {
  /** `exclusive` stores (a folder) have one controller: an open attempt found at start is a dead one's. */
  readonly exclusive: boolean;
  /** All or nothing. */
  transaction<T>(work: (records: Records) => Promise<T>): Promise<T>;
  /** Deletes what retention lets go. @returns how many rows went. */
  prune(retention: Retention, now: Instant): Promise<number>;
  close(): Promise<void>;
}
