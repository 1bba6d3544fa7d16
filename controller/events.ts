import type { PlanId } from '#differ';
import type { RolloutAction } from './policy/rollout-actions.ts';
import type { DeviceName, Instant } from './ports.ts';
import type { ToldReason } from './reasons.ts';
import type { AttemptEnd, AttemptStep } from './records/attempts.ts';
import type { AuditEvent } from './records/audit.ts';
import type { DiagnosticKind } from './records/diagnostics.ts';
import type { RolloutState } from './records/rollouts.ts';
import type { Records } from './records/store.ts';
import { newCorrelationId } from './telemetry/correlation.ts';

/** What each action on one device records as its detail. Stored for ever: a field is added, never renamed. */
export interface DeviceDetails extends Record<
  `attempt.${Exclude<AttemptStep, 'arming'> | AttemptEnd}`,
  AttemptPlace & { readonly detail: string }
> {
  readonly 'attempt.arming': AttemptPlace & {
    readonly approvedBy: string;
    /** Commits that carry the approvals. */
    readonly approvals: readonly string[];
    readonly revision: string;
    /** The confirmed attempt that this one takes back. */
    readonly undoes?: string;
  };
  /** A part of a plan stands, and the next one begins. */
  readonly 'attempt.part': AttemptPlace & { readonly detail: string };
  /** A copy of a row that an undo had waited with is about to be removed; the attempt is the one that made it. */
  readonly 'copy.removing': AttemptPlace & { readonly menu: string; readonly row: string };
  readonly 'base.set': { readonly revision: string; readonly reason: string };
  /** `sure`: of the menu that is least clear. */
  readonly 'drift.found': {
    readonly entries: number;
    readonly attribution: string;
    readonly sure?: 'certain' | 'likely' | 'unknown';
  };
  readonly 'plan.refused': Refusal;
  readonly 'operation.asked': AskedOperation;
  readonly 'operation.refused': RefusedOperation;
  /** An operator lets a plan be tried once more; the attempt is the one that was undone. */
  readonly 'plan.retried': AttemptPlace;
  /** A bandwidth test keeps two devices busy: each has a record, and none names the other. */
  readonly 'diagnostic.started': OfDiagnostic & { readonly target?: string };
  readonly 'diagnostic.cancelled': OfDiagnostic;
}

/** What each action that concerns no single device records as its detail. Stored for ever, as DeviceDetails. */
export interface FleetDetails
  extends
    SourceDetails,
    Record<`rollout.${RolloutAction['action']}`, RolloutOrder>,
    Record<`rollout.${Exclude<RolloutState, 'running'> | 'resumed'}`, InRollout & { readonly reason: string }> {
  readonly 'credentials.set': { readonly name: string };
  readonly 'credentials.removed': { readonly name: string };
  readonly 'operation.asked': AskedOperation;
  readonly 'operation.refused': RefusedOperation;
  /** Requests that change nothing; `digest` is that of their rows, which are kept for a while. */
  readonly 'reads.gathered': { readonly rows: number; readonly reads: number; readonly digest: string };
  /** Rows of reads that were written before are not kept any more. */
  readonly 'reads.pruned': { readonly before: Instant; readonly rows: number };
  readonly 'freeze.on': { readonly reason: string };
  readonly 'freeze.off': Readonly<Record<string, never>>;
  readonly 'rollout.opened': InRollout & { readonly revision: string; readonly devices: readonly DeviceName[] };
  readonly 'rollout.joined': InRollout & { readonly devices: readonly DeviceName[] };
  readonly 'rollout.released': InRollout & { readonly devices: readonly DeviceName[] };
  /** `wave` counts from 1. */
  readonly 'rollout.wave': InRollout & { readonly wave: number; readonly reason: string };
  /** `keys`: every form in which the key is known. */
  readonly 'signers.revoke': { readonly key: string; readonly keys: readonly string[]; readonly reason: string };
}

/** What the actions on a source record, `source` being its name. */
export interface SourceDetails {
  readonly 'approval.refused': SignedCommit & { readonly reason: string };
  readonly 'approval.seen': SignedCommit & { readonly approved: string };
  readonly 'control.approved': OfSource & {
    readonly planId: string;
    readonly approvedBy: readonly string[];
    readonly approvals: readonly string[];
  };
  readonly 'control.refused': OfSource & Refusal<string>;
  readonly 'source.refused': OfSource & {
    readonly commit: string;
    readonly trustedHead: string;
    readonly reasons: readonly ToldReason[];
  };
  readonly 'trust.advanced': OfSource & { readonly from: string; readonly to: string; readonly commits: number };
  readonly 'trust.init': OfSource & { readonly commit: string; readonly before: string | null };
}

/** Somebody asked for something that changes or starts something, and could have it. */
type AskedOperation = {
  readonly operation: string;
  /** The Roster's name of whoever asked, where the operator's file says it. */
  readonly person?: string;
  /** Where it was about several: some of them, and how many they were. */
  readonly devices?: readonly DeviceName[];
  readonly count?: number;
};

type RefusedOperation = {
  readonly operation: string;
  readonly person?: string;
  readonly reason: string;
};

type AttemptPlace = {
  readonly attempt: string;
  readonly planId: PlanId;
  readonly number: number;
};

type OfDiagnostic = {
  readonly diagnostic: string;
  readonly kind: DiagnosticKind;
};

type InRollout = {
  readonly rollout: string;
  readonly policy: string | null;
};

/** What a person ordered, and the state of the rollout after it. */
type RolloutOrder = InRollout & {
  readonly state: RolloutState;
  readonly reason?: string;
  readonly device?: DeviceName | null;
};

type OfSource = {
  readonly source: string;
};

type SignedCommit = OfSource & {
  readonly commit: string;
  readonly person: string;
  readonly key: string;
};

/** Approvals (the commits that carry them) that were given and do not suffice. */
type Refusal<Id extends string = PlanId> = {
  readonly planId: Id;
  readonly approvals: readonly string[];
  readonly reasons: readonly ToldReason[];
};

type EventIn<Details, Device> = {
  readonly [Action in keyof Details]: {
    readonly action: Action;
    readonly device: Device;
    readonly detail: Details[Action];
  };
}[keyof Details];

/** Something that happened to a source: judged, approved, trusted. */
export type SourceEvent = EventIn<SourceDetails, null>;

/** Something that happened and is recorded: one member for each action. */
export type ControllerEvent = EventIn<DeviceDetails, DeviceName> | EventIn<FleetDetails, null>;

/** An event with who did it, and when. */
export type RecordedEvent = ControllerEvent & AuditEvent;

/** Who does something, when, and what it belongs to; without a correlation id it stands for itself. */
export interface EventOrigin {
  readonly actor: string;
  readonly at: Instant;
  readonly correlationId?: string | undefined;
  /** Their name in the Roster, if it is known; it joins the detail. */
  readonly person?: string | undefined;
}

/** Who an event comes of, without when. */
export type Asker = Omit<EventOrigin, 'at'>;

/** Appends an event to the audit, in the transaction of `records` if there is one. The one way into the audit. */
export async function record(
  records: Pick<Records, 'audit'>,
  event: ControllerEvent,
  { actor, at, correlationId = newCorrelationId(), person }: EventOrigin,
): Promise<void> {
  const detail = person === undefined ? event.detail : { ...event.detail, person };
  await records.audit.append({ at, correlationId, actor, ...event, detail });
}
