import { isLoopback, unbracketed } from '#hosts';
import type { Tool } from '#mcp';
import { CommandError } from '../command-error.ts';
import { type CommandContext, type CommandOption, optionText } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { version } from '../version.ts';
import { narrowingHeaders, narrowingIn } from './narrowing.ts';
import { mcpSocketIn } from './open-door.ts';
import { socketDoors } from './socket-door.ts';

/** Where a server for a team listens. */
export const LISTEN: CommandOption = {
  name: 'listen',
  value: 'HOST:PORT',
  summary: 'serve a team over HTTP at /mcp: each brings a token of their own',
};

/** At which clients reach it. */
export const PUBLIC_URL: CommandOption = {
  name: 'public-url',
  value: 'URL',
  summary: 'with --listen: where clients reach it; elsewhere than on this machine a proxy in front speaks TLS',
};

/** Serves a team over HTTP, each with what the service lets them see, until it is stopped. */
export async function listen(context: CommandContext, tools: readonly Tool[]): Promise<number> {
  const { serveOnHttp } = await import('#mcp');
  const { host, port } = hostAndPort(optionText(context, 'listen') ?? '');
  const publicUrl = publicUrlIn(optionText(context, 'public-url'), host);
  if (context.options['direct'] === true)
    throw new CommandError('usage', '--listen serves beside a controller, not with --direct', 'leave one of them out');
  const doorOf = socketDoors(mcpSocketIn(context));
  const narrowing = narrowingHeaders(narrowingIn(context));
  const serving = await serveOnHttp({
    host,
    port,
    publicUrl,
    version: version(),
    tools,
    doorOf: (headers) => doorOf({ ...headers, ...narrowing }),
    now: () => Date.now(),
    tell: (error) => context.output.note(error.message),
  }).catch((error: unknown) => {
    throw new CommandError(
      'usage',
      `--listen cannot be served: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
  context.output.note(`The MCP server listens: ${serving.publicUrl}/mcp`);
  if (!context.signal.aborted)
    await new Promise((stopped) => context.signal.addEventListener('abort', stopped, { once: true }));
  await serving.close();
  return EXIT.ok;
}

function hostAndPort(text: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, port] = /^(?:\[(.+)\]|([^[\]:]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined || Number(port) > 65_535)
    throw new CommandError('usage', `--listen takes HOST:PORT, not ${JSON.stringify(text)}`);
  return { host, port: Number(port) };
}

/** Null: clients come straight here, which they may on this machine alone: their tokens would cross a network in plain text. */
function publicUrlIn(text: string | undefined, host: string): string | null {
  const url = text !== undefined && URL.canParse(text) ? new URL(text) : null;
  if (text === undefined && isLoopback(host)) return null;
  const isPlain =
    url !== null && /^\/?(mcp\/?)?$/.test(url.pathname) && `${url.search}${url.hash}${url.username}` === '';
  const isSafe =
    url?.protocol === 'https:' ||
    (url?.protocol === 'http:' && isLoopback(host) && isLoopback(unbracketed(url.hostname)));
  if (url === null || !isPlain || !isSafe)
    throw new CommandError(
      'usage',
      `--public-url takes the https:// URL at which a proxy serves --listen, without a path, not ${JSON.stringify(text ?? '')}`,
    );
  return url.origin;
}
