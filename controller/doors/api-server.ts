import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Logger } from '../telemetry/log.ts';
import type { ApiDoor } from './api-world.ts';

const MAX_HEADER_BYTES = 32 * 1024;
/** So long open answers may take once nobody new is answered. */
const DRAIN_MS = 5000;

/** Hands requests to a door that is opened when the first one comes. */
export interface ApiServer {
  readonly server: Server;
  /** Takes no new connection, lets open answers end, and closes what is left. */
  close(): Promise<void>;
}

/** A server of Node in front of a door; it listens nowhere yet. */
export function apiServer(
  open: () => Promise<ApiDoor>,
  tls: { readonly cert: string; readonly key: string } | null,
  log: Logger,
): ApiServer {
  let door: Promise<ApiDoor> | undefined;
  const listener: RequestListener = (request, response) => {
    door ??= open();
    door.then(
      (opened) => opened.handle(request, response),
      (error: unknown) => {
        log.error({ err: error }, 'the API cannot be served');
        response.writeHead(500).end();
      },
    );
  };
  const limits = { maxHeaderSize: MAX_HEADER_BYTES };
  const server = tls === null ? createServer(limits, listener) : createTlsServer({ ...limits, ...tls }, listener);
  return {
    server,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      const late = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
      await closed;
      clearTimeout(late);
      await (await door)?.close();
    },
  };
}
