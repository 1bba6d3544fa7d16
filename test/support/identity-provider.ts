import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import Provider, { type Configuration } from 'oidc-provider';

/** An identity provider on loopback, with the keys that it signs with. */
export interface IdentityProvider {
  readonly url: string;
  /** Its key of each algorithm. */
  readonly keys: Readonly<Record<'ES256' | 'RS256' | 'PS256' | 'EdDSA', SigningKey>>;
  /** Requests that it got. */
  readonly asked: readonly string[];
  /** What it says of people in access tokens besides their name. */
  readonly claims: Record<string, unknown>;
  /** A token as it would issue it, but for what is said here. */
  token(claims?: Readonly<Record<string, unknown>>, how?: TokenForm): Promise<string>;
  /** A token that it really issues to a script, for an audience. */
  issued(audience: string, scope?: string): Promise<string>;
  /** It answers nobody any more, until it is back. */
  stop(): Promise<void>;
  /** It answers again at the same address. */
  start(): Promise<void>;
}

/** How a token differs from what the provider issues. */
export interface TokenForm {
  readonly algorithm?: 'ES256' | 'RS256' | 'PS256' | 'EdDSA';
  readonly key?: SigningKey;
  readonly header?: Readonly<Record<string, unknown>>;
}

/** A key with its name. */
export interface SigningKey {
  readonly kid: string;
  readonly secret: CryptoKey;
  readonly jwk: JWK;
}

/** The audience of the API in these tests. */
export const API = 'https://gitops.example.net/api';
/** That of the MCP server. */
export const MCP = 'https://gitops.example.net/mcp';

/** A new key that signs by this algorithm. */
export async function signingKey(kid: string, algorithm: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const naming = { kid, alg: algorithm, use: 'sig' };
  return { kid, secret: privateKey, jwk: { ...(await exportJWK(publicKey)), ...naming } };
}

/** Starts a provider that knows resource indicators, the device flow, and one client for each kind of grant. */
export async function startIdentityProvider(): Promise<IdentityProvider> {
  const [es, rs, ps, ed] = await Promise.all([
    signingKey('es', 'ES256'),
    signingKey('rs', 'RS256'),
    signingKey('ps', 'PS256'),
    signingKey('ed', 'EdDSA'),
  ]);
  const keys = { ES256: es, RS256: rs, PS256: ps, EdDSA: ed };
  const asked: string[] = [];
  const claims: Record<string, unknown> = {};
  let handle: (...given: Parameters<ReturnType<Provider['callback']>>) => unknown = () => undefined;
  let server: Server = createServer();
  async function listen(port: number): Promise<number> {
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      handle(request, response);
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }
  const port = await listen(0);
  const url = `http://127.0.0.1:${String(port)}`;
  const privateKeys = await Promise.all(
    Object.values(keys).map(async ({ secret, jwk }) => ({ ...jwk, ...(await exportJWK(secret)) })),
  );
  const provider = new Provider(url, configuration(privateKeys, claims));
  handle = provider.callback();
  return {
    url,
    keys,
    asked,
    claims,
    async token(more = {}, { algorithm = 'ES256', key = keys[algorithm], header = {} } = {}) {
      const seconds = Math.floor(Date.now() / 1000);
      const usual = { iss: url, sub: 'anna', aud: API, iat: seconds, exp: seconds + 300, groups: ['net-vie'] };
      return await new SignJWT({ ...usual, ...more })
        .setProtectedHeader({ alg: algorithm, kid: key.kid, typ: 'at+jwt', ...header })
        .sign(key.secret);
    },
    async issued(audience, scope = '') {
      const answer = await fetch(`${url}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from('script:secret-of-script').toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', resource: audience, scope }),
      });
      return ((await answer.json()) as { readonly access_token: string }).access_token;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
    async start() {
      await listen(port);
    },
  };
}

function configuration(keys: readonly JWK[], claims: Readonly<Record<string, unknown>>): Configuration {
  return {
    jwks: { keys: [...keys] },
    clients: [
      {
        client_id: 'rosctl',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
        redirect_uris: ['http://127.0.0.1/callback'],
        id_token_signed_response_alg: 'ES256',
      },
      {
        client_id: 'script',
        client_secret: 'secret-of-script',
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    scopes: ['openid', 'offline_access'],
    features: {
      deviceFlow: { enabled: true },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, resource) => ({
          scope: 'routeros:read routeros:diagnose routeros:steer',
          audience: resource,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 300,
          jwt: { sign: { alg: 'ES256' } },
        }),
        useGrantedResource: () => true,
      },
    },
    rotateRefreshToken: true,
    issueRefreshToken: () => true,
    extraTokenClaims: () => claims,
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    cookies: { keys: ['of a test'] },
  };
}
