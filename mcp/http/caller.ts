import type { IncomingMessage } from 'node:http';
import type { MeView } from '#controller';
import { type Door, DoorError, type DoorFailure } from '../door.ts';
import type { HttpWorld } from './http-world.ts';

/** Who sends a request, as the service knows them. */
export interface Caller {
  readonly me: MeView;
  /** Theirs, which asks the service anew. */
  readonly door: Door;
  /** The same for this one request: who they are is known, and an end of their token is noticed. */
  readonly requestDoor: Door;
  /** Why their token did not count any more when it was used; null: it counts. */
  readonly expired: () => DoorFailure | null;
}

/**
 * Asks the service who sends a request. @param closed aborts once its answer has ended. @throws {DoorError} nobody whom
 * it knows, or it does not answer.
 */
export async function callerOf(
  { doorOf }: Pick<HttpWorld, 'doorOf'>,
  { headers, rawHeaders }: IncomingMessage,
  closed: AbortSignal,
): Promise<Caller> {
  const { authorization = '' } = headers;
  // One that is in front may have read the other one.
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  if (names.indexOf('authorization') !== names.lastIndexOf('authorization'))
    throw unknown('The header authorization is there twice.');
  // Beside a controller of the same user whoever brings no token would be its operator.
  if (authorization === '') throw unknown('The request has no token: send it as "authorization: Bearer TOKEN".');
  const door = doorOf({ authorization });
  const me = await door.ask('me', {}, closed);
  let expired: DoorFailure | null = null;
  const noticed = (error: unknown): unknown => {
    if (error instanceof DoorError && error.failure.status === 401) expired = error.failure;
    return error;
  };
  const requestDoor: Door = {
    has: (name) => door.has(name),
    async ask(name, input, asking) {
      if (name === 'me' && !closed.aborted) return me as never;
      return await door.ask(name, input, asking).catch((error: unknown) => {
        throw noticed(error);
      });
    },
    async *follow(name, input, signal) {
      try {
        yield* door.follow(name, input, signal);
      } catch (error) {
        throw noticed(error);
      }
    },
  };
  return { me, door, requestDoor, expired: () => expired };
}

function unknown(message: string): DoorError {
  return new DoorError({
    code: 'NotAuthenticated',
    message,
    hint: 'Log in at one of the identity providers that the metadata of this server names.',
    retryable: false,
    retryAfterSeconds: null,
    correlationId: null,
    field: null,
    status: 401,
  });
}
