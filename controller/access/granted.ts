import type { AccessRules, KnownRole, OwnToken } from './access-rules.ts';
import type { Identity } from './identity.ts';
import { REQUESTS_PER_MINUTE } from './permissions.ts';
import type { PrincipalNotes } from './principal.ts';
import type { Right, Rights } from './rights.ts';

/** What the operator's file gives somebody. */
export interface Granted {
  /** As the audit names them. */
  readonly actor: string;
  readonly rights: Rights;
  /** Names of the roles behind them. */
  readonly roles: readonly string[];
  /** The highest of their roles. */
  readonly requestsPerMinute: number;
  readonly notes: PrincipalNotes;
}

/** What the bindings that match somebody give, each for its own devices, as far as the token's scopes leave it. */
export function grantedTo(identity: Identity, { bindings }: AccessRules): Granted {
  const { issuer, subject, groups, scoped } = identity;
  const matching = bindings.filter(
    ({ who }) =>
      who.issuer === issuer && (who.subjects.includes(subject) || who.groups.some((group) => groups.includes(group))),
  );
  const rights = matching.map(({ role, devices }): Right => ({
    permissions: scoped === null ? role.permissions : role.permissions.intersection(scoped),
    devices,
  }));
  const people = [...new Set(matching.flatMap(({ person }) => person ?? []))];
  const [person] = people;
  const nothing = matching.length === 0 ? 'No binding of the access file means you.' : null;
  const cut = scoped !== null && matching.some(({ role }) => !role.permissions.isSubsetOf(scoped));
  const scopes = cut ? 'The scopes of your token leave less than your roles allow.' : null;
  const why = [identity.why, nothing, identity.why === null ? scopes : null].filter((each) => each !== null).join(' ');
  return {
    actor: `user:${subject}@${issuer.replace(/^https?:\/\//, '')}`,
    rights: rights.filter(({ permissions }) => permissions.size > 0),
    ...ratesOf(matching.map(({ role }) => role)),
    // Bindings that name two people name nobody.
    notes: { ...(person !== undefined && people.length === 1 ? { person } : {}), ...(why === '' ? {} : { why }) },
  };
}

/** What a token of the operator's own gives. */
export function grantedBy({ name, role, devices }: OwnToken): Granted {
  return {
    actor: `token:${name}`,
    rights: [{ permissions: role.permissions, devices }],
    ...ratesOf([role]),
    notes: {},
  };
}

function ratesOf(roles: readonly KnownRole[]): Pick<Granted, 'roles' | 'requestsPerMinute'> {
  const lowest = Math.min(...Object.values(REQUESTS_PER_MINUTE));
  return {
    roles: [...new Set(roles.map(({ name }) => name))],
    requestsPerMinute: Math.max(lowest, ...roles.map(({ requestsPerMinute }) => requestsPerMinute)),
  };
}
