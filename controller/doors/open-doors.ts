import type { Server } from 'node:http';
import type { Config } from '../config.ts';
import type { Api } from '../operations/api.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { serveProbes, type Readiness } from './probes.ts';
import { serveSocket, socketPathIn } from './socket.ts';

/** Where people and programs reach a controller. */
export interface Doors {
  /** The control socket of rosctl. */
  readonly socketPath: string;
  /** Host and port of the probes; null when they are off. */
  readonly probesAt: string | null;
  /** Nobody is answered any more. */
  close(): Promise<void>;
}

/** Opens the control socket and the probes. @throws {Failure} `ConfigInvalid`; none is open then. */
export async function openDoors({ stateFolder, listen }: Config, api: Api, metrics: Metrics): Promise<Doors> {
  const socketPath = socketPathIn(stateFolder);
  const socket = await serveSocket(socketPath, api);
  try {
    const probes =
      listen === null ? null : await serveProbes(listen.host, listen.port, metrics, () => readinessOf(api));
    return {
      socketPath,
      probesAt: probes === null ? null : addressOf(probes),
      async close() {
        await closeServer(socket);
        if (probes !== null) await closeServer(probes);
      },
    };
  } catch (error) {
    await closeServer(socket);
    throw error;
  }
}

/** One that another controller leads is ready too: it answers, and takes over. */
function readinessOf(api: Api): Readiness {
  const { fleet, holder, store } = api;
  if (store.gone.aborted) return { ready: false, reason: String(store.gone.reason) };
  if (fleet.revision === null) return { ready: false, reason: fleet.fault?.message ?? 'no revision was accepted yet' };
  const other = api.leader();
  return { ready: true, reason: other === null || other === holder ? 'ok' : `ok, ${other} leads` };
}

function addressOf(server: Server): string | null {
  const address = server.address();
  return address === null || typeof address === 'string' ? null : `${address.address}:${address.port}`;
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
