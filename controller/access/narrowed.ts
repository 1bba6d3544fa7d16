import { Failure } from '#failure';
import type { RouterDevice } from '#schemas';
import type { DeviceName } from '../ports.ts';
import type { AccessRules } from './access-rules.ts';
import type { Faults } from './checked-fields.ts';
import { deviceScopeOf } from './device-scope.ts';
import type { Principal } from './principal.ts';
import { PERMISSIONS } from './permissions.ts';
import { may, type Right } from './rights.ts';

/** How somebody wants to be less than they are. */
export interface Narrowing {
  /** The name of a role; absent: all that they may do. */
  readonly role?: string | undefined;
  /** Devices as in the access file, `{"matchLabels": {"site": "vie"}}` for instance; absent: all of theirs. */
  readonly devices?: string | undefined;
}

/**
 * The same principal with less: what they may do, and the role may too, on those devices. It never gives anything.
 * @returns what is left of them, and to what they are narrowed. @throws {Failure} `BadRequest` for a role or devices
 * that mean nothing.
 */
export function narrowed(
  principal: Principal,
  { role, devices }: Narrowing,
  { roles }: Pick<AccessRules, 'roles'>,
  documentOf: (device: DeviceName) => RouterDevice | null,
): { readonly principal: Principal; readonly limit: Right } {
  const known = role === undefined ? null : roles.get(role);
  if (known === undefined) throw new Failure('BadRequest', `The role must be one of ${[...roles.keys()].join(', ')}.`);
  const limit: Right = {
    permissions: known?.permissions ?? new Set(PERMISSIONS),
    devices: devices === undefined ? { all: true } : scopeIn(devices),
  };
  return {
    limit,
    principal: {
      ...principal,
      may: (permission, about) =>
        principal.may(permission, about) &&
        may([limit], permission, typeof about === 'string' ? { name: about, document: documentOf(about) } : about),
    },
  };
}

function scopeIn(text: string): Right['devices'] {
  const found: string[] = [];
  const faults: Faults = {
    add: (_, message) => void found.push(message),
    throwIfAny() {
      if (found[0] !== undefined) throw new Failure('BadRequest', `The devices ${found[0]}.`);
    },
  };
  const scope = deviceScopeOf({ value: jsonIn(text), path: [] }, faults);
  faults.throwIfAny();
  return scope;
}

/** Undefined for what is none. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
