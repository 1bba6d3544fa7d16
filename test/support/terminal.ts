import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { until } from '#test/rig.ts';

/** What a command ended with. */
export interface Typed {
  readonly code: number;
  /** Both streams, in the order they came. */
  readonly output: string;
}

/** A shell that somebody types into, one command after the other. */
export interface Terminal extends AsyncDisposable {
  run(command: string): Promise<Typed>;
  /** The same from a terminal that answers `yes` to whatever is asked. */
  consent(command: string): Promise<Typed>;
  /** Starts what stays in the foreground, as in a terminal of its own, and waits until it says this. */
  start(command: string, says: RegExp): Promise<void>;
  /** Ctrl-C, to each that was started, the last one first. */
  interrupt(): Promise<void>;
}

/** A bash without anybody's start-up files. */
export function openTerminal(folder: string, env: Readonly<Record<string, string>>): Terminal {
  const shell = spawn('bash', ['--noprofile', '--norc'], { cwd: folder, env });
  const started: { readonly pid: number; readonly log: string }[] = [];
  let told = '';
  shell.stdout.setEncoding('utf8').on('data', (chunk: string) => (told += chunk));
  shell.stderr.resume();
  const run = async (command: string): Promise<Typed> => {
    told = '';
    shell.stdin.write(`{ ${command}\n} 2>&1 < /dev/null; printf '\\nENDED %s\\n' "$?"\n`);
    const whole = await until(
      () => ENDED.exec(told) ?? (gone(shell) ? ['', told, '-1'] : null),
      (found) => found !== null,
      120,
    );
    return { output: whole?.[1] ?? '', code: Number(whole?.[2]) };
  };
  const interrupt = async (): Promise<void> => {
    for (const { pid } of started.splice(0).toReversed())
      await run(`kill -INT ${pid} 2> /dev/null; while kill -0 ${pid} 2> /dev/null; do sleep 0.05; done`);
  };
  return {
    run,
    consent: async (command) =>
      await run(`printf 'yes\\n' | script -qec '${command.replaceAll("'", String.raw`'\''`)}' /dev/null`),
    async start(command, says) {
      const log = path.join(folder, `started-${started.length}.log`);
      // A shell that is no terminal has its children ignore Ctrl-C.
      const { output } = await run(`(trap - INT; exec env ${command}) > '${log}' 2>&1 & echo $!`);
      const pid = Number(output.trim());
      started.push({ pid, log });
      const ready = (text: string): boolean => says.test(text);
      await until(() => readFileSync(log, 'utf8'), ready, 60).catch(() => {
        throw new Error(`${command} did not start:\n${readFileSync(log, 'utf8')}`);
      });
    },
    interrupt,
    async [Symbol.asyncDispose]() {
      await interrupt();
      shell.stdin.end();
      if (!gone(shell)) await once(shell, 'exit');
    },
  };
}

const ENDED = /^([^]*)\nENDED (\d+)\n$/;

function gone({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
