import { CommandError } from '../command-error.ts';
import type { CommandContext } from '../command.ts';

/**
 * Whether the user consents: `--yes`, or `yes` typed out at a terminal. @throws {CommandError} `usage` where nobody can
 * be asked.
 */
export async function consented(context: CommandContext, question: string): Promise<boolean> {
  const { options, output, stdin } = context;
  if (options['yes'] === true) return true;
  if (!output.interactive || output.format !== 'table') {
    throw new CommandError('usage', `nobody can be asked here: ${question}`, 'read it, then add --yes');
  }
  output.note(`${question} Type yes: `);
  return (await firstLine(stdin(), context.signal)).trim() === 'yes';
}

async function firstLine(input: ReturnType<CommandContext['stdin']>, signal: AbortSignal): Promise<string> {
  input.setEncoding('utf8');
  let text = '';
  const stop = (): void => void input.destroy();
  signal.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of input) {
      text += String(chunk);
      if (text.includes('\n')) break;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    input.destroy();
  }
  signal.throwIfAborted();
  return text.split('\n')[0] ?? '';
}
