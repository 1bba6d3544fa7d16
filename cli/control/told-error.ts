import { FAILURES } from '#controller';
import { CommandError } from '../command-error.ts';

/** What an operation was refused with, by a controller as by a store. */
export function toldError(code: string, message: string): CommandError {
  if (code === 'NotFound' || code === 'BadRequest') return new CommandError('usage', message, undefined, code);
  if (code === 'NoRevision' || code === 'NotRead')
    return new CommandError('notKnown', message, 'see: rosctl status', code);
  const kinds: Readonly<Record<string, { readonly hint: string } | undefined>> = FAILURES;
  return new CommandError('failure', `${message} [${code}]`, kinds[code]?.hint, code);
}

/** What a controller answered. @throws {CommandError} where that is no JSON. */
export function parsedAnswer(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new CommandError('failure', 'the controller did not answer with JSON', 'use a rosctl of the same release');
  }
}
