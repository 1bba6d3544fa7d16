import type { DeviceName, Instant } from '../ports.ts';
import type { AccessRules } from './access-rules.ts';
import { type Permission, PERMISSIONS } from './permissions.ts';
import type { Principal } from './principal.ts';
import { ALL_DEVICES } from './rights.ts';

/** Who somebody is here, and what they may do. */
export interface MeView {
  /** As the audit names them. */
  readonly actor: string;
  /** Their name in the Roster. */
  readonly person?: string;
  /** When their token ends; null: they have none. */
  readonly until: Instant | null;
  readonly may: readonly AllowedView[];
  /** Why they may do no more, where something is amiss. */
  readonly why?: string;
}

/** What somebody may do to some devices. */
export interface AllowedView {
  readonly permissions: readonly Permission[];
  /** Whether that goes for every device there is or will be, and for what is no device's own. */
  readonly all: boolean;
  /** Those that there are now. */
  readonly devices: readonly DeviceName[];
}

/** What a client needs to log somebody in: nothing of the fleet. */
export interface LoginView {
  readonly issuers: readonly LoginIssuer[];
  /** Those whose tokens an MCP server takes. */
  readonly mcpIssuers: readonly string[];
}

/** An identity provider with which people log in. */
export interface LoginIssuer {
  readonly url: string;
  readonly client: string;
  readonly audience: string;
  readonly scopes: readonly string[];
}

/** @param devices those that there are and the principal may see. */
export function meView(principal: Principal, devices: readonly DeviceName[]): MeView {
  const { actor, person, why, expiresAt = null } = principal;
  const all = PERMISSIONS.filter((permission) => principal.may(permission, ALL_DEVICES));
  const groups = new Map<string, { readonly permissions: readonly Permission[]; readonly devices: DeviceName[] }>();
  for (const device of devices) {
    const permissions = PERMISSIONS.filter(
      (permission) => !all.includes(permission) && principal.may(permission, device),
    );
    const same = groups.get(permissions.join(' ')) ?? { permissions, devices: [] };
    same.devices.push(device);
    if (permissions.length > 0) groups.set(permissions.join(' '), same);
  }
  return {
    actor,
    ...(person === undefined ? {} : { person }),
    until: expiresAt,
    may: [
      ...(all.length === 0 ? [] : [{ permissions: all, all: true, devices }]),
      ...[...groups.values()].map((group) => ({ ...group, all: false })),
    ],
    ...(why === undefined ? {} : { why }),
  };
}

/** Issuers that people can log in with to use the API, or an MCP server. */
export function loginView({ issuers }: AccessRules): LoginView {
  return {
    issuers: issuers.flatMap(({ url, client, audiences: { api }, loginScopes }) =>
      client === null || api === undefined ? [] : [{ url, client, audience: api, scopes: loginScopes }],
    ),
    mcpIssuers: issuers.flatMap(({ url, audiences: { mcp } }) => (mcp === undefined ? [] : [url])),
  };
}
