export type { Change, ChangeReason, DriftEntry } from './change.ts';
export type {
  FrozenField,
  Limits,
  Plan,
  PlanBody,
  PlanId,
  PlanInput,
  Restore,
  TouchedRows,
  Violation,
} from './plan.ts';
export type {
  DesiredList,
  DesiredMenu,
  DesiredRow,
  DesiredSettings,
  DesiredState,
  LiveState,
  Owners,
} from './state.ts';
