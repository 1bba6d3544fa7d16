import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** Certificate and key of a router, PEM. */
export interface ServerIdentity {
  readonly cert: string;
  readonly key: string;
}

/** A listening router. */
export interface RouterServer {
  readonly port: number;
  /** Open connections. */
  readonly sockets: ReadonlySet<Socket>;
  /** Resets every open connection. */
  cut(): void;
  close(): Promise<void>;
}

/** Decides on a fresh connection before a byte is read; false resets it. */
export type Doorkeeper = () => boolean;

/**
 * Listens on host and port (0: any free one), with TLS at most 1.2 as RouterOS has it (routeros-rest.md §1).
 * Connections are kept alive until the other side goes.
 */
export async function listen(
  place: { readonly host: string; readonly port: number },
  identity: ServerIdentity | null,
  doorkeeper: Doorkeeper,
  listener: RequestListener,
): Promise<RouterServer> {
  const timing = { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, connectionsCheckingInterval: 3_600_000 };
  const secure = identity === null ? null : createSecureServer(timing, listener);
  const server = secure ?? createServer(timing, listener);
  let hasIdentity = false;
  const sockets = new Set<Socket>();
  server.prependListener('connection', (socket: Socket) => {
    if (!hasIdentity && identity !== null) {
      // Loading a key takes time and memory: of thousands of routers only those that are called need it.
      secure?.setSecureContext({ ...identity, maxVersion: 'TLSv1.2', minVersion: 'TLSv1.2' });
      hasIdentity = true;
    }
    if (!doorkeeper()) {
      socket.resetAndDestroy();
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => {
      socket.destroy();
    });
  });
  server.on('clientError', (_error, socket) => {
    socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(place.port, place.host, 511, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
  const port = (server.address() as AddressInfo).port;
  return {
    port,
    sockets,
    cut() {
      for (const socket of sockets) {
        socket.resetAndDestroy();
      }
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) {
          socket.destroy();
        }
        server.close(() => {
          resolve();
        });
      }),
  };
}
