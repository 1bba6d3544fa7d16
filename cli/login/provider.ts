import { readFile } from 'node:fs/promises';
import { getCACertificates } from 'node:tls';
import { allowInsecureRequests, type Configuration, customFetch, discovery, None } from 'openid-client';
import { Agent, fetch as fetchBy } from 'undici';
import { isSafeUrl } from '#controller';
import { CommandError } from '../command-error.ts';
import { type CommandContext, optionPath } from '../command.ts';

/** Asks over HTTPS as rosctl does: by the system's certificate authorities and those of `--ca`. */
export type Fetch = (url: string, options?: object) => Promise<Response>;

/** @throws {CommandError} when `--ca` can not be read. */
export async function fetchOf(context: CommandContext): Promise<Fetch> {
  const file = optionPath(context, 'ca');
  const own = file === undefined ? [] : [await readFile(file, 'utf8')];
  const dispatcher = new Agent({ connect: { ca: [...getCACertificates('default'), ...own] } });
  return async (url, options = {}) => await fetchBy(url, { ...options, dispatcher });
}

/** What an identity provider says of itself. @throws {CommandError} `unavailable` */
export async function providerAt(issuer: string, client: string, fetch: Fetch): Promise<Configuration> {
  const url = URL.parse(issuer);
  if (url === null || !isSafeUrl(url))
    throw new CommandError(
      'unavailable',
      'the controller names an identity provider without https',
      'ask its operator',
    );
  const execute = url.protocol === 'http:' ? [allowInsecureRequests] : [];
  try {
    return await discovery(url, client, undefined, None(), { execute, [customFetch]: fetch });
  } catch (error) {
    throw refusedBy(issuer, error);
  }
}

/** Which API the token is to be for: by resource indicator where it is a URL, and as some providers have it. */
export function audienceParameters(audience: string): Readonly<Record<string, string>> {
  return URL.canParse(audience) ? { resource: audience, audience } : { audience };
}

/** In words what a provider refused, or why it was not reached. Never a token or a code. */
export function refusedBy(issuer: string, error: unknown): CommandError {
  if (error instanceof CommandError) return error;
  const { error: code, error_description: description } = error as { error?: unknown; error_description?: unknown };
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : null;
  const said =
    typeof code === 'string' ? [code, typeof description === 'string' ? description : ''].join(' ').trim() : null;
  const why = said ?? cause ?? (error instanceof Error ? error.message : 'no reason was given');
  return new CommandError(
    'unavailable',
    `the identity provider ${issuer} refused: ${why}`,
    'try again, or ask whoever runs it',
  );
}
