import { createServer, type Server } from 'node:http';
import { oneLine, visibleLines } from '#visible';
import type { Metrics } from '../telemetry/metrics.ts';

/** Whether the controller does its job, and in words why or why not: the body of /readyz. */
export interface Readiness {
  readonly ready: boolean;
  readonly reason: string;
}

/**
 * Serves /healthz (the process works), /readyz (it does its job) and /metrics over plain HTTP. @returns the server,
 * listening.
 */
export async function serveProbes(
  host: string,
  port: number,
  metrics: Metrics,
  readiness: () => Readiness,
): Promise<Server> {
  const server = createServer((request, response) => {
    void answer(request.url ?? '', metrics, readiness).then(({ status, contentType, body }) => {
      response.writeHead(status, { 'content-type': contentType }).end(visibleLines(body));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
}

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

async function answer(url: string, metrics: Metrics, readiness: () => Readiness): Promise<Answer> {
  const text = { contentType: 'text/plain; charset=utf-8' };
  switch (url.split('?')[0]) {
    case '/healthz':
      return { ...text, status: 200, body: 'ok\n' };
    case '/readyz': {
      const { ready, reason } = readiness();
      return { ...text, status: ready ? 200 : 503, body: `${oneLine(reason)}\n` };
    }
    case '/metrics':
      return { status: 200, ...(await metrics.page()) };
    default:
      return { ...text, status: 404, body: 'not found: try /healthz, /readyz or /metrics\n' };
  }
}
