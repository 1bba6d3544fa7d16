import type {
  AccessReportRow,
  ApprovalRow,
  ChangeRow,
  RefusalRow,
  AccessesView,
  ApprovableView,
  AttemptView,
  AuditView,
  ContactChange,
  ControlBody,
  CredentialsView,
  DeviceHealth,
  DeviceView,
  DriftView,
  FreezeRecord,
  HistoryView,
  Instant,
  KeyChange,
  MenusView,
  MenuView,
  PathView,
  PlansView,
  PlanView,
  RolloutsView,
  SignersView,
  SnapshotsView,
  StatusView,
  Unknowns,
} from '#controller';
import type { PlanBody } from '#differ';

/* What a controller, or the store that it left, has rosctl print for programs. */

/** One device with its conditions. */
export interface DeviceOutput extends Omit<DeviceView, 'ready'> {
  /** Whether it is as it should be and nothing waits; null: that is not known. */
  readonly ready: boolean | null;
}

/** The controller, its source, and every device. */
export interface StatusOutput extends Omit<StatusView, 'devices'> {
  readonly devices: readonly DeviceOutput[];
}

/** The devices with their conditions, and what is not known of them. */
export interface DevicesOutput extends Omit<Unknowns, 'offline'> {
  readonly items: readonly DeviceOutput[];
}

/** Plans, and what each group of them does. */
export interface ToldGroups extends PlansView {
  readonly groups: readonly (PlansView['groups'][number] & {
    /** The changes, a line each. */ readonly text: string;
  })[];
}

/** One plan whole; secrets are masked. */
export interface ToldPlan extends PlanView {
  /** The changes, a line each. */
  readonly text: string;
  /** What someone at the router's console would type. */
  readonly commands: string;
}

/** Which menus of a router can be read, and how. */
export interface MenusOutput extends Omit<MenusView, 'menus'> {
  readonly items: MenusView['menus'];
}

/** Rows of one menu of a router, as of one moment; values are text, as the router says them. */
export interface MenuOutput extends Omit<MenuView, 'rows'> {
  readonly items: MenuView['rows'];
}

/** The current plans. */
export interface PlansOutput extends Omit<ToldGroups, 'plans'> {
  readonly items: PlansView['plans'];
}

/** A device that was read and is as its files want it. */
export interface NothingToChange {
  readonly device: string;
  readonly id: null;
  /** When the router was read. */
  readonly readAt: Instant;
}

/** By which way the controller reaches the router of a device. */
export interface ExplainedPath extends PathView {
  readonly device: string;
}

/** What differs from the last confirmed state. */
export interface DriftOutput extends Omit<DriftView, 'drift'> {
  readonly items: DriftView['drift'];
}

/** What keeps the drift of a device, and what undoes it. Both null: there is none. */
export interface DriftProposal {
  readonly device: string;
  /** Null: not asked for. */
  readonly adopt: {
    readonly changes: readonly {
      readonly config: string;
      /** `configs/edge.yaml:12`; of a RouterConfig that is made its kind and name. */
      readonly at: string;
      readonly path: string;
      /** What it says there from then on; null: nothing more. */
      readonly value: unknown;
    }[];
    /** The files that change. */
    readonly files: readonly {
      readonly file: string;
      /** All of it, as it would be. */
      readonly text: string;
      /** What changes in it, as `git apply` takes it. */
      readonly patch: string;
    }[];
    /** What no file can say of this device alone. */
    readonly byHand: readonly {
      readonly menu: string;
      readonly match: Readonly<Record<string, string>> | null;
      readonly because: string;
    }[];
  } | null;
  /** Null: not asked for. */
  readonly revert: {
    /** The plan that waits; null: there is none now. */
    readonly planId: string | null;
    /** Its changes, a line each. */
    readonly text: string | null;
    readonly next: string;
  } | null;
}

/** The attempts on a device, newest first. */
export interface HistoryOutput extends Omit<HistoryView, 'attempts'> {
  readonly items: readonly ToldAttempt[];
}

/** One attempt, and what its plan was to do. */
export interface ToldAttempt extends Omit<AttemptView, 'plan'> {
  /** The changes, a line each. */
  readonly text: string;
}

/** The audit, newest first. */
export interface AuditOutput extends Omit<AuditView, 'records'> {
  readonly items: AuditView['records'];
}

/** Who read what, newest first. */
export interface AuditReadsOutput {
  readonly items: AccessesView['reads'];
  /** Where to look on; null: there is no more. */
  readonly nextCursor: number | null;
}

/** What changed, since a moment. */
export interface ChangesReport {
  readonly name: 'changes';
  readonly since: Instant;
  readonly items: readonly ChangeRow[];
}

/** How long approvals took, since a moment. */
export interface ApprovalsReport {
  readonly name: 'approvals';
  readonly since: Instant;
  readonly items: readonly ApprovalRow[];
}

/** What was refused, since a moment. */
export interface RefusalsReport {
  readonly name: 'refusals';
  readonly since: Instant;
  readonly items: readonly RefusalRow[];
}

/** Who may come, since a moment. */
export interface AccessReport {
  readonly name: 'access';
  readonly since: Instant;
  readonly items: readonly AccessReportRow[];
}

/** What was asked for, and how the visits ended that were in time. */
export interface ReconcileOutput {
  readonly revision: string | null;
  /** Id of the control plan that waits: until it is approved nothing of it counts. */
  readonly control: string | null;
  readonly visited: readonly DeviceOutput[];
  /** Devices whose visit was still under way. */
  readonly late: readonly string[];
}

/** Rollouts, newest first. */
export interface RolloutsOutput extends Omit<RolloutsView, 'rollouts'> {
  readonly items: RolloutsView['rollouts'];
}

/** Whether all writes are stopped. */
export interface FreezeOutput {
  readonly frozen: boolean;
  /** Null: there is none any more. */
  readonly freeze: FreezeRecord | null;
}

/** Where trust begins now. */
export interface TrustBegun {
  readonly source: string;
  /** The trusted head. */
  readonly head: string;
  readonly anchor: string;
  /** Whether a controller runs that follows it. */
  readonly running: boolean;
}

/** The people who have a say. */
export interface SignersOutput extends Omit<SignersView, 'people'> {
  readonly items: SignersView['people'];
}

/** A key counts no more. */
export interface KeyRevoked {
  readonly key: string;
  readonly revoked: true;
  /** It was revoked before. */
  readonly already: boolean;
}

/** The names of the passwords in the store, never the passwords. */
export interface CredentialsOutput {
  readonly items: CredentialsView;
}

/** A password is kept. */
export interface CredentialSet {
  readonly name: string;
  readonly set: true;
}

/** A password is forgotten. */
export interface CredentialRemoved {
  readonly name: string;
  readonly removed: true;
}

/** All that was approved, as people are shown it. */
export interface Approved extends Pick<ApprovableView, 'kind' | 'source' | 'branch' | 'excluded'> {
  readonly approved: true;
  readonly id: string;
  /** The commit that the approval stands on. */
  readonly parent: string;
  /** The commit that approves. */
  readonly commit: string;
  readonly pushed: boolean;
  /** What steers the controller; null: that is no part of it. */
  readonly control: ApprovedControl | null;
  /** Of sealed secrets there are the first digits. */
  readonly plans: readonly { readonly device: string; readonly planId: string; readonly body: PlanBody }[];
}

/** A control plan, and what in it lets somebody in or sends a login somewhere. */
export interface ApprovedControl {
  readonly id: string;
  readonly body: ControlBody;
  /** Whose keys come and go. */
  readonly keys: readonly KeyChange[];
  /** Devices that are reached at another address, with other credentials or another certificate, or newly. */
  readonly contacts: readonly ContactChange[];
}

/** Nothing waits for an approval. */
export interface NotApproved extends Pick<ApprovableView, 'excluded'> {
  readonly approved: false;
  readonly id: null;
  /** Id of the control plan that waits. */
  readonly control: string | null;
}

/** How the routers of the devices are now. */
export interface FleetHealthOutput {
  readonly now: Instant;
  readonly items: readonly DeviceHealth[];
}

/** The captures of a device, newest first. */
export interface SnapshotsOutput extends Omit<SnapshotsView, 'captures'> {
  readonly items: SnapshotsView['captures'];
}

/** A proposal is in a clone, as a commit of whoever took it. */
export interface ProposalTaken {
  readonly proposal: string;
  readonly commit: string;
  readonly pushed: boolean;
  /** What the commit changes, by path from the top of the clone. */
  readonly files: readonly string[];
}
