export { DEFAULT_ROLLOUT_POLICY, type EffectiveRolloutPolicy } from './desired/effective-policy.ts';
export { approvalPoliciesFor, effectiveRolloutPolicy } from './desired/effective-policy.ts';
export { type Provenance, provenanceOf } from './desired/explain.ts';
export { type Fault, renderFaults } from './desired/fault.ts';
export type { Declared, DeclaredConfig, Inventory, LocatedInventory } from './desired/inventory.ts';
export { configsFor, layersFor, type Layers } from './desired/layers.ts';
export { type Revision, revisionOf } from './desired/revision.ts';
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
export { folderChanges, type WatchTiming } from './source/watch.ts';
export { faultAtPath, readPrivateText } from './private-file.ts';
export { keyOf, loadConfig, type Config, type ConfigInput } from './config.ts';
export type { Controller } from './main.ts';
export { connectDevice, openLog, openStore, startController } from './lazy.ts';
export type { Access, Destination } from './device/connect.ts';
export { readIdentity, type DeviceIdentity } from './device/identity.ts';
export { readLive } from './device/live.ts';
export { occupiedBy, readOccupancy } from './device/occupancy.ts';
export { schedulersAllowed, tierOf } from './apply/preflight.ts';
export { FAILURES, failureKindOf } from './errors.ts';
export { CREDENTIAL_NAME, forgetSecret, keepSecret, resolveCredential, Secret } from './credentials/index.ts';
export type { CredentialBinding, SecretSources } from './credentials/index.ts';
export type { DeviceSession } from './ports.ts';
export type { Store } from './records.ts';
export { targetOf } from './reconcile/target-of.ts';
export type { Target } from './reconcile/target.ts';
export type { LogLevel } from './telemetry/log.ts';
export type {
  AttemptView,
  AuditView,
  CredentialsView,
  DeviceView,
  DriftView,
  HistoryView,
  PlansView,
  PlanView,
  ReconcileView,
  StatusView,
  Unknowns,
} from './views.ts';
export { endFreeze, freezeWrites } from './operator-acts.ts';
export type { RolloutAct } from './policy/rollout-acts.ts';
export type { MemberCounts, RolloutsView, RolloutSummary, RolloutView } from './rollout-views.ts';
export { markOf, markText } from './audit-mark.ts';
export type { AuditMark } from './records.ts';
export { auditView, historyView } from './trail-views.ts';
export { createClock } from './clock.ts';
export { allowedSignersOf } from './signatures/allowed-signers.ts';
export { keyIdOf } from './signatures/key-id.ts';
export { publicKeyLineOf, readPublicKeyLine } from './signatures/ssh-key.ts';
export { approvalIn } from './signatures/approval-trailers.ts';
export { parseCommit, type RawCommit } from './signatures/raw-commit.ts';
export { readSshSignature, signSsh } from './signatures/sshsig.ts';
export { controlPlanIdOf, type ControlBody, type ControlChange } from './trust/control-plan.ts';
export type { ApprovableView } from './approvable.ts';
export type { ApprovablePlan } from './approvable-plans.ts';
export type { SignersView, TrustView } from './trust-views.ts';
export { CONTROL } from './trust-records.ts';
export { anchorTrust, gitSourceName, revokeKey } from './trust-acts.ts';
