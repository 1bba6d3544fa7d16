import type {
  CaptureRecord,
  DiagnosticView,
  HealthView,
  MeView,
  PlanRetried,
  ProposalSummary,
  ProposalView,
  RolloutView,
  SnapshotDiffView,
  SnapshotView,
  TrustView,
} from '#controller';
import type { AccessOutput, LoggedIn, LoggedOut, NewToken } from './access-outputs.ts';
import type {
  DeviceOutput,
  StatusOutput,
  DevicesOutput,
  ToldPlan,
  PlansOutput,
  NothingToChange,
  DriftOutput,
  DriftProposal,
  ExplainedPath,
  FleetHealthOutput,
  HistoryOutput,
  SnapshotsOutput,
  AuditOutput,
  AuditReadsOutput,
  AccessReport,
  ApprovalsReport,
  ChangesReport,
  RefusalsReport,
  MenusOutput,
  MenuOutput,
  ReconcileOutput,
  RolloutsOutput,
  FreezeOutput,
  TrustBegun,
  SignersOutput,
  KeyRevoked,
  CredentialsOutput,
  CredentialSet,
  CredentialRemoved,
  Approved,
  NotApproved,
  ProposalTaken,
} from './fleet-outputs.ts';
import type { CheckOutput, CoverageOutput, ImportOutput } from './import-outputs.ts';
import type {
  OfflinePlan,
  SavedState,
  ValidateOutput,
  VersionOutput,
  WordsOutput,
  ExplainOutput,
  DemoOutput,
  DoctorOutput,
  McpChecks,
  DoctorCommands,
  InitOutput,
  RosterOutput,
  AllowedSigners,
  SimulatorOutput,
  CompletionOutput,
  LogLine,
} from './local-outputs.ts';

/**
 * What each command prints with `--output json`, by its name and action. `npm run generate` makes schemas/output.json
 * and docs/reference/output.md of it: fields keep their comments, an `Instant` is a time as text.
 */
export interface Outputs {
  readonly 'access me': MeView;
  readonly 'access show': AccessOutput;
  readonly 'access test': MeView;
  readonly 'access token': NewToken;
  readonly approve: Approved | NotApproved;
  readonly audit: AuditOutput;
  readonly 'audit --reads': AuditReadsOutput;
  readonly completion: CompletionOutput;
  readonly 'completion words': WordsOutput;
  readonly controller: LogLine;
  readonly coverage: CoverageOutput;
  readonly 'credentials list': CredentialsOutput;
  readonly 'credentials set': CredentialSet;
  readonly 'credentials remove': CredentialRemoved;
  readonly demo: DemoOutput;
  readonly devices: DevicesOutput;
  readonly diagnose: DiagnosticView;
  readonly doctor: DoctorOutput;
  readonly 'doctor --commands': DoctorCommands;
  readonly drift: DriftOutput;
  readonly 'drift propose': DriftProposal;
  readonly explain: ExplainOutput;
  readonly freeze: FreezeOutput;
  readonly health: FleetHealthOutput;
  readonly 'health DEVICE': HealthView;
  readonly history: HistoryOutput;
  readonly import: ImportOutput;
  readonly 'import --check': CheckOutput;
  readonly init: InitOutput;
  readonly login: LoggedIn;
  readonly logout: LoggedOut;
  readonly 'mcp --check': McpChecks;
  readonly plan: PlansOutput;
  readonly 'plan --device': ToldPlan | NothingToChange;
  readonly 'plan --explain-path': ExplainedPath;
  readonly 'plan --from': OfflinePlan;
  readonly 'plan --save': SavedState;
  readonly 'plans list': PlansOutput;
  readonly 'plans show': ToldPlan;
  readonly 'plans retry': PlanRetried;
  readonly 'proposals list': readonly ProposalSummary[];
  readonly 'proposals show': ProposalView;
  readonly 'proposals take': ProposalTaken;
  readonly 'proposals withdraw': ProposalView;
  readonly read: MenusOutput;
  readonly 'read MENU': MenuOutput;
  readonly reconcile: ReconcileOutput;
  readonly 'reports access': AccessReport;
  readonly 'reports approvals': ApprovalsReport;
  readonly 'reports changes': ChangesReport;
  readonly 'reports refusals': RefusalsReport;
  readonly 'rollouts list': RolloutsOutput;
  readonly 'rollouts show': RolloutView;
  readonly 'rollouts watch': RolloutView;
  readonly 'rollouts pause': RolloutView;
  readonly 'rollouts resume': RolloutView;
  readonly 'rollouts skip': RolloutView;
  readonly 'rollouts abort': RolloutView;
  readonly 'rollouts rollback': RolloutView;
  readonly 'roster list': RosterOutput;
  readonly 'roster export': AllowedSigners;
  readonly 'signers list': SignersOutput;
  readonly 'signers revoke': KeyRevoked;
  readonly simulator: SimulatorOutput;
  readonly 'snapshots list': SnapshotsOutput;
  readonly 'snapshots show': SnapshotView;
  readonly 'snapshots diff': SnapshotDiffView;
  readonly 'snapshots take': CaptureRecord;
  readonly status: StatusOutput;
  readonly 'status DEVICE': DeviceOutput;
  readonly 'trust show': TrustView;
  readonly 'trust init': TrustBegun;
  readonly validate: ValidateOutput;
  readonly version: VersionOutput;
}

/** What a command prints, as `Outputs` names it. */
export type OutputName = keyof Outputs;

/** What goes wrong, on standard error: of every command. */
export interface ErrorOutput {
  /** What kind of error it is; stable. */
  readonly code: string;
  readonly message: string;
  /** A command to run, or what else to do. */
  readonly next: string;
  readonly exitCode: number;
}

/** What a command says beside its result, on standard error: of every command. */
export interface NoteOutput {
  readonly note: string;
}
