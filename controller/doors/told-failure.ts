import { Failure } from '#failure';
import { failureKindOf } from '../telemetry/failures.ts';
import { httpStatusOf } from '../telemetry/http-status.ts';

/** How a failure is told over HTTP. */
export interface ToldFailure {
  /** One of the failure codes, or `Internal`. */
  readonly code: string;
  readonly message: string;
  /** What to do. */
  readonly hint: string;
  /** Whether the same request may well succeed later. */
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | null;
  /** Under which the log of the controller has it. */
  readonly correlationId: string;
  /** The field of the request that is wrong. */
  readonly field: string | null;
}

/** A failure with its status. */
export interface FailedAnswer {
  readonly status: number;
  readonly body: ToldFailure;
}

/** How long to wait where nobody knows better. */
const WAIT_SECONDS = 5;

/** The library names the status and no more. */
const NO_JSON = 'The body has to be JSON, sent with "content-type: application/json".';

/** What the world is told of an error. Of a defect it hears no more than that there is one. */
export function failedAnswer(error: unknown, correlationId: string): FailedAnswer {
  if (!(error instanceof Failure)) return brokenAnswer(error, correlationId);
  const { code, message, field = null } = error;
  const { hint, retry } = failureKindOf(code);
  const status = httpStatusOf(code);
  const waits = status === 429 || status === 503 ? WAIT_SECONDS : null;
  const retryAfterSeconds = error.retryAfterSeconds ?? waits;
  const body = { code, message, hint, retryable: retry === 'backoff', retryAfterSeconds, correlationId, field };
  return { status, body };
}

function brokenAnswer(error: unknown, correlationId: string): FailedAnswer {
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  const told = { retryable: false, retryAfterSeconds: null, correlationId, field: null };
  // What the HTTP library refuses itself: a body that is too large or no JSON.
  if (status >= 400 && status < 500) {
    const message = status === 415 ? NO_JSON : (error as Error).message;
    return { status, body: { code: 'BadRequest', message, hint: failureKindOf('BadRequest').hint, ...told } };
  }
  const message = 'The controller has a defect and could not answer.';
  const hint = 'Its log tells more under the correlation id.';
  return { status: 500, body: { code: 'Internal', message, hint, ...told } };
}
