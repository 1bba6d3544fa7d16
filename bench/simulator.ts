import type { RouterSeed } from '#simulator';
import { startChild } from './child.ts';
import type { SeenRequest, StartedRouters } from './simulator-process.ts';

/** Simulated routers in a process of their own, so that their work is not counted as ours. */
export interface Simulator extends StartedRouters {
  requestsOf(name: string): Promise<readonly SeenRequest[]>;
  close(): Promise<void>;
}

export async function startSimulator(seeds: readonly RouterSeed[]): Promise<Simulator> {
  const child = startChild(new URL('./simulator-process.ts', import.meta.url));
  try {
    const started = await child.ask<StartedRouters>({ start: seeds });
    return { ...started, requestsOf: (name) => child.ask({ requestsOf: name }), close: () => child.close() };
  } catch (error) {
    await child.close();
    throw error;
  }
}
