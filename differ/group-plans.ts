import { canonicalJson } from '#canonical-json';
import type { Plan } from './plan.ts';

/** Devices for which the same is to be done. */
export interface PlanGroup {
  /** Sorted by name. */
  readonly devices: readonly string[];
  /** Without `extras`, `inverse`, `touched` and `emptyBefore`, which belong to one device. */
  readonly plan: Plan;
}

/**
 * Puts plans together that differ only in the device, for reading and never for approval: consent is to plan ids, one
 * for each device. The largest group comes first.
 */
export function groupPlans(plans: readonly { readonly device: string; readonly plan: Plan }[]): readonly PlanGroup[] {
  const keyed = plans.map(({ device, plan }) => ({ device, plan: sharedOf(plan), group: sharedKeyOf(plan) }));
  return groupDevices(keyed).map(({ devices, first }) => ({ devices, plan: first.plan }));
}

/** The same for plans of which only the key is known: `first` is one of each group. */
export function groupDevices<Keyed extends { readonly device: string; readonly group: string }>(
  plans: readonly Keyed[],
): readonly { readonly devices: readonly string[]; readonly first: Keyed }[] {
  return [...Map.groupBy(plans, ({ group }) => group).values()]
    .flatMap((members) => {
      const [first] = members;
      return first === undefined ? [] : [{ devices: members.map(({ device }) => device).toSorted(), first }];
    })
    .toSorted((a, b) => b.devices.length - a.devices.length || ((a.devices[0] ?? '') < (b.devices[0] ?? '') ? -1 : 1));
}

/** Equal for plans that differ only in the device. */
export function sharedKeyOf(plan: Plan): string {
  const { released, ...shared } = sharedOf(plan);
  const texts = released.map(({ fieldsOnly, ...row }) => (fieldsOnly === true ? { ...row, fieldsOnly: 'true' } : row));
  return canonicalJson({ ...shared, released: texts });
}

function sharedOf(plan: Plan): Plan {
  const { emptyBefore: _, ...shared } = plan;
  return { ...shared, extras: [], inverse: [], touched: [] };
}
