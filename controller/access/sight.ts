import type { Permission } from './permissions.ts';
import type { Principal } from './principal.ts';
import { ALL_DEVICES } from './rights.ts';
import type { DeviceName } from '../ports.ts';

/** What of the fleet a question may be answered from. */
export interface Sight {
  /** Every device there is or will be, and with them what is no device's own. */
  readonly all: boolean;
  /** Also of a name that is not in the fleet, or no more: whether what is stored of it may be told. */
  readonly sees: (device: DeviceName) => boolean;
}

/**
 * The devices that a principal may read and for which it has the permission, if any, that the operation asks for, as of whenever
 * it is asked.
 */
export function sightOf(principal: Principal, permission: Permission | null): Sight {
  const also = permission ?? 'fleet.read';
  return {
    get all() {
      return principal.may('fleet.read', ALL_DEVICES) && principal.may(also, ALL_DEVICES);
    },
    sees: (device) => principal.may('fleet.read', device) && principal.may(also, device),
  };
}
