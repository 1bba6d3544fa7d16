import { FAILURES, SOURCE_FAILURES } from '#controller';
import type { Failure } from '#failure';
import { ROUTER_FAILURES } from '#routeros';
import { EXIT } from '../exit-codes.ts';
import type { ErrorExit } from '../json/error-kinds.ts';
import { osErrorText, type OsErrorText } from './os-error-text.ts';

/** What rosctl prints of a failure and how it ends. */
export interface FailureText {
  /** For programs; stable. */
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
  readonly exit: ErrorExit;
  readonly exitCode: number;
}

/** A failure of the world in words, with the next step: of what the system refused, else from its table. */
export function failureText(error: Failure): FailureText {
  const kinds: Readonly<Record<string, { readonly hint: string }>> = FAILURES;
  // Of a router the table knows more than the system does.
  const local = Object.hasOwn(ROUTER_FAILURES, error.code) ? undefined : osErrorText(error);
  const hint = local?.hint ?? kinds[error.code]?.hint;
  const said = error.detail === undefined || error.message.includes(error.detail);
  const detail = said ? '' : ` (the router says: ${error.detail ?? ''})`;
  const exit = exitOf(error.code, local);
  return {
    code: error.code,
    message: `${error.message}${detail} [${error.code}]`,
    hint: hint !== undefined && error.message.includes(hint) ? undefined : hint,
    exit,
    exitCode: EXIT[exit],
  };
}

function exitOf(code: string, refused: OsErrorText | undefined): ErrorExit {
  if (Object.hasOwn(SOURCE_FAILURES, code) || code === 'FileUnusable') return 'noInput';
  return code === 'StoreUnavailable' || code === 'StoreGone' ? 'unavailable' : (refused?.exit ?? 'failure');
}
