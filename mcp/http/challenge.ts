import type { Permission } from '#controller';
import type { Tool } from '../tool.ts';

/** Where clients find what a token for this server has to be (RFC 9728). */
export const METADATA_PATH = '/.well-known/oauth-protected-resource/mcp';

/** The scope of a token that leaves its owner a permission: those that open something here. */
export const SCOPE_OF: Readonly<Partial<Record<Permission, string>>> = {
  'fleet.read': 'routeros:read',
  'device.read': 'routeros:read',
  'device.diagnose': 'routeros:diagnose',
  'device.bandwidth': 'routeros:diagnose',
  'change.propose': 'routeros:propose',
  'audit.read': 'routeros:audit',
};

/** The scopes that leave these permissions, each once. */
export function scopesOf(permissions: readonly Permission[]): readonly string[] {
  return [...new Set(permissions.flatMap((permission) => SCOPE_OF[permission] ?? []))];
}

/** What is told of this server as a protected resource: nothing of the fleet. */
export function resourceMetadata(publicUrl: string, issuers: readonly string[], tools: readonly Tool[]): object {
  return {
    resource: `${publicUrl}/mcp`,
    resource_name: 'routeros-gitops',
    authorization_servers: issuers,
    bearer_methods_supported: ['header'],
    scopes_supported: scopesOf(tools.map(({ permission }) => permission)),
  };
}

/** `WWW-Authenticate` of a 401 or 403 (RFC 6750, RFC 9728). */
export function challengeOf(
  error: 'invalid_token' | 'insufficient_scope' | null,
  publicUrl: string,
  scopes: readonly string[],
): string {
  const parts = [
    ...(error === null ? [] : [`error="${error}"`]),
    ...(scopes.length === 0 ? [] : [`scope="${scopes.join(' ')}"`]),
    `resource_metadata="${publicUrl}${METADATA_PATH}"`,
  ];
  return `Bearer realm="routeros-gitops", ${parts.join(', ')}`;
}
