import { startFleet, type Fleet, type RouterSeed } from '#simulator';
import { answerEach } from './child.ts';

/** What the simulator's process is asked. */
export type SimulatorQuestion =
  | { readonly start: readonly RouterSeed[] }
  /** The requests that a router has received; then it forgets them. */
  | { readonly requestsOf: string };

/** Where each router listens, and the CA that signed their certificates. */
export interface StartedRouters {
  readonly urls: readonly string[];
  readonly caPem: string;
}

/** One HTTP request, to be made again just so. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** What a write said. */
  readonly body: string;
}

let fleet: Fleet | null = null;

async function start(seeds: readonly RouterSeed[]): Promise<StartedRouters> {
  const started = await startFleet(seeds);
  fleet = started;
  return { urls: seeds.map(({ name }) => started.router(name).url), caPem: started.caPem };
}

function requestsOf(name: string): readonly SeenRequest[] {
  const requests = fleet?.router(name).requests;
  const seen = requests?.map(({ method, path, body }) => ({ method, path: `/rest${path}`, body })) ?? [];
  requests?.clear();
  return seen;
}

answerEach(
  (question) => {
    const asked = question as SimulatorQuestion;
    return 'start' in asked ? start(asked.start) : requestsOf(asked.requestsOf);
  },
  async () => await fleet?.close(),
);
