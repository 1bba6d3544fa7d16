import { FAILURES, SOURCE_FAILURES } from '#controller';
import { Failure } from '#failure';
import { EXIT } from '../exit-codes.ts';

/** What rosctl prints of a failure and how it ends. */
export interface FailureText {
  readonly message: string;
  readonly hint: string | undefined;
  readonly exitCode: number;
}

/** A failure of the world in words, with the next step from its table; undefined for anything that is no Failure. */
export function failureText(error: unknown): FailureText | undefined {
  if (!(error instanceof Failure)) return undefined;
  const kinds: Readonly<Record<string, { readonly hint: string }>> = FAILURES;
  const hint = kinds[error.code]?.hint;
  const said = error.detail === undefined || error.message.includes(error.detail);
  const detail = said ? '' : ` (the router says: ${error.detail ?? ''})`;
  return {
    message: `${error.message}${detail} [${error.code}]`,
    hint: hint !== undefined && error.message.includes(hint) ? undefined : hint,
    exitCode: Object.hasOwn(SOURCE_FAILURES, error.code) ? EXIT.noInput : EXIT.failure,
  };
}
