import { ERROR_KINDS, type ErrorExit } from './json/error-kinds.ts';

/** An expected end of a command that is no success: a message for people, what to do next, and the exit code. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exit: ErrorExit;
  readonly exitCode: number;
  readonly hint: string | undefined;
  /** For programs; stable. */
  readonly code: string;

  /** `code`: a failure code, where one says more than the exit does. */
  constructor(exit: ErrorExit, message: string, hint?: string, code = ERROR_KINDS[exit].code) {
    super(message);
    this.exit = exit;
    this.exitCode = ERROR_KINDS[exit].exitCode;
    this.hint = hint;
    this.code = code;
  }
}
