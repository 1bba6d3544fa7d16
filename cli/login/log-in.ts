import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  type Configuration,
  initiateDeviceAuthorization,
  pollDeviceAuthorizationGrant,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';
import type { LoginIssuer } from '#controller';
import { CommandError } from '../command-error.ts';
import { audienceParameters, type Fetch, providerAt, refusedBy } from './provider.ts';
import type { Login } from './token-store.ts';

/** What a provider hands out. */
type Tokens = Pick<Awaited<ReturnType<typeof authorizationCodeGrant>>, 'access_token' | 'refresh_token' | 'expires_in'>;

/** How somebody logs in. */
export interface Way {
  /** On another device, by a code; otherwise in a browser on this machine. */
  readonly device: boolean;
  /** Where the browser comes back to on this machine; 0: any port. */
  readonly port: number;
  /** Tells the person what to do. */
  readonly tell: (text: string) => void;
}

/** Logs somebody in with an identity provider. @throws {CommandError} `unavailable` with what it said. */
export async function logIn(issuer: LoginIssuer, way: Way, fetch: Fetch, signal: AbortSignal): Promise<Login> {
  const provider = await providerAt(issuer.url, issuer.client, fetch);
  try {
    const asked = { scope: issuer.scopes.join(' '), ...audienceParameters(issuer.audience) };
    const tokens = way.device
      ? await byDeviceCode(provider, asked, way, signal)
      : await byBrowser(provider, asked, way, signal);
    return loginOf(issuer, tokens, null);
  } catch (error) {
    signal.throwIfAborted();
    throw refusedBy(issuer.url, error);
  }
}

/** What is kept of it. @param before the refresh token that was used: it stays where no other comes. */
export function loginOf(
  { url, client, audience }: Pick<LoginIssuer, 'url' | 'client' | 'audience'>,
  tokens: Tokens,
  before: string | null,
): Login {
  return {
    issuer: url,
    client,
    audience,
    accessToken: tokens.access_token,
    expiresAt: Date.now() + (tokens.expires_in ?? 300) * 1000,
    refreshToken: tokens.refresh_token ?? before,
  };
}

async function byBrowser(
  provider: Configuration,
  asked: Readonly<Record<string, string>>,
  { port, tell }: Way,
  signal: AbortSignal,
): Promise<Tokens> {
  const verifier = randomPKCECodeVerifier();
  const state = randomState();
  const server = createServer();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening', { signal });
  try {
    const back = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/callback`;
    const url = buildAuthorizationUrl(provider, {
      ...asked,
      redirect_uri: back,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
    });
    tell(`Open this in a browser on this machine, or run it with --device:\n  ${url.href}`);
    const current = await cameBack(server, back, state, signal);
    const { resource } = asked;
    return await authorizationCodeGrant(
      provider,
      current,
      { pkceCodeVerifier: verifier, expectedState: state },
      resource === undefined ? {} : { resource },
    );
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** The URL that the browser comes back with; whatever else asks on that port is told nothing. */
async function cameBack(
  server: ReturnType<typeof createServer>,
  back: string,
  state: string,
  signal: AbortSignal,
): Promise<URL> {
  return await new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new CommandError('interrupted', 'stopped')), { once: true });
    server.on('request', (request, response) => {
      const url = new URL(request.url ?? '/', back);
      const isOurs =
        request.method === 'GET' && url.pathname === '/callback' && url.searchParams.get('state') === state;
      response.writeHead(isOurs ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
      response.end(isOurs ? 'You can close this window and go back to rosctl.\n' : 'not found\n', () => {
        if (isOurs) resolve(url);
      });
    });
  });
}

async function byDeviceCode(
  provider: Configuration,
  asked: Readonly<Record<string, string>>,
  { tell }: Way,
  signal: AbortSignal,
): Promise<Tokens> {
  const started = await initiateDeviceAuthorization(provider, { ...asked });
  const { verification_uri_complete: whole, verification_uri: uri, user_code: code } = started;
  tell(`Open this on any device, and see that it shows the code ${code}:\n  ${whole ?? uri}`);
  const { resource } = asked;
  return await pollDeviceAuthorizationGrant(provider, started, resource === undefined ? {} : { resource }, { signal });
}
