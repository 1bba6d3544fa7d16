import { CommandError } from '../command-error.ts';
import type { CommandContext } from '../command.ts';
import { keepLogin, type Login, loginAt, loginsPath, withLogins } from './token-store.ts';

/** Shortly before its end a token is renewed: it must outlast the request. */
const MARGIN_MS = 30_000;

/**
 * The token of whoever is logged in at a controller, renewed where it is about to end; null: nobody is. @throws
 * {CommandError} when it can not be renewed.
 */
export async function loggedInToken(context: CommandContext, url: URL): Promise<string | null> {
  const file = loginsPath(context);
  const login = await loginAt(file, url);
  if (login === null || counts(login)) return login?.accessToken ?? null;
  return await withLogins(file, async () => {
    // Another rosctl may have renewed it meanwhile.
    const now = await loginAt(file, url);
    if (now === null || counts(now)) return now?.accessToken ?? null;
    const renewed = await renew(context, now, url);
    await keepLogin(file, url, renewed);
    return renewed.accessToken;
  });
}

function counts({ expiresAt }: Login): boolean {
  return Date.now() < expiresAt - MARGIN_MS;
}

async function renew(context: CommandContext, login: Login, url: URL): Promise<Login> {
  const { issuer, client, audience, refreshToken } = login;
  const hint = `log in again: rosctl login --controller ${url.href}`;
  if (refreshToken === null) throw new CommandError('unavailable', `the login at ${url.href} has ended`, hint);
  const [{ refreshTokenGrant }, provider, { loginOf }] = await Promise.all([
    import('openid-client'),
    import('./provider.ts'),
    import('./log-in.ts'),
  ]);
  const config = await provider.providerAt(issuer, client, await provider.fetchOf(context));
  try {
    const { resource } = provider.audienceParameters(audience);
    const tokens = await refreshTokenGrant(config, refreshToken, resource === undefined ? {} : { resource });
    return loginOf({ url: issuer, client, audience }, tokens, refreshToken);
  } catch (error) {
    throw new CommandError('unavailable', provider.refusedBy(issuer, error).message, hint);
  }
}
