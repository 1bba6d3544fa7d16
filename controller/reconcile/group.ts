import { groupPlans, renderPlanText, type Plan } from '#differ';
import type { DeviceName } from '../ports.ts';

/** What would be done to a device now; of an offline one from its last read. */
export interface CurrentPlan {
  readonly device: DeviceName;
  readonly plan: Plan;
  readonly offline: boolean;
}

/** Plans that differ only in the device, together: for reading, never for approval. */
export interface PlanGroup {
  readonly devices: readonly DeviceName[];
  readonly offline: readonly DeviceName[];
  readonly changes: number;
  readonly text: string;
}

/** Puts plans that differ only in the device together, each text without colours and with secrets masked. */
export function groupOf(plans: readonly CurrentPlan[]): readonly PlanGroup[] {
  const offline = new Set(plans.filter((plan) => plan.offline).map((plan) => plan.device));
  return groupPlans(plans).map(({ devices, plan }) => ({
    devices,
    offline: devices.filter((device) => offline.has(device)),
    changes: plan.changes.length,
    text: renderPlanText(plan, { colour: false }),
  }));
}
