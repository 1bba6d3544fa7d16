import type { PlanId } from '#differ';
import type { DeviceName, Instant } from '../ports.ts';

/** The plans of a fleet at one moment, together under one id: what people approve at once. */
export interface FleetPlanRecord {
  /** The fleet plan id. */
  readonly id: PlanId;
  readonly revision: string;
  readonly createdAt: Instant;
  /** A control plan stands among them under the device name CONTROL. */
  readonly plans: readonly { readonly device: DeviceName; readonly planId: PlanId }[];
}

/** Fleet plans in the order in which they became the newest. */
export interface FleetPlanRecords {
  /** Does nothing when there is one with this id. */
  record(fleetPlan: FleetPlanRecord): Promise<void>;
  latest(): Promise<FleetPlanRecord | null>;
  get(id: PlanId): Promise<FleetPlanRecord | null>;
}
