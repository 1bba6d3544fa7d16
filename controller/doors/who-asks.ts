import type { RouterDevice } from '#schemas';
import type { Access, Authenticated } from '../access/authenticated.ts';
import { narrowed } from '../access/narrowed.ts';
import { REQUESTS_PER_MINUTE } from '../access/permissions.ts';
import { operator } from '../access/principal.ts';
import type { DeviceName } from '../ports.ts';

/** What a request carries of whoever sends it. */
export type IdentityHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Says who sends a request. @throws {Failure} as `Authenticate`, and `BadRequest`. */
export type WhoAsks = (headers: IdentityHeaders) => Promise<Authenticated>;

/** Who comes over HTTP: a token says it. */
export function byToken(access: Access, audience: 'api' | 'mcp'): WhoAsks {
  return async ({ authorization }) => await access.authenticate(textOf(authorization), audience);
}

/**
 * Who comes to the socket of the MCP process: a token says it, and where the controller's own user alone may open it
 * they are the operator without one. Whoever they are, headers narrow them to a role (`x-role`) and to devices as the
 * access file names them (`x-devices`).
 */
export function byTokenOrOperator(
  access: Access,
  documentOf: (device: DeviceName) => RouterDevice | null,
  { shared }: { readonly shared: boolean },
): WhoAsks {
  const withToken = byToken(access, 'mcp');
  return async (headers) => {
    const known = shared || headers['authorization'] !== undefined ? await withToken(headers) : operatorIn(headers);
    const narrowing = { role: textOf(headers['x-role']), devices: textOf(headers['x-devices']) };
    if (narrowing.role === undefined && narrowing.devices === undefined) return known;
    const { principal, limit } = narrowed(known.principal, narrowing, await access.rules(), documentOf);
    return { ...known, principal, limit };
  };
}

function operatorIn(headers: IdentityHeaders): Authenticated {
  const principal = operator(textOf(headers['x-operator']) ?? 'unknown');
  return { principal, rights: [], requestsPerMinute: REQUESTS_PER_MINUTE.admin, expiresAt: null };
}

/** What says who sends a request, to whom, or how they are narrowed. */
const SAID_ONCE = ['authorization', 'host', 'x-operator', 'x-role', 'x-devices'];

/**
 * A header of identity that a request has twice: one that is in front may have read the other one than the controller
 * does. @param raw names and values in turn, as they came.
 */
export function saidTwice(raw: readonly string[]): string | undefined {
  const names = raw.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  return SAID_ONCE.find((name) => names.indexOf(name) !== names.lastIndexOf(name));
}

function textOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
