import { Failure } from '#failure';
import type { Permission } from '../access/permissions.ts';
import type { Principal } from '../access/principal.ts';
import type { ALL_DEVICES, ANY_DEVICE } from '../access/rights.ts';
import type { DeviceName } from '../ports.ts';

/** @throws {Failure} `NotAllowed` unless the principal may do this to each of them. */
export function mustBeAllowed(
  principal: Principal,
  permission: Permission,
  about: readonly (DeviceName | typeof ANY_DEVICE | typeof ALL_DEVICES)[],
): void {
  if (about.every((each) => principal.may(permission, each))) return;
  const refusal = `${principal.actor} may not do this: it needs ${permission}.`;
  throw new Failure('NotAllowed', principal.why === undefined ? refusal : `${refusal} ${principal.why}`);
}
