import { getCompileCacheDir } from 'node:module';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { gitFailure } from './failures.ts';
import type { GitObject } from './repository.ts';
import type { AnsweredTask, AskedTask, GitTask } from './worker.ts';

/** isomorphic-git in a thread of its own, which starts when it is asked and ends when it is not. */
export interface GitThread {
  /**
   * Has a task done. When the signal aborts the thread ends, and with it whatever else it does.
   * @returns null when there is nothing to give back.
   * @throws {Failure} of the task; the signal's reason; an Error when the task took more memory than it may.
   */
  ask(task: GitTask, signal: AbortSignal): Promise<GitObject | null>;
  /** What is asked from now on begins with nothing in mind. */
  renew(): void;
  close(): Promise<void>;
}

const MIB = 1024 * 1024;
const MOST_HEAP_BYTES = 256 * MIB;
/** Beyond the heap, buffers included: an answer is there up to four times before it is written. */
const MOST_BYTES = 1536 * MIB;
const WATCH_MS = 50;
const IDLE_MS = 3000;
const WORKER = new URL(`./worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

interface Running {
  readonly worker: Worker;
  readonly waiting: Map<number, PromiseWithResolvers<GitObject | null>>;
  end(reason: unknown): Promise<void>;
}

/**
 * isomorphic-git follows a delta to itself without end and inflates whatever it finds, both without giving anybody
 * else a turn. In a thread that can be ended this costs a failure and not the process.
 * @param mostBytes that the process may grow by meanwhile; never more than half of what is free.
 */
export function openGitThread(mostBytes = MOST_BYTES): GitThread {
  let running: Running | undefined;
  let asked = 0;

  function start(): Running {
    const limit = Math.min(mostBytes, process.availableMemory() / 2);
    const compiled = getCompileCacheDir();
    const worker = new Worker(WORKER, {
      resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_BYTES / MIB },
      // Nothing but where the process keeps compiled code, if it does.
      env: compiled === undefined ? {} : { NODE_COMPILE_CACHE: path.dirname(compiled) },
      stdout: true,
      stderr: true,
    });
    const waiting: Running['waiting'] = new Map();
    const before = process.memoryUsage.rss();
    // The limits of a thread do not count the bytes of buffers.
    const watch = setInterval(() => {
      if (process.memoryUsage.rss() - before > limit) void end(new Error('it takes too much memory'));
    }, WATCH_MS).unref();
    const idle = setTimeout(() => {
      if (waiting.size > 0) idle.refresh();
      else void end(null);
    }, IDLE_MS).unref();

    async function end(reason: unknown): Promise<void> {
      clearInterval(watch);
      clearTimeout(idle);
      if (running?.worker === worker) running = undefined;
      for (const { reject } of waiting.values()) reject(reason);
      waiting.clear();
      await worker.terminate();
    }

    worker.on('message', ({ number, outcome }: AnsweredTask) => {
      const asker = waiting.get(number);
      waiting.delete(number);
      if (waiting.size === 0) worker.unref();
      if (outcome.ok) asker?.resolve(outcome.object);
      else asker?.reject(gitFailure(outcome.code, outcome.message));
      idle.refresh();
    });
    worker.on('error', (error) => void end(error));
    worker.on('exit', () => void end(new Error('its thread ended')));
    return { worker, waiting, end };
  }

  return {
    async ask(task, signal) {
      signal.throwIfAborted();
      const thread = (running ??= start());
      const asker = Promise.withResolvers<GitObject | null>();
      const stop = (): void => void thread.end(signal.reason);
      signal.addEventListener('abort', stop, { once: true });
      asked += 1;
      thread.waiting.set(asked, asker);
      thread.worker.ref();
      thread.worker.postMessage({ number: asked, task } satisfies AskedTask, []);
      try {
        return await asker.promise;
      } finally {
        signal.removeEventListener('abort', stop);
      }
    },
    renew() {
      running = undefined;
    },
    async close() {
      await running?.end(new Error('the repository is closed'));
    },
  };
}
