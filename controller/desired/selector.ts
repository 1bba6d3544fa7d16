import type { RouterDevice, Selector } from '#schemas';

/** Labels that every device carries by its spec and name; metadata.labels may not set them. */
export const RESERVED_LABELS = ['environment', 'site', 'name'] as const;

type Labels = Readonly<Record<string, string>>;

const labels = new WeakMap<RouterDevice, Labels>();

/** The labels a device answers to: its own, its environment, site and name. */
export function labelsOf(device: RouterDevice): Labels {
  const known = labels.get(device);
  if (known !== undefined) return known;
  const { metadata, spec } = device;
  const all = {
    ...metadata.labels,
    environment: spec.environment,
    name: metadata.name,
    ...(spec.site === undefined ? {} : { site: spec.site }),
  };
  labels.set(device, all);
  return all;
}

/** Whether the selector means this device. The empty selector means every device. */
export function selects(selector: Selector, device: RouterDevice): boolean {
  const { matchLabels, names } = selector;
  if (names !== undefined && !setOf(names).has(device.metadata.name)) return false;
  if (matchLabels === undefined) return true;
  const carried = labelsOf(device);
  return Object.entries(matchLabels).every(([name, value]) => carried[name] === value);
}

const sets = new WeakMap<readonly string[], ReadonlySet<string>>();

/** One selector is held against every device, and may name thousands. */
function setOf(names: readonly string[]): ReadonlySet<string> {
  const known = sets.get(names) ?? new Set(names);
  sets.set(names, known);
  return known;
}
