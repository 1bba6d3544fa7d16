import { type Door, DoorError, type DoorFailure } from '#mcp';
import { CommandError } from '../command-error.ts';
import type { CommandContext } from '../command.ts';
import { controllerToken, otherTokenStep } from '../control/controller-token.ts';
import { apiRootOf, authoritiesIn, controllerUrl } from '../control/remote-client.ts';
import { type DoorHeaders, httpDoors } from './http-door.ts';

/**
 * The way to a controller elsewhere, as whoever is logged in there: their token is renewed before it ends, and a login
 * that comes later counts at once. @throws {CommandError} for a URL that is none, or a file that cannot be read
 */
export async function remoteDoor(context: CommandContext, url: string, headers: DoorHeaders): Promise<Door> {
  const base = controllerUrl(url);
  const doorOf = httpDoors({
    origin: base.origin,
    root: apiRootOf(base),
    name: base.href,
    loginStep: otherTokenStep(context, base),
    ...(base.protocol === 'http:' ? {} : { tls: { ca: await authoritiesIn(context) } }),
  });
  return doorOf(async () => ({ ...headers, authorization: `Bearer ${await tokenFor(context, base)}` }));
}

async function tokenFor(context: CommandContext, base: URL): Promise<string> {
  try {
    return await controllerToken(context, base);
  } catch (error) {
    if (error instanceof CommandError) throw new DoorError(notLoggedIn(error));
    throw error;
  }
}

/** Whoever reads it is told what to do: it is not the assistant who can. */
function notLoggedIn({ message, hint }: CommandError): DoorFailure {
  return {
    code: 'NotAuthenticated',
    message: `${message.charAt(0).toUpperCase()}${message.slice(1)}.`,
    hint: `The person whom you help has to do it: ${hint ?? 'log in again'}.`,
    retryable: false,
    retryAfterSeconds: null,
    correlationId: null,
    field: null,
    status: 401,
  };
}
