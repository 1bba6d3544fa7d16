import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { StoreLocation } from '../../controller/store/index.ts';

export interface Writer {
  readonly pid: number;
  /** Every line it has said so far. */
  readonly lines: readonly string[];
  /** Waits for that many lines, or for its end. */
  said(count: number): Promise<readonly string[]>;
  /** kill -9, and waits until it is gone. */
  kill(): Promise<void>;
}

export function startWriter(location: StoreLocation): Writer {
  const child: ChildProcess = spawn(
    process.execPath,
    [new URL('writer.ts', import.meta.url).pathname, JSON.stringify(location)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const each of waiting) each();
  };
  const gone = new Promise<void>((resolve) => {
    child.once('close', resolve);
  });
  child.once('close', wake);
  if (child.stdout === null || child.pid === undefined) throw new Error('the writer did not start');
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    wake();
  });
  return {
    pid: child.pid,
    lines,
    async said(count) {
      while (lines.length < count && child.exitCode === null && child.signalCode === null) {
        await new Promise<void>((resolve) => {
          waiting.add(resolve);
        });
      }
      return lines;
    },
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
