import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
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

/** It ends with the test, whatever becomes of that. */
export function startWriter(location: StoreLocation, program = 'writer.ts'): Writer {
  const child: ChildProcess = spawn(
    process.execPath,
    [new URL(program, import.meta.url).pathname, JSON.stringify(location)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const each of waiting) each();
  };
  const output = { open: true };
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => {
      output.open = false;
      wake();
      resolve();
    });
  });
  if (child.stdout === null || child.pid === undefined) throw new Error('the writer did not start');
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    wake();
  });
  async function kill(): Promise<void> {
    child.kill('SIGKILL');
    await gone;
  }
  onTestFinished(kill);
  return {
    pid: child.pid,
    lines,
    async said(count) {
      while (lines.length < count && output.open) {
        await new Promise<void>((resolve) => {
          waiting.add(resolve);
        });
      }
      return lines;
    },
    kill,
  };
}
