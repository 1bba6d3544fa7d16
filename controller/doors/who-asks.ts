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

/** Who comes over HTTP, or to a socket that others than the controller's own user may open: a token says it. */
export function byToken(access: Access, audience: 'api' | 'mcp'): WhoAsks {
  return async ({ authorization }) => await access.authenticate(textOf(authorization), audience);
}

/**
 * Who comes to the MCP socket of the controller's own user: a token says it, and without one they are the operator,
 * narrowed to a role (`x-role`) and to devices as the access file names them (`x-devices`).
 */
export function byTokenOrOperator(access: Access, documentOf: (device: DeviceName) => RouterDevice | null): WhoAsks {
  const withToken = byToken(access, 'mcp');
  return async (headers) => {
    if (headers['authorization'] !== undefined) return await withToken(headers);
    const whole = operator(textOf(headers['x-operator']) ?? 'unknown');
    const narrowing = { role: textOf(headers['x-role']), devices: textOf(headers['x-devices']) };
    const principal = narrowed(whole, narrowing, await access.rules(), documentOf);
    return { principal, rights: [], requestsPerMinute: REQUESTS_PER_MINUTE.admin, expiresAt: null };
  };
}

function textOf(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : undefined;
}
