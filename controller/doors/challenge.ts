import type { Access } from '../access/authenticated.ts';

/** Where clients find what a token for this controller has to be (RFC 9728). */
export const METADATA_PATH = '/.well-known/oauth-protected-resource/api';

/** What is told of the API as a protected resource: nothing of the fleet. */
export function resourceMetadata(
  publicUrl: string,
  access: Pick<Access, 'issuers'>,
  scopes: readonly string[],
): object {
  return {
    resource: `${publicUrl}/api`,
    resource_name: 'routeros-gitops',
    authorization_servers: access.issuers(),
    bearer_methods_supported: ['header'],
    scopes_supported: scopes,
  };
}

/** `WWW-Authenticate` of a 401 or 403 (RFC 6750, RFC 9728). */
export function challengeOf(
  status: 401 | 403,
  asked: { readonly publicUrl: string; readonly withToken: boolean; readonly scope: string },
): string {
  const { publicUrl, withToken, scope } = asked;
  const error = status === 403 ? 'insufficient_scope' : withToken ? 'invalid_token' : null;
  const parts = [
    ...(error === null ? [] : [`error="${error}"`]),
    `scope="${scope}"`,
    `resource_metadata="${publicUrl}${METADATA_PATH}"`,
  ];
  return `Bearer realm="routeros-gitops", ${parts.join(', ')}`;
}
