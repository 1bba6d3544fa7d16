import type { RouterDevice, Selector } from '#schemas';
import { selects } from '../desired/selector.ts';
import type { DeviceName } from '../ports.ts';
import type { Permission } from './permissions.ts';

/** Devices that a right holds for: every one there is or will be, or those that a selector means. */
export type DeviceScope = { readonly all: true } | Selector;

/** Permissions, and the devices for which all of them hold. */
export interface Right {
  readonly permissions: ReadonlySet<Permission>;
  readonly devices: DeviceScope;
}

/** All that somebody may do: the union of pairs (permission, devices), never a cross product. */
export type Rights = readonly Right[];

/** At least one device, whichever it is: what is asked about the fleet shows the devices that one may see. */
export const ANY_DEVICE = Symbol('any device');

/** Every device there is or will be: what is no device's own is shown and done with this alone. */
export const ALL_DEVICES = Symbol('all devices');

/** A device as rights see it. */
export interface ScopedDevice {
  readonly name: DeviceName;
  /** What the revision in force says of it; null: it does not have it, so no label of it is known. */
  readonly document: RouterDevice | null;
}

/** Whether this is permitted. No other place answers that. */
export function may(
  rights: Rights,
  permission: Permission,
  about: ScopedDevice | typeof ANY_DEVICE | typeof ALL_DEVICES,
): boolean {
  return rights.some(({ permissions, devices }) => permissions.has(permission) && covers(devices, about));
}

function covers(scope: DeviceScope, about: ScopedDevice | typeof ANY_DEVICE | typeof ALL_DEVICES): boolean {
  if ('all' in scope) return true;
  if (about === ALL_DEVICES) return false;
  if (about === ANY_DEVICE) return true;
  const { matchLabels, names } = scope;
  // A selector without anything means no device here: everything is `all`.
  if (names === undefined && Object.keys(matchLabels ?? {}).length === 0) return false;
  if (about.document !== null) return selects(scope, about.document);
  return matchLabels === undefined && names?.includes(about.name) === true;
}
