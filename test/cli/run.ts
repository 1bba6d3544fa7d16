import { Readable, Writable } from 'node:stream';
import { main } from '#cli';
import type { Size } from '../../cli/output.ts';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Setting {
  readonly env?: Readonly<Record<string, string>>;
  /** `true`: a terminal that does not say how large it is. */
  readonly tty?: boolean | Size;
  readonly cwd?: string;
  /** What is piped into it. */
  readonly input?: string;
}

/** Runs rosctl in this process, as from a pipe or, with `tty`, as from a terminal. */
export async function rosctl(args: readonly string[], setting: Setting = {}): Promise<Ran> {
  const running = startRosctl(args, setting);
  return { code: await running.code, stdout: running.stdout(), stderr: running.stderr() };
}

/** A command that runs until it is stopped. */
export interface Running {
  readonly code: Promise<number>;
  stdout(): string;
  stderr(): string;
  /** Ctrl-C. @returns the exit code. */
  stop(): Promise<number>;
}

export function startRosctl(
  args: readonly string[],
  { env = {}, tty = false, cwd, input = '' }: Setting = {},
): Running {
  const stdout = collector(tty);
  const stderr = collector(tty);
  const signals = new AbortController();
  const code = main(args, {
    stdout: stdout.stream,
    stderr: stderr.stream,
    env,
    cwd: cwd ?? process.cwd(),
    signal: signals.signal,
    stdin: () => Readable.from([input]),
  });
  return {
    code,
    stdout: stdout.text,
    stderr: stderr.text,
    async stop() {
      signals.abort(new Error('stopped by SIGINT'));
      return await code;
    },
  };
}

function collector(tty: boolean | Size): {
  readonly stream: Writable & { isTTY: boolean };
  readonly text: () => string;
} {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString());
      done();
    },
  });
  const size = typeof tty === 'object' ? tty : {};
  return { stream: Object.assign(stream, { isTTY: tty !== false, ...size }), text: () => chunks.join('') };
}
