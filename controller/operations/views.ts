import type { AccessFault } from '../access/access-rules.ts';
import type { Plan, PlanBody, PlanFacts, PlanId, ShownPlan } from '#differ';
import type { PlanCost } from '../apply/plan-cost.ts';
import type { DeviceName, Instant } from '../ports.ts';
import type { AttemptPayload, AttemptRecord } from '../records/attempts.ts';
import type { KeptAccess } from '../records/accesses.ts';
import type { AuditMark, AuditRecord } from '../records/audit.ts';
import type { DriftRecord } from '../records/drift.ts';
import type { FreezeRecord } from '../records/freeze.ts';
import type { HealthRecord } from '../records/health.ts';
import type { ToldReason } from '../reasons.ts';
import type { SourceFault } from '../fleet/fleet.ts';
import type { RolloutSummary } from './rollout-views.ts';
import type { UnderWay } from './under-way.ts';

/** What operations answer: plain JSON with structure; texts are made by whoever shows it. */

/**
 * A device that was not read since the revision in force was accepted: what it would need is not known, which is not
 * "nothing".
 */
export interface UnreadDevice {
  readonly device: DeviceName;
  readonly reason: string;
  readonly message: string;
}

/** A control plan that waits, and how many devices it would bring: nothing is known of those before. */
export interface WaitingControl {
  readonly id: PlanId;
  readonly devices: number;
  /** Nobody can approve it as things stand; its reasons say what helps. Absent: somebody can. */
  readonly unapprovable?: true;
}

/** What an answer about the fleet does not know. */
export interface Unknowns {
  /** The controller's clock, to tell ages by. */
  readonly now: Instant;
  /** null: no revision was ever accepted, so not even the devices are known. */
  readonly revision: string | null;
  /** Why the newest content of the source does not count. */
  readonly fault: SourceFault | null;
  readonly unread: readonly UnreadDevice[];
  /** Devices that do not answer and are told as they were last read. */
  readonly offline: readonly { readonly device: DeviceName; readonly readAt: Instant }[];
  /** Null: no control plan waits. */
  readonly control: WaitingControl | null;
}

/** One device as people see it. */
export interface DeviceView {
  readonly name: DeviceName;
  /** Its loss hurts most: listed first within its environment. */
  readonly critical: boolean;
  /** IANA name of the site's time zone; null: UTC. */
  readonly timeZone: string | null;
  readonly environment: string;
  readonly site: string | null;
  readonly address: string;
  readonly serial: string | null;
  readonly ready: string;
  readonly reconciling: boolean;
  readonly stalled: boolean;
  readonly reason: string;
  readonly message: string;
  /**
   * What to do where no approval helps. `retry`: `rosctl plans retry`, since the policy is auto; `folder`: nobody can
   * approve anything in this source; `nobody`: everybody who could is out, the message says why. Absent: one helps.
   */
  readonly instead?: 'retry' | 'folder' | 'nobody';
  /** What would be done now; of an offline device from its last read. */
  readonly planId: PlanId | null;
  readonly drifted: boolean;
  /** When what is told of its plan and drift was read; null: not since the revision in force was accepted. */
  readonly readAt: Instant | null;
  readonly lastVisitAt: Instant | null;
  readonly nextVisitAt: Instant | null;
  readonly confirmedAt: Instant | null;
}

/** One device as people see it, with what is declared of it and what was done to it. */
export interface DeviceDetail extends DeviceView {
  /** The controller's clock, to tell ages by. */
  readonly now: Instant;
  readonly declared: {
    readonly labels: Readonly<Record<string, string>>;
    readonly suspended: boolean;
    /** How the router proves who it is. */
    readonly tls: 'verify' | 'pinned' | 'insecure';
    /** The sections that RouterConfigs may declare for it; null: all. */
    readonly sections: readonly string[] | null;
    /** Null: the defaults. */
    readonly rolloutPolicy: string | null;
    readonly pollSeconds: number | null;
  };
  /** RouterOS version and board, as the router said last; null: it never answered. */
  readonly router: { readonly version: string; readonly board: string } | null;
  /** Visits in a row that failed. */
  readonly failures: number;
  /** Null: it has none that is known. */
  readonly plan: PlanSummary | null;
  readonly drift: DriftRecord | null;
  /** The last ones, newest first. */
  readonly attempts: readonly AttemptSummary[];
}

/** An attempt without its steps and its plan. */
export type AttemptSummary = Omit<AttemptView, 'steps' | 'plan' | 'holder' | 'leaseUntil'>;

/** Which release runs. */
export interface VersionView {
  readonly version: string;
  readonly startedAt: Instant;
}

/** The controller, its source, and every device. */
export interface StatusView {
  readonly now: Instant;
  readonly startedAt: Instant;
  readonly controller: string;
  /** The other controller that leads; absent: this one does. */
  readonly leader?: string;
  readonly frozen: FreezeRecord | null;
  /** Those that are open. */
  readonly rollouts: readonly RolloutSummary[];
  readonly source: {
    readonly name: string;
    readonly revision: string | null;
    readonly acceptedAt: Instant | null;
    readonly readAt: Instant | null;
    readonly fault: SourceFault | null;
    /** The control plan that waits, with what it waits for. */
    readonly control: (WaitingControl & { readonly reasons: readonly ToldReason[] }) | null;
    /** Commands that mend the branch when its newest commit is refused; none: it is not, or no command does. */
    readonly mend: readonly string[];
    /** Commits among the newest ones that look like an approval and are none, and why. */
    readonly disregarded: readonly ToldReason[];
  };
  /** Why the access file does not count as it stands, and the last valid one does; absent: it counts. */
  readonly access?: AccessFault;
  readonly devices: readonly DeviceView[];
  /** Changes that are under way now. */
  readonly underWay: readonly UnderWay[];
}

/** The current plan of one device, in a list. */
export interface PlanSummary {
  readonly id: PlanId;
  readonly device: DeviceName;
  readonly critical: boolean;
  readonly changes: number;
  /** What the id is made of besides the changes. */
  readonly facts: PlanFacts;
  readonly readAt: Instant;
  readonly offline: boolean;
  readonly waitingFor: readonly ToldReason[];
}

/** Plans that differ only in the device, together: for reading, never for approval. */
export interface PlanGroup {
  readonly devices: readonly DeviceName[];
  readonly offline: readonly DeviceName[];
  readonly changes: number;
}

/** The current plans, without what they change. */
export interface PlansView extends Unknowns {
  /** The fleet plan id over these plans; null when there are none. */
  readonly fleetPlanId: PlanId | null;
  readonly plans: readonly PlanSummary[];
  readonly groups: readonly PlanGroup[];
}

/** A plan that may be tried once more. */
export interface PlanRetried {
  readonly device: DeviceName;
  readonly planId: PlanId;
  /** The number of the attempt that was undone. */
  readonly attempt: number;
}

/** The current plans, and what each group of them does; of each sealed secret the first digits are shown. */
export interface PlanGroupsView extends PlansView {
  readonly groups: readonly (PlanGroup & { readonly plan: ShownPlan })[];
}

/** One plan; secrets are masked, of sealed ones the first digits are shown. */
export interface PlanView {
  readonly id: PlanId;
  readonly device: DeviceName;
  readonly revision: string;
  readonly createdAt: Instant;
  readonly supersededAt: Instant | null;
  /** The controller's clock, to tell the age of the read by. */
  readonly now: Instant;
  /** When the router was read for it. */
  readonly readAt: Instant;
  /** The device does not answer: this is what would be done from its last read, and no part of an approval. */
  readonly offline: boolean;
  readonly timeZone: string | null;
  readonly plan: Plan;
  /** What the id is made of, and the same with what is long as its digest. */
  readonly body: PlanBody;
  readonly facts: PlanFacts;
  readonly cost: PlanCost;
  readonly waitingFor: readonly ToldReason[];
}

/** One attempt, and what its plan was to do. */
export interface AttemptView extends Omit<AttemptRecord, 'payload'> {
  readonly changes: number;
  readonly tier: 'full' | 'job-only';
  readonly revision: string;
  /** The confirmed attempt that this one takes back; null: it applies a plan. */
  readonly undoes: NonNullable<AttemptPayload['undoes']> | null;
  readonly plan: ShownPlan;
}

/** The attempts on a device, newest first. */
export interface HistoryView {
  readonly timeZone: string | null;
  readonly attempts: readonly AttemptView[];
  readonly health: readonly HealthRecord[];
}

/** The open drift, of one device or of all. */
export interface DriftView extends Unknowns {
  readonly drift: readonly DriftRecord[];
  /** Devices that were never confirmed: there is nothing yet that they could have drifted from. */
  readonly unconfirmed: readonly DeviceName[];
  /** Of the one device that was asked for. */
  readonly timeZone: string | null;
}

/**
 * The audit, newest first. `brokenAt`: sequence number of the first record that is changed or missing; null: the chain
 * is whole. `head`: as it is kept beside the chain, for people to keep elsewhere.
 */
export interface AuditView {
  readonly records: readonly AuditRecord[];
  readonly brokenAt: number | null;
  readonly head: AuditMark | null;
  /** The record whose rows of reads are changed or missing, while the chain itself may be whole; absent: there is none. */
  readonly readsBrokenAt?: number;
  /** Where to look on; absent: there is no more, or nothing was asked for but the newest. */
  readonly nextCursor?: number;
}

/** Requests that changed nothing, or were refused. */
export interface AccessesView {
  readonly reads: readonly KeptAccess[];
  /** Null: there is no more. */
  readonly nextCursor: number | null;
}

/** What was asked for, and what came of reading the source. */
export interface ReconcileView {
  readonly revision: string | null;
  readonly fault: SourceFault | null;
  readonly devices: readonly DeviceName[];
}

/** Names of the passwords in the store, never the passwords. */
export type CredentialsView = readonly { readonly name: string; readonly updatedAt: Instant }[];
