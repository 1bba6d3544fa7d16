import type { RouterDevice, Selector } from '#schemas';
import type { Declared } from './inventory.ts';

/** Labels that every device carries by its spec and name; metadata.labels may not set them. */
export const RESERVED_LABELS = ['environment', 'site', 'name'] as const;

/** The labels a device answers to: its own, its environment, site and name. */
export function labelsOf(device: RouterDevice): Readonly<Record<string, string>> {
  const { metadata, spec } = device;
  return {
    ...metadata.labels,
    environment: spec.environment,
    name: metadata.name,
    ...(spec.site === undefined ? {} : { site: spec.site }),
  };
}

/** Whether the selector means this device. The empty selector means every device. */
export function selects(selector: Selector, device: RouterDevice): boolean {
  const { matchLabels, names } = selector;
  if (names !== undefined && !names.includes(device.metadata.name)) return false;
  if (matchLabels === undefined) return true;
  const labels = labelsOf(device);
  return Object.entries(matchLabels).every(([name, value]) => labels[name] === value);
}

/** The devices of which it can be told whether a selector means them. */
export function selectable(devices: readonly Declared<RouterDevice>[]): readonly Declared<RouterDevice>[] {
  return devices.filter((device) => SELECTED_BY.every((path) => device.clean(path)));
}

const SELECTED_BY = [
  ['metadata', 'name'],
  ['metadata', 'labels'],
  ['spec', 'environment'],
  ['spec', 'site'],
];
