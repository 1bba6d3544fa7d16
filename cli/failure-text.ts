import { SOURCE_FAILURES } from '#controller';
import { Failure, ROUTER_FAILURES } from '#routeros';
import { EXIT } from './exit-codes.ts';

export interface FailureText {
  readonly message: string;
  readonly hint: string | undefined;
  readonly exitCode: number;
}

/** A failure of the world in words, with the next step from its table; undefined for anything that is no Failure. */
export function failureText(error: unknown): FailureText | undefined {
  if (!(error instanceof Failure)) return undefined;
  const kinds: Readonly<Record<string, { readonly hint: string }>> = { ...ROUTER_FAILURES, ...SOURCE_FAILURES };
  const detail = error.detail === undefined ? '' : ` (the router says: ${error.detail})`;
  return {
    message: `${error.message}${detail} [${error.code}]`,
    hint: kinds[error.code]?.hint,
    exitCode: Object.hasOwn(SOURCE_FAILURES, error.code) ? EXIT.noInput : EXIT.failure,
  };
}
