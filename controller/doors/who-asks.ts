import { Failure } from '#failure';
import type { Access, Authenticated } from '../access/authenticated.ts';
import { PERMISSIONS, ROLES } from '../access/permissions.ts';
import { operator, principalOf } from '../access/principal.ts';
import type { Rights } from '../access/rights.ts';

/** What a request carries of whoever sends it. */
export type IdentityHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Says who sends a request. @throws {Failure} as `Authenticate`, and `BadRequest`. */
export type WhoAsks = (headers: IdentityHeaders) => Promise<Authenticated>;

/** Who comes over HTTP, or to a socket that others than the controller's own user may open: a token says it. */
export function byToken(access: Access, audience: 'api' | 'mcp'): WhoAsks {
  return async ({ authorization }) => await access.authenticate(textOf(authorization), audience);
}

/**
 * Who comes to the MCP socket of the controller's own user: a token says it, and without one they are the operator,
 * narrowed to a role (`x-role`) and to devices (`x-devices`, names with commas between them).
 */
export function byTokenOrOperator(access: Access): WhoAsks {
  const withToken = byToken(access, 'mcp');
  return async (headers) => (headers['authorization'] === undefined ? operatorOf(headers) : await withToken(headers));
}

/** An assistant of the operator's own may ask as often as an admin. */
const OPERATOR_PER_MINUTE = 1200;

function operatorOf(headers: IdentityHeaders): Authenticated {
  const rights = operatorRights(textOf(headers['x-role']), textOf(headers['x-devices']));
  const { actor } = operator(textOf(headers['x-operator']) ?? 'unknown');
  // Devices go by their names alone here, so what the revision says of them is not asked for.
  const principal = principalOf(actor, rights, () => null);
  return { principal, rights, requestsPerMinute: OPERATOR_PER_MINUTE, expiresAt: null };
}

function operatorRights(role: string | undefined, devices: string | undefined): Rights {
  if (role !== undefined && !Object.hasOwn(ROLES, role))
    throw new Failure('BadRequest', `x-role must be one of ${Object.keys(ROLES).join(', ')}.`, { field: 'x-role' });
  const permissions = role === undefined ? PERMISSIONS : ROLES[role as keyof typeof ROLES];
  const names = devices?.split(',').map((name) => name.trim());
  return [{ permissions: new Set(permissions), devices: names === undefined ? { all: true } : { names } }];
}

function textOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
