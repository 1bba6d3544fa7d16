import type { Generated } from 'kysely';
import type { MetricColumn, SUMMARIES } from './metric-columns.ts';
import type { UnreadMenu } from '../records/captures.ts';
import type { Attributed } from '../formats/drift.ts';
import type { Json } from '../formats/stored.ts';
import type { DesiredState, NonConvergingField, Plan, PlanBody } from '#differ';
import type { AttemptPayload } from '../records/attempts.ts';
import type { AuditEvent } from '../records/audit.ts';
import type { DeviceRecord } from '../records/devices.ts';
import type { DiagnosticRecord, DiagnosticRequest, DiagnosticStep } from '../records/diagnostics.ts';
import type { DriftRecord } from '../records/drift.ts';
import type { HealthCheckResult } from '../records/health.ts';
import type { ObservedRecord, StoredOutcome } from '../records/observed.ts';
import type { RevisionRecord } from '../records/revisions.ts';
import type { ProposalContent } from '../formats/proposal.ts';
import type { LeaderOrder, OrderResult } from '../records/orders.ts';
import type { SnapshotRecord } from '../records/snapshots.ts';
import type { FleetPlanRecord } from '../records/fleet-plans.ts';
import type { RolloutRecord } from '../records/rollouts.ts';

/** The tables as both databases hold them. Instants are milliseconds since 1970, UTC. */
export interface Tables {
  readonly devices: {
    readonly name: string;
    readonly serial: string | null;
    readonly base: Json<DesiredState> | null;
    readonly base_revision: string | null;
    readonly confirmed_at: number | null;
    readonly frozen: Json<readonly NonConvergingField[]>;
    readonly unconverged: Json<readonly NonConvergingField[]>;
    readonly probed: Json<NonNullable<DeviceRecord['probed']>> | null;
  };
  readonly revisions: {
    readonly sequence: Generated<number>;
    readonly id: string;
    readonly source: string;
    readonly first_seen_at: number;
    readonly files: Json<RevisionRecord['files']>;
  };
  readonly plans: {
    readonly id: string;
    readonly device: string;
    readonly revision: string;
    readonly body: Json<PlanBody>;
    readonly plan: Json<Plan>;
    readonly created_at: number;
    readonly superseded_at: number | null;
  };
  readonly trust: {
    readonly source: string;
    readonly head: string;
    readonly advanced_at: number;
    readonly control_at: number | null;
    readonly anchor: string;
    readonly anchored_at: number;
    readonly anchored_by: Json<string>;
  };
  readonly statements: {
    readonly sequence: Generated<number>;
    readonly source: string;
    readonly statement: string;
    readonly commit_id: string;
    readonly person: string;
    readonly key: string;
    readonly signed_with: string;
    readonly material: string;
    readonly first_seen_at: number;
    readonly accepted_at: number | null;
    readonly withdrawn_at: number | null;
  };
  readonly approvals: {
    readonly sequence: Generated<number>;
    readonly source: string;
    readonly statement: string;
    readonly approved_id: string;
    readonly starts_at: number;
  };
  readonly spent_approvals: {
    readonly sequence: Generated<number>;
    readonly plan_id: string;
    readonly device: string;
    readonly attempt_id: string;
    readonly kind: string;
    readonly used_of: Json<string>;
    readonly statement: string | null;
    readonly commit_id: string | null;
  };
  readonly refused_approvals: {
    readonly source: string;
    readonly statement: string;
    readonly device: string;
    readonly plan_id: string;
    readonly at: number;
  };
  readonly history: {
    readonly source: string;
    readonly position: number;
    readonly commit_id: string;
    readonly statement: string;
    /** 1: the trusted head passed it. */
    readonly accepted: number;
  };
  readonly object_changes: {
    readonly source: string;
    readonly position: number;
    readonly kind: string;
    readonly name: string;
    readonly statement: string;
    readonly feeds: Json<unknown>;
    /** Empty: the object is gone. */
    readonly spec: string;
  };
  readonly revocations: {
    readonly key: string;
    readonly at: number;
    readonly revoked_by: Json<string>;
    readonly reason: Json<string>;
  };
  readonly fleet_plans: {
    readonly sequence: Generated<number>;
    readonly id: string;
    readonly revision: string;
    readonly created_at: number;
    readonly plans: Json<FleetPlanRecord['plans']>;
  };
  readonly fleet_plan_members: {
    readonly fleet_plan: string;
    readonly device: string;
    readonly plan_id: string;
  };
  readonly attempts: {
    readonly sequence: Generated<number>;
    readonly id: string;
    readonly device: string;
    readonly plan_id: string;
    readonly number: number;
    readonly correlation_id: string;
    readonly opened_at: number;
    readonly payload: Json<AttemptPayload>;
    readonly holder: string;
    readonly lease_until: number;
    readonly ended_as: string | null;
    readonly ended_at: number | null;
    readonly end_reason: Json<string> | null;
    readonly retried_at: number | null;
  };
  readonly attempt_steps: {
    readonly attempt_id: string;
    readonly position: number;
    readonly step: string;
    readonly at: number;
    readonly detail: Json<string>;
  };
  readonly rollouts: {
    readonly sequence: Generated<number>;
    readonly id: string;
    readonly source: string;
    readonly revision: string;
    readonly policy: string | null;
    readonly created_at: number;
    readonly state: string;
    readonly reason: Json<string>;
    readonly since: number;
    /** Null while it has no ending. */
    readonly ended_at: number | null;
    readonly wave: number;
    readonly wave_done_at: number | null;
    readonly next_wave: string | null;
    readonly forgiven_at: number | null;
    readonly rules: Json<RolloutRecord['rules']>;
    readonly members: Json<RolloutRecord['members']>;
    readonly version: number;
  };
  readonly rollout_members: {
    readonly rollout: string;
    readonly device: string;
    readonly plan_id: string;
  };
  readonly snapshots: {
    readonly sequence: Generated<number>;
    readonly attempt_id: string;
    readonly device: string;
    readonly taken_at: number;
    readonly menus: Json<SnapshotRecord['menus']>;
  };
  readonly health: {
    readonly sequence: Generated<number>;
    readonly device: string;
    readonly attempt_id: string | null;
    readonly at: number;
    readonly verdict: string;
    readonly checks: Json<readonly HealthCheckResult[]>;
  };
  readonly drift: {
    readonly sequence: Generated<number>;
    readonly device: string;
    readonly digest: string;
    readonly first_seen_at: number;
    readonly entries: Json<DriftRecord['entries']>;
    readonly attribution: Json<string | Attributed>;
    readonly cleared_at: number | null;
  };
  readonly audit_head: {
    readonly id: number;
    readonly sequence: number;
    readonly hash: string;
  };
  readonly audit: {
    readonly sequence: number;
    readonly previous_hash: string;
    readonly hash: string;
    readonly device: string | null;
    /** The event as RFC 8785 text: the very bytes that were hashed. */
    readonly event: Json<AuditEvent>;
  };
  readonly access_rows: {
    readonly sequence: Generated<number>;
    /** The correlation id of the record in the audit that holds the digest of this row and those written with it. */
    readonly batch: string;
    readonly written_at: number;
    readonly at: number;
    readonly actor: Json<string>;
    readonly person: Json<string> | null;
    readonly operation: string;
    readonly device: Json<string> | null;
    readonly outcome: string;
    readonly count: number;
  };
  readonly orders: {
    readonly id: string;
    readonly asked_at: number;
    readonly asked_by: string;
    readonly wanted: Json<LeaderOrder>;
    readonly done_at: number | null;
    readonly result: Json<OrderResult> | null;
  };
  readonly proposals: {
    readonly sequence: Generated<number>;
    readonly source: string;
    readonly id: string;
    readonly proposed_by: Json<string>;
    readonly base: string;
    readonly content: Json<ProposalContent>;
    readonly state: string;
    readonly commit_id: string | null;
    readonly proposed_at: number;
    readonly made_at: number;
    readonly ended_at: number | null;
  };
  readonly observed: {
    readonly device: string;
    readonly outcome: Json<StoredOutcome>;
    readonly revision: string | null;
    readonly at: number;
    readonly duration_ms: number;
    readonly failures: number;
    readonly next_at: number;
    readonly router: Json<NonNullable<ObservedRecord['router']>> | null;
    readonly read_at: number | null;
  };
  readonly leader: {
    /** Always 1: the table holds one row at most. */
    readonly id: number;
    readonly holder: string;
    /** By the database's clock. */
    readonly until: number;
  };
  readonly secrets: {
    readonly name: string;
    readonly sealed: string;
    readonly updated_at: number;
  };
  readonly freeze: {
    /** Always 1: the table holds one row at most. */
    readonly id: number;
    readonly set_by: Json<string>;
    readonly reason: Json<string>;
    readonly since: number;
  };
  readonly health_devices: {
    readonly number: Generated<number>;
    readonly name: string;
  };
  readonly health_samples: SampleColumns;
  readonly health_hours: PeriodColumns;
  readonly health_days: PeriodColumns;
  readonly menu_contents: {
    readonly digest: string;
    /** A text of `formats/`, deflated. */
    readonly rows: Uint8Array;
  };
  readonly menu_states: {
    readonly device: string;
    readonly menu: string;
    readonly from_at: number;
    /** Null: it still holds that. */
    readonly to_at: number | null;
    readonly digest: string;
  };
  readonly captures: {
    readonly device: string;
    readonly at: number;
    readonly why: string;
    readonly version: string;
    readonly unread: Json<readonly UnreadMenu[]>;
    readonly changed: number;
  };
  readonly diagnostics: {
    readonly sequence: Generated<number>;
    readonly id: string;
    readonly device: string;
    /** The other one that it keeps busy. */
    readonly other_device: string | null;
    readonly request: Json<DiagnosticRequest>;
    readonly actor: Json<string>;
    readonly asked_at: number;
    readonly started_at: number | null;
    readonly ended_at: number | null;
    readonly state: string;
    readonly reason: Json<NonNullable<DiagnosticRecord['reason']>> | null;
    readonly steps: Json<readonly DiagnosticStep[]>;
    readonly holder: string;
    /** By the database's clock. */
    readonly until: number;
    readonly cancelled_by: Json<string> | null;
  };
  readonly diagnostic_turns: {
    readonly device: string;
    readonly diagnostic: string;
  };
}

/** Of one moment; `device` is a number of `health_devices`. */
export type SampleColumns = {
  readonly [Column in 'device' | 'at']: number;
} & { readonly [Column in MetricColumn | 'memory_total' | 'disk_total']: number | null };

/** Of an hour or a day, by its first moment. */
export type PeriodColumns = {
  readonly [Column in 'device' | 'at' | 'samples']: number;
} & { readonly [Column in `${MetricColumn}_${(typeof SUMMARIES)[number]}`]: number | null };
