import { type InputOf, type OperationName, operationsAt, type OutputOf, requestOf } from '#controller/operations';
import { type Door, DoorError, type DoorEvent, type DoorFailure } from '#mcp';
import { Pool } from 'undici';

/** Who comes, and as what they come. */
export type DoorHeaders = Readonly<Record<string, string>>;

/** The way to a controller beside this process, through its socket for MCP servers. */
export function socketDoor(socketPath: string, headers: DoorHeaders): Door {
  const pool = new Pool('http://localhost', { socketPath, connections: 16 });
  const known = new Set<OperationName>(operationsAt('mcp'));
  return {
    has: (name) => known.has(name),
    async ask<Name extends OperationName>(
      name: Name,
      input: InputOf<Name>,
      signal: AbortSignal,
    ): Promise<OutputOf<Name>> {
      const { method, path, body } = requestOf(name, input);
      const answer = await pool
        .request({
          method,
          path: `/api${path}`,
          headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
          signal,
        })
        .catch((error: unknown) => {
          throw new DoorError(away(error));
        });
      const told: unknown = await answer.body.json();
      if (answer.statusCode === 200) return told as OutputOf<Name>;
      throw new DoorError({ ...(told as DoorFailure), status: answer.statusCode });
    },
    // eslint-disable-next-line require-yield
    async *follow<Name extends OperationName>(): AsyncIterable<DoorEvent<OutputOf<Name>>> {
      throw new DoorError(away(new Error('not there')));
    },
  };
}

function away(error: unknown): DoorFailure {
  return {
    code: 'unavailable',
    message: `The controller does not answer: ${error instanceof Error ? error.message : String(error)}.`,
    hint: 'Try again in a moment; the operator sees in its log why it does not answer.',
    retryable: true,
    retryAfterSeconds: 5,
    correlationId: null,
    field: null,
    status: 503,
  };
}
