import { Writable } from 'node:stream';
import { main } from '#cli';

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs rosctl in this process, as from a pipe or, with `tty`, as from a terminal. */
export async function rosctl(
  args: readonly string[],
  { env = {}, tty = false }: { readonly env?: Readonly<Record<string, string>>; readonly tty?: boolean } = {},
): Promise<Ran> {
  const stdout = collector(tty);
  const stderr = collector(tty);
  const { signal } = new AbortController();
  const code = await main(args, { stdout: stdout.stream, stderr: stderr.stream, env, cwd: process.cwd(), signal });
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}

function collector(tty: boolean): { readonly stream: Writable & { isTTY: boolean }; text(): string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk.toString());
      done();
    },
  });
  return { stream: Object.assign(stream, { isTTY: tty }), text: () => chunks.join('') };
}
