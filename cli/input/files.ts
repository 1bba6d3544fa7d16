import { visible } from '#visible';
import { CommandError } from '../command-error.ts';
import { osErrorText } from '../text/os-error-text.ts';

/** Why a file or folder can not be read. @param hint the next step; what the system's refusal suggests unless given. */
export function unreadable(what: string, error: unknown, hint?: string): unknown {
  const refused = osErrorText(error);
  if (refused === undefined) return error;
  return new CommandError('noInput', `${visible(what)} can not be read: ${refused.words}`, hint ?? refused.hint);
}

/** Has a file or folder written. @throws {CommandError} `unavailable` when the system refuses. */
export async function writing<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const refused = osErrorText(error);
    if (refused === undefined) throw error;
    throw new CommandError('unavailable', `${visible(what)} can not be written: ${refused.words}`, refused.hint);
  }
}
