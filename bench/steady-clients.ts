import { Pool } from 'undici';
import { answerEach } from './child.ts';

/** What the process is asked. */
export type SteadyQuestion =
  /** Reads these paths in turn, so many a second or as fast as they come, over so many connections. */
  | {
      readonly url: string;
      readonly paths: readonly string[];
      readonly authorization: string;
      readonly connections: number;
      readonly perSecond: number | null;
    }
  /** Ends that, and tells what came. */
  | { readonly stop: true };

/** How many answers came with which status since the reads began, and how long they took, milliseconds. */
export interface SteadyReads {
  readonly byStatus: Readonly<Record<number, number>>;
  readonly seconds: number;
}

let reading: { readonly stopping: AbortController; readonly ended: Promise<SteadyReads> } | null = null;

async function readOn(
  { url, paths, authorization, connections, perSecond }: Exclude<SteadyQuestion, { stop: true }>,
  signal: AbortSignal,
): Promise<SteadyReads> {
  const pool = new Pool(url, { connections });
  const byStatus: Record<number, number> = {};
  const startedAt = performance.now();
  let sent = 0;
  async function work(): Promise<void> {
    while (!signal.aborted) {
      const turn = sent;
      sent += 1;
      if (perSecond !== null) await until(startedAt + (turn * 1000) / perSecond, signal);
      const path = paths[turn % paths.length] ?? '/';
      const { statusCode, body } = await pool.request({ method: 'GET', path, headers: { authorization } });
      await body.dump();
      byStatus[statusCode] = (byStatus[statusCode] ?? 0) + 1;
    }
  }
  await Promise.all(Array.from({ length: connections }, work));
  await pool.close();
  return { byStatus, seconds: (performance.now() - startedAt) / 1000 };
}

async function until(instant: number, signal: AbortSignal): Promise<void> {
  const milliseconds = instant - performance.now();
  if (milliseconds <= 0) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}

async function answer(question: SteadyQuestion): Promise<SteadyReads | null> {
  if (!('stop' in question)) {
    const stopping = new AbortController();
    reading = { stopping, ended: readOn(question, stopping.signal) };
    return null;
  }
  if (reading === null) throw new Error('nothing is read');
  reading.stopping.abort();
  const told = await reading.ended;
  reading = null;
  return told;
}

answerEach(async (question) => await answer(question as SteadyQuestion));
