import { serveStdio } from './sdk.ts';
import { type Served, serverFor } from './server.ts';

/** Serves one caller over standard input and output until the client has gone. */
export async function serveOnStdio(served: Served, tell: (error: Error) => void, signal: AbortSignal): Promise<void> {
  await new Promise<void>((done) => {
    const handle = serveStdio(() => serverFor(served), { onerror: tell });
    const end = (): void => {
      void handle.close().finally(done);
    };
    process.stdin.once('end', end).once('close', end);
    signal.addEventListener('abort', end, { once: true });
  });
}
