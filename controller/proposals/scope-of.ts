import type { Permission } from '../access/permissions.ts';
import type { Principal } from '../access/principal.ts';
import { ALL_DEVICES } from '../access/rights.ts';
import type { ChangeScope } from '../edits/intent.ts';
import type { DeviceName } from '../ports.ts';

/**
 * Which devices there are for a principal, and which of them they may propose to change: those alone that they may read, as
 * a change tells what a device holds.
 */
export function scopeOf(principal: Principal, devices: readonly DeviceName[]): ChangeScope {
  const those = (...permissions: readonly Permission[]): readonly DeviceName[] | null =>
    permissions.every((permission) => principal.may(permission, ALL_DEVICES))
      ? null
      : devices.filter((device) => permissions.every((permission) => principal.may(permission, device)));
  return { visible: those('fleet.read'), allowed: those('fleet.read', 'change.propose') };
}
