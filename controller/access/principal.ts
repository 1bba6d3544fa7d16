import type { RouterDevice } from '#schemas';
import type { DeviceName, Instant } from '../ports.ts';
import type { Permission } from './permissions.ts';
import { type ALL_DEVICES, type ANY_DEVICE, may, type Rights } from './rights.ts';

/** Who asks, and what they may do. */
export interface Principal {
  /** As the audit names them: `operator:alice`. */
  readonly actor: string;
  /** Their name in the Roster, as the operator's file says: it joins the audit, and grants nothing. */
  readonly person?: string;
  /** When the token ends that says who they are; absent: there is none. */
  readonly expiresAt?: Instant;
  /** Under which this one request of theirs is found again, in the audit too; absent: nobody looks for it. */
  readonly correlationId?: string;
  /** Why they may do no more than they may; said when they are refused. */
  readonly why?: string;
  /** Whether they may do this to a device. A device that they may not read does not exist for them. */
  may(permission: Permission, about: DeviceName | typeof ANY_DEVICE | typeof ALL_DEVICES): boolean;
}

/** Whoever runs as the controller's own user: they may do everything. */
export function operator(name: string): Principal {
  return { actor: `operator:${name}`, may: () => true };
}

/** What else is said of a principal. */
export type PrincipalNotes = Pick<Principal, 'person' | 'expiresAt' | 'why'>;

/**
 * @param rights asked at each question where what they are may change.
 * @param documentOf what the revision in force says of a device; null: it does not have it.
 */
export function principalOf(
  actor: string,
  rights: Rights | (() => Rights),
  documentOf: (device: DeviceName) => RouterDevice | null,
  notes: PrincipalNotes = {},
): Principal {
  return {
    actor,
    ...notes,
    may: (permission, about) =>
      may(
        typeof rights === 'function' ? rights() : rights,
        permission,
        typeof about === 'string' ? { name: about, document: documentOf(about) } : about,
      ),
  };
}
