import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Config } from '#controller';

/** A real process that runs controllers. */
export interface Mortal {
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGSTOP: it stands still and does not know. */
  suspend(): void;
  /** SIGCONT. */
  wake(): void;
}

/**
 * Starts controllers (or what `program` beside this file does with their configurations) in one process of their own
 * and resolves when they run.
 */
export async function startMortal(configs: readonly Config[], program = 'controller-process.ts'): Promise<Mortal> {
  const script = fileURLToPath(new URL(program, import.meta.url));
  const child = fork(script, [], { execArgv: [] });
  const gone = once(child, 'exit');
  child.send([...configs]);
  const first = await Promise.race([once(child, 'message').then(() => 'running'), gone.then(() => 'gone')]);
  if (first === 'gone') throw new Error('the controllers did not start');
  return {
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
    suspend: () => void child.kill('SIGSTOP'),
    wake: () => void child.kill('SIGCONT'),
  };
}
