export { applyChanges, ChangeRefused } from './apply-changes.ts';
export { applyRestores } from './apply-restores.ts';
export {
  canonicalMenu,
  canonicalRow,
  isDisabled,
  isSkipped,
  valueOf,
  writableRow,
  type Catalogue,
} from './canonical.ts';
export type { Change, ChangeReason, DriftEntry } from './change.ts';
export { keysIn, sameOrder } from './changed-since.ts';
export { checkPlan } from './check-plan.ts';
export { driftIn, driftOf } from './drift.ts';
export { nonConvergingKeyOf, nextNonConverging, type Convergence } from './convergence.ts';
export { groupDevices, groupPlans, type PlanGroup, sharedKeyOf } from './group-plans.ts';
export { standsEmpty } from './empty-before.ts';
export { restoresInPlace } from './in-place.ts';
export { makePlan } from './make-plan.ts';
export { planPart, planRest, rowsAfterPart, type Split, splitPlan } from './plan-parts.ts';
export { mapSecrets, MASK, maskDrift, maskPlan } from './mask.ts';
export { describeRow, saidOfRow } from './row-text.ts';
export { declaredIn, nextBase } from './next-base.ts';
export { fleetPlanIdOf, planBodyOf, planIdOf } from './plan-id.ts';
export type {
  NonConvergingField,
  HeldBackRow,
  Limits,
  Plan,
  PlanBody,
  PlanId,
  PlanInput,
  ReleasedRow,
  Restore,
  SecretTerms,
  TouchedRows,
  Violation,
} from './plan.ts';
export { namersOf } from './namers.ts';
export { referredMenus } from './references.ts';
export { remainingChanges } from './remaining-changes.ts';
export { factsOf, type PlanFacts } from './plan-facts.ts';
export { shownBody, shownChanges, shownHeldBack, type ShownPlan } from './shown.ts';
export type {
  DesiredList,
  DesiredMenu,
  DesiredRow,
  DesiredSettings,
  DesiredState,
  LiveState,
  Namers,
  Owners,
  UnlistedWord,
} from './state.ts';
export { rollbackPlanOf, type RollbackPlan, type RollbackRefusal } from './rollback-plan.ts';
export type { RollbackSecrets } from './rollback-secrets.ts';
export { enabledFirst, keyOf, rowsOfTuple } from './tuple.ts';
export { seenTimed, timedAdds, timedIn, type TimedRows } from './timed-rows.ts';
export { cameUnlisted } from './unlisted.ts';
export { type WriteCost, writeCostOf } from './write-cost.ts';
