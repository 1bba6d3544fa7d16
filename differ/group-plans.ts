import { canonicalJson } from '#canonical-json';
import type { Plan } from './plan.ts';

/** Devices for which the same is to be done. */
export interface PlanGroup {
  /** Sorted by name. */
  readonly devices: readonly string[];
  /** Without `extras`, `inverse` and `touched`, which belong to one device. */
  readonly plan: Plan;
}

/**
 * Puts plans together that differ only in the device, for reading and never for approval: consent is to plan ids, one for each device.
 * The largest group comes first.
 */
export function groupPlans(plans: readonly { readonly device: string; readonly plan: Plan }[]): readonly PlanGroup[] {
  const groups = new Map<string, { devices: string[]; plan: Plan }>();
  for (const { device, plan } of plans) {
    const shared: Plan = { ...plan, extras: [], inverse: [], touched: [] };
    const key = canonicalJson(shared);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { devices: [device], plan: shared });
    else group.devices.push(device);
  }
  return [...groups.values()]
    .map(({ devices, plan }) => ({ devices: devices.toSorted(), plan }))
    .toSorted((a, b) => b.devices.length - a.devices.length || ((a.devices[0] ?? '') < (b.devices[0] ?? '') ? -1 : 1));
}
