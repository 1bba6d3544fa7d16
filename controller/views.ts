import type { Plan, PlanId } from '#differ';
import type {
  AttemptRecord,
  AuditRecord,
  DeviceName,
  DriftRecord,
  FreezeRecord,
  HealthRecord,
  Instant,
} from './ports.ts';
import type { SourceFault } from './reconcile/fleet.ts';
import type { PlanGroup } from './reconcile/group.ts';

/** What the control socket answers: plain JSON, the contract between the controller and rosctl. */

/** One device as people see it. */
export interface DeviceView {
  readonly name: DeviceName;
  readonly environment: string;
  readonly site: string | null;
  readonly address: string;
  readonly serial: string | null;
  readonly ready: string;
  readonly reconciling: boolean;
  readonly stalled: boolean;
  readonly reason: string;
  readonly message: string;
  readonly planId: PlanId | null;
  readonly drifted: boolean;
  readonly lastVisitAt: Instant | null;
  readonly nextVisitAt: Instant | null;
  readonly confirmedAt: Instant | null;
}

/** `GET /v1/status` */
export interface StatusView {
  readonly now: Instant;
  readonly startedAt: Instant;
  readonly controller: string;
  readonly frozen: FreezeRecord | null;
  readonly source: {
    readonly name: string;
    readonly revision: string | null;
    readonly acceptedAt: Instant | null;
    readonly readAt: Instant | null;
    readonly fault: SourceFault | null;
  };
  readonly devices: readonly DeviceView[];
}

/** The current plan of one device, in a list. */
export interface PlanSummary {
  readonly id: PlanId;
  readonly device: DeviceName;
  readonly changes: number;
  readonly readAt: Instant;
  readonly offline: boolean;
  readonly waitingFor: readonly string[];
}

/** `GET /v1/plans` */
export interface PlansView {
  /** The fleet plan id over these plans; null when there are none. */
  readonly fleetPlanId: PlanId | null;
  readonly plans: readonly PlanSummary[];
  readonly groups: readonly PlanGroup[];
}

/** `GET /v1/plans/:idOrDevice`; secrets are masked. */
export interface PlanView {
  readonly id: PlanId;
  readonly device: DeviceName;
  readonly revision: string;
  readonly createdAt: Instant;
  readonly supersededAt: Instant | null;
  readonly plan: Plan;
  readonly text: string;
  /** What someone at the router's console would type. */
  readonly commands: string;
  readonly waitingFor: readonly string[];
}

/** One attempt with its plan as text. */
export interface AttemptView extends Omit<AttemptRecord, 'payload'> {
  readonly changes: number;
  readonly tier: 'full' | 'job-only';
  readonly revision: string;
  readonly text: string;
}

/** `GET /v1/history/:device`, newest first. */
export interface HistoryView {
  readonly attempts: readonly AttemptView[];
  readonly health: readonly HealthRecord[];
}

/** `GET /v1/drift` */
export type DriftView = readonly DriftRecord[];

/** `GET /v1/audit`, newest first. `brokenAt`: sequence number of the first record whose hash does not hold; null: the chain is whole. */
export interface AuditView {
  readonly records: readonly AuditRecord[];
  readonly brokenAt: number | null;
}

/** `POST /v1/reconcile` */
export interface ReconcileView {
  readonly revision: string | null;
  readonly fault: SourceFault | null;
  readonly devices: readonly DeviceName[];
}

/** `GET /v1/credentials`: names of the passwords in the store, never the passwords. */
export type CredentialsView = readonly { readonly name: string; readonly updatedAt: Instant }[];
