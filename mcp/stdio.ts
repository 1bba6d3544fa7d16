import { StdioServerTransport } from './sdk.ts';
import type { Served } from './served.ts';
import { serveOn } from './serve-on.ts';
import type { Tool } from './tool.ts';

/**
 * Serves one caller over standard input and output until the client has gone, and what its calls began has ended: a
 * router that still tries something for it is told to stop.
 */
export async function serveOnStdio(served: Served, tell: (error: Error) => void, signal: AbortSignal): Promise<void> {
  const calls = new Set<Promise<unknown>>();
  const tools = served.tools.map((tool) => noted(tool, calls));
  await new Promise<void>((done) => {
    const handle = serveOn({ ...served, tools }, new StdioServerTransport(), tell);
    const end = (): void => {
      void handle
        .close()
        .then(async () => await Promise.allSettled(calls))
        .finally(done);
    };
    process.stdin.once('end', end).once('close', end);
    signal.addEventListener('abort', end, { once: true });
  });
}

/** The same tool, whose calls that are under way stand in `calls`. */
function noted(tool: Tool, calls: Set<Promise<unknown>>): Tool {
  return {
    ...tool,
    async run(call) {
      const run = tool.run(call);
      calls.add(run);
      try {
        return await run;
      } finally {
        calls.delete(run);
      }
    },
  };
}
