import type { DestinationStream } from 'pino';
import type { Config } from './config.ts';
import type { Access, Destination } from './device/connect.ts';
import type { Narrowing } from './access/narrowed.ts';
import type { Direct } from './direct.ts';
import type { Controller } from './main.ts';
import type { OpenedStore } from './operations/offline.ts';
import type { InputOf, OfflineName, OutputOf } from './operations/table.ts';
import type { DeviceSession } from './ports.ts';
import type { Store } from './records/store.ts';
import type { StoreLocation } from './store/index.ts';
import type { Logger, LogLevel } from './telemetry/log.ts';

export { DEFAULT_ROLLOUT_POLICY, type EffectiveRolloutPolicy } from './desired/effective-policy.ts';
export { approvalPoliciesFor, effectiveRolloutPolicy } from './desired/effective-policy.ts';
export { type Adoption, adoptionOf, type Edit } from './desired/adoption.ts';
export { type EditedFiles, editedFiles } from './edits/adopted-files.ts';
export { filePatch } from './edits/file-patch.ts';
export type { ChangeIntent } from './edits/intent.ts';
export { type ChangeOfFiles, makeChange } from './edits/make-change.ts';
export type { ChangePreviewView } from './operations/change-preview-view.ts';
export type { ProposalSummary, ProposalView } from './operations/proposal-views.ts';
export { proposalMessage } from './proposals/proposal-message.ts';
export { type Provenance, provenanceOf } from './desired/explain.ts';
export {
  type Diagnostic,
  type FileDiagnostic,
  lineText,
  pathText,
  renderDiagnostics,
  toldFaults,
} from './desired/diagnostic.ts';
export type { Declared, DeclaredConfig, Inventory, LocatedInventory } from './desired/inventory.ts';
export { configsFor, layersFor, type Layers } from './desired/layers.ts';
export { type Revision, revisionOf, revisionOfObjects } from './desired/revision.ts';
export { versionFaults } from './desired/version-faults.ts';
export { warningsOf } from './desired/warnings.ts';
export { labelsOf, selects } from './desired/selector.ts';
export { SOURCE_FAILURES, type SourceFailureCode } from './source/failures.ts';
export {
  type InspectedFolder,
  inspectCheckout,
  inspectFolder,
  readFolder,
  type SourceContent,
} from './source/folder.ts';
export type { ListedPath } from './source/list-checkout.ts';
export { ignoreLine, stateFolderIn } from './source/state-folder.ts';
export { folderChanges, type WatchTiming } from './source/watch.ts';
export { faultAtPath, readPrivateText } from './credentials/private-file.ts';
export { keyOf, loadConfig, type Config, type ConfigInput } from './config.ts';
export type { Controller } from './main.ts';
export type { Direct } from './direct.ts';
export type { Narrowing } from './access/narrowed.ts';
export { failedAnswer } from './doors/told-failure.ts';
export type { Access, Destination } from './device/connect.ts';
export { readIdentity, type DeviceIdentity } from './device/identity.ts';
export { readLive } from './device/live.ts';
export { passSecrets, type PassSecrets, secretNamesIn } from './device/pass-secrets.ts';
export { occupiedBy, readOccupancy } from './device/occupancy.ts';
export { schedulersAllowed, tierOf } from './apply/preflight.ts';
export { removalUndoSize, type UndoSize, undoSizeOf } from './apply/undo-size.ts';
export { type PlanCost, planCostOf } from './apply/plan-cost.ts';
export { FAILURES, failureKindOf } from './telemetry/failures.ts';
export { REASONS, reasonKindOf, type ReasonKind } from './reasons.ts';
export {
  CREDENTIAL_NAME,
  forgetSecret,
  keepSecret,
  resolveCredential,
  resolveReadCredential,
  Secret,
} from './credentials/index.ts';
export type { CredentialBinding, SecretSources } from './credentials/index.ts';
export type { DeviceSession, Instant } from './ports.ts';
export type { FreezeRecord } from './records/freeze.ts';
export type { Store } from './records/store.ts';
export { targetOf } from './fleet/target-of.ts';
export type { Target } from './fleet/target.ts';
export type { LogLevel } from './telemetry/log.ts';
export type {
  AttemptView,
  AccessesView,
  AuditView,
  CredentialsView,
  DeviceView,
  DriftView,
  HistoryView,
  PlanGroupsView,
  PlanRetried,
  PlansView,
  PlanView,
  ReconcileView,
  StatusView,
  Unknowns,
} from './operations/views.ts';
export type { CaptureRecord } from './records/captures.ts';
export type { DeviceHealth, HealthView } from './operations/health-views.ts';
export type { SnapshotDiffView, SnapshotsView, SnapshotView } from './operations/snapshot-views.ts';
export type { MenuDiff } from './watch/diff-rows.ts';
export type { AccessReportRow, ApprovalRow, ChangeRow, RefusalRow, ReportView } from './operations/report-views.ts';
export type { PathView } from './policy/path-view.ts';
export type { MenusView, MenuView } from './operations/menu-views.ts';
export type { MemberCounts, RolloutsView, RolloutSummary, RolloutView } from './operations/rollout-views.ts';
export type { UnderWay } from './operations/under-way.ts';
export { markOf, markText } from './records/audit-mark.ts';
export type { AuditMark } from './records/audit.ts';
export { createClock } from './clock.ts';
export { allowedSignersOf } from '#signatures';
export { keyIdOf } from '#signatures';
export { publicKeyLineOf, readPublicKeyLine } from '#signatures';
export { approvalIn } from '#signatures';
export { parseCommit, type RawCommit } from '#signatures';
export { readSshSignature, signSsh } from '#signatures';
export { controlPlanIdOf, type ControlBody, type ControlChange } from './trust/control-plan.ts';
export {
  contactChangeOf,
  contactChangesOf,
  type ContactChange,
  type KeyChange,
  keyChangesOf,
} from './trust/control-news.ts';
export type { DiagnosticView } from './operations/diagnostic-view.ts';
export type { ApprovableView } from './operations/approvable-view.ts';
export type { ApprovablePlan } from './operations/approvable-plans.ts';
export type { SignersView, TrustView } from './operations/trust-views.ts';
export { accessRulesOf } from './access/access-file.ts';
export type { AccessRules, Audience } from './access/access-rules.ts';
export type { AllowedView, LoginIssuer, LoginView, MeView } from './access/access-views.ts';
export type { Permission } from './access/permissions.ts';
export { isSafeUrl } from './access/access-file.ts';
export { CONTROL } from './records/trust.ts';
export { anchorTrust, gitSourceName, revokeKey } from './trust/actions.ts';

/**
 * The parts that bring large libraries along, loaded when first used: rosctl answers at once to whoever needs none of
 * them.
 */

/**
 * Wires everything together and starts. @throws {Failure} `StoreLocked` and others when it can't; nothing runs then.
 */
export async function startController(config: Config, log?: Logger): Promise<Controller> {
  const main = await import('./main.ts');
  return await main.startController(config, log);
}

/** The operations of a fleet in a folder, without a controller. @throws {Failure} */
export async function openDirect(
  world: { readonly config: Config; readonly scratch: string },
  access: Access,
  asker: string,
  asked: Narrowing,
): Promise<Direct> {
  const direct = await import('./direct.ts');
  return await direct.openDirect(world, access, asker, asked);
}

/** The controller's logger, writing JSON lines to the destination. */
export async function openLog(level: LogLevel, destination: DestinationStream): Promise<Logger> {
  const { createLog } = await import('./telemetry/log.ts');
  return createLog(level, destination);
}

/**
 * Opens the store, which a folder gives to one process alone. @throws {Failure} `StoreLocked`, `StoreUnavailable`,
 * `StoreTooNew`, `StoreTooOld`
 */
export async function openStore(location: StoreLocation): Promise<Store> {
  const store = await import('./store/index.ts');
  return await store.openStore(location);
}

/** Has a store that no controller holds answer. @throws {Failure} when it can not be done, with the reason. */
export async function askStore<Name extends OfflineName>(
  opened: OpenedStore,
  name: Name,
  given: InputOf<Name>,
): Promise<OutputOf<Name>> {
  const offline = await import('./operations/offline.ts');
  return await offline.askStore(opened, name, given);
}

/**
 * The line to the router and the user it logs in with. @throws {Failure} of CREDENTIAL_FAILURES; nothing is sent then.
 */
export async function connectDevice(
  destination: Destination,
  access: Access,
): Promise<{ readonly session: DeviceSession; readonly user: string }> {
  const device = await import('./device/connect.ts');
  return await device.connectDevice(destination, access);
}

/** The same line for who only reads: of secrets it tells that they are set, and writes none. @throws {Failure} */
export async function connectToRead(
  destination: Destination,
  access: Access,
): Promise<{ readonly session: DeviceSession }> {
  const device = await import('./device/connect.ts');
  return await device.connectDevice(destination, access, device.SET_OR_NOT);
}

/**
 * Logs in as the read user of a device and makes sure that it can not write. @throws {Failure} of CREDENTIAL_FAILURES,
 * `SerialMismatch`, `ReadUserCanWrite`, and those of reading.
 */
export async function proveReadUser(
  destination: Destination & { readonly name: string },
  access: Access,
  serial: string,
  signal: AbortSignal,
): Promise<void> {
  const [{ connectReadSession }, { proveReader }] = await Promise.all([
    import('./device/connect.ts'),
    import('./device/prove-reader.ts'),
  ]);
  const { session, user, close } = await connectReadSession(destination, access);
  try {
    await proveReader(session, user, { name: destination.name, serial }, signal);
  } finally {
    await close();
  }
}
