import { EXIT, type ExitName } from './exit-codes.ts';

/** An expected end of a command that is no success: a message for people, what to do next, and the exit code. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: number;
  readonly hint: string | undefined;

  constructor(exit: ExitName, message: string, hint?: string) {
    super(message);
    this.exitCode = EXIT[exit];
    this.hint = hint;
  }
}
