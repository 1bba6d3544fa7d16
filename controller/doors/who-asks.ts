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

/** What the revision in force says of a device; null: it does not have it. */
type DocumentOf = (device: DeviceName) => RouterDevice | null;

/** Who comes over HTTP: a token says it, and headers narrow them as at the socket. */
export function byToken(access: Access, documentOf: DocumentOf): WhoAsks {
  return async (headers) => await less(headers, await tokenIn(headers, access, 'api'), access, documentOf);
}

/**
 * Who comes to the socket of the MCP process: a token says it, and where the controller's own user alone may open it
 * they are the operator without one. Whoever they are, headers narrow them to a role (`x-role`) and to devices as the
 * access file names them (`x-devices`).
 */
export function byTokenOrOperator(
  access: Access,
  documentOf: DocumentOf,
  { shared }: { readonly shared: boolean },
): WhoAsks {
  return async (headers) => {
    const hasToken = shared || headers['authorization'] !== undefined;
    const known = hasToken ? await tokenIn(headers, access, 'mcp') : operatorIn(headers);
    return await less(headers, known, access, documentOf);
  };
}

async function tokenIn(
  { authorization }: IdentityHeaders,
  access: Access,
  audience: 'api' | 'mcp',
): Promise<Authenticated> {
  return await access.authenticate(textOf(authorization), audience);
}

/** What is left of somebody by their headers, which give nothing. @throws {Failure} `BadRequest` */
async function less(
  headers: IdentityHeaders,
  known: Authenticated,
  access: Access,
  documentOf: DocumentOf,
): Promise<Authenticated> {
  const narrowing = { role: textOf(headers['x-role']), devices: textOf(headers['x-devices']) };
  if (narrowing.role === undefined && narrowing.devices === undefined) return known;
  const { principal, limit } = narrowed(known.principal, narrowing, await access.rules(), documentOf);
  return { ...known, principal, limit };
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
