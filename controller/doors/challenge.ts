import type { Access } from '../access/authenticated.ts';
import { type Permission, SCOPES } from '../access/permissions.ts';

/** Where clients find what a token for this controller has to be (RFC 9728). */
export const METADATA_PATH = '/.well-known/oauth-protected-resource/api';

/** What is told of the API as a protected resource: nothing of the fleet. */
export function resourceMetadata(publicUrl: string, access: Pick<Access, 'issuers'>): object {
  return {
    resource: `${publicUrl}/api`,
    resource_name: 'routeros-gitops',
    authorization_servers: access.issuers(),
    bearer_methods_supported: ['header'],
    scopes_supported: Object.keys(SCOPES),
  };
}

/** `WWW-Authenticate` of a 401 or 403 (RFC 6750, RFC 9728). */
export function challengeOf(
  status: 401 | 403,
  asked: { readonly publicUrl: string; readonly withToken: boolean; readonly permission: Permission | null },
): string {
  const { publicUrl, withToken, permission } = asked;
  const error = status === 403 ? 'insufficient_scope' : withToken ? 'invalid_token' : null;
  const parts = [
    ...(error === null ? [] : [`error="${error}"`]),
    ...(permission === null ? [] : [`scope="${scopeOf(permission)}"`]),
    `resource_metadata="${publicUrl}${METADATA_PATH}"`,
  ];
  return `Bearer realm="routeros-gitops", ${parts.join(', ')}`;
}

/** The scope that a token needs for it. */
function scopeOf(permission: Permission): string {
  return Object.keys(SCOPES).find((scope) => SCOPES[scope]?.includes(permission) === true) ?? '';
}
