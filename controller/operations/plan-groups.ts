import { groupPlans, maskPlan, type Plan, type PlanBody, shownChanges } from '#differ';
import { renderShownText } from '#differ/render';
import type { DeviceName } from '../ports.ts';

/** What would be done to a device now; of an offline one from its last read. */
export interface CurrentPlan {
  readonly device: DeviceName;
  readonly plan: Plan;
  readonly body: PlanBody;
  readonly offline: boolean;
}

/** Plans that differ only in the device, together: for reading, never for approval. */
export interface PlanGroup {
  readonly devices: readonly DeviceName[];
  readonly offline: readonly DeviceName[];
  readonly changes: number;
  readonly text: string;
}

/** Puts plans that differ only in the device together. Of each sealed secret the first digits are shown. */
export function groupOf(plans: readonly CurrentPlan[]): readonly PlanGroup[] {
  const offline = new Set(plans.filter((plan) => plan.offline).map((plan) => plan.device));
  const bodies = new Map(plans.map(({ device, body }) => [device, body]));
  return groupPlans(plans).flatMap(({ devices, plan }) => {
    const [first] = devices.flatMap((device) => bodies.get(device) ?? []);
    if (first === undefined) return [];
    return [
      {
        devices,
        offline: devices.filter((device) => offline.has(device)),
        changes: plan.changes.length,
        text: renderShownText({ ...maskPlan(plan), changes: shownChanges(first) }),
      },
    ];
  });
}
