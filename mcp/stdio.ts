import { StdioServerTransport } from './sdk.ts';
import type { Served } from './served.ts';
import { serveOn } from './serve-on.ts';

/** Serves one caller over standard input and output until the client has gone. */
export async function serveOnStdio(served: Served, tell: (error: Error) => void, signal: AbortSignal): Promise<void> {
  await new Promise<void>((done) => {
    const handle = serveOn(served, new StdioServerTransport(), tell);
    const end = (): void => {
      void handle.close().finally(done);
    };
    process.stdin.once('end', end).once('close', end);
    signal.addEventListener('abort', end, { once: true });
  });
}
