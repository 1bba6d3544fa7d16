import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/** A process of a benchmark: it answers each message with one message, and ends when we let go of it. */
export interface Child {
  ask<Answer>(question: unknown): Promise<Answer>;
  close(): Promise<void>;
}

/** Starts a module in its own process. */
export function startChild(module: URL, nodeOptions: readonly string[] = []): Child {
  const child = fork(module, [], {
    execArgv: [...nodeOptions],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return {
    ask: (question) => ask(child, question),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}

async function ask<Answer>(child: ChildProcess, question: unknown): Promise<Answer> {
  const answer = Promise.withResolvers<Answer>();
  const onAnswer = (message: unknown): void => {
    const { error, value } = message as { readonly error?: string; readonly value?: Answer };
    if (error === undefined) answer.resolve(value as Answer);
    else answer.reject(new Error(error));
  };
  const onExit = (): void => answer.reject(new Error('the process of the benchmark ended before it answered'));
  child.once('message', onAnswer);
  child.once('exit', onExit);
  try {
    child.send(question as object);
    return await answer.promise;
  } finally {
    child.off('message', onAnswer);
    child.off('exit', onExit);
  }
}

/**
 * Inside such a process: answers every message, one after the other, and ends the process when the benchmark lets go.
 */
export function answerEach(answer: (question: unknown) => unknown, close: () => Promise<void> = async () => {}): void {
  let last = Promise.resolve();
  process.on('message', (question) => {
    last = last.then(async () => {
      try {
        process.send?.({ value: await answer(question) });
      } catch (error) {
        process.send?.({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      }
    });
  });
  process.once('disconnect', () => {
    void close().finally(() => process.exit());
  });
}
