import { CommandError } from '../command-error.ts';
import type { CommandContext, InputStream } from '../command.ts';

/**
 * Reads a secret from standard input: typed unseen on a terminal, else all that comes, without a line end at its end.
 */
export async function readSecretInput({ stdin, output, signal }: CommandContext, prompt: string): Promise<string> {
  const input = stdin();
  input.setEncoding('utf8');
  const text = input.isTTY === true ? await typed(input, () => output.note(prompt)) : await piped(input, signal);
  if (text !== '') return text;
  throw new CommandError(
    'usage',
    'the password is empty',
    'type it, or pipe it in: rosctl credentials set NAME < FILE',
  );
}

async function piped(input: InputStream, signal: AbortSignal): Promise<string> {
  let text = '';
  for await (const chunk of input) {
    signal.throwIfAborted();
    text += String(chunk);
  }
  return text.replace(/\r?\n$/, '');
}

/**
 * Raw mode keeps the terminal from showing the letters; then rosctl itself must see to Ctrl-C and the backspace key.
 */
async function typed(input: InputStream, prompt: () => void): Promise<string> {
  prompt();
  input.setRawMode?.(true);
  try {
    return await new Promise((done, fail) => {
      let text = '';
      input.on('data', (chunk: string) => {
        for (const key of chunk) {
          if (key === '\r' || key === '\n' || key === '\u0004') return done(text);
          if (key === '\u0003') return fail(new CommandError('interrupted', 'stopped'));
          text = key === '\u007F' || key === '\b' ? text.slice(0, -1) : text + key;
        }
      });
      input.on('end', () => done(text));
    });
  } finally {
    input.setRawMode?.(false);
    input.removeAllListeners('data').pause();
  }
}
