import { ConsoleFailure } from '../model/console.ts';

/** An HTTP answer before it is written. */
export interface Answer {
  readonly status: number;
  /** JSON value, or ready text (HTML); undefined: no body. */
  readonly body?: unknown;
  readonly html?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const messages: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  415: 'Unsupported Media Type',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
};

/** An error body; `error` is the only number of the API, 401 and 404 have no detail (routeros-rest.md §2.8). */
export function errorAnswer(status: number, detail?: string): Answer {
  const message = messages[status] ?? 'Error';
  const shown = detail === undefined || status === 401 || status === 404 ? {} : { detail };
  const headers: Record<string, string> = status === 401 ? { 'WWW-Authenticate': 'Basic realm="RouterOS"' } : {};
  return { status, body: { ...shown, error: status, message }, headers };
}

/** What the router answers to a failure of the console; other errors are bugs of the simulator and say so. */
export function answerOf(error: unknown): Answer {
  if (error instanceof ConsoleFailure) {
    return errorAnswer(error.status, error.message);
  }
  return errorAnswer(500, `simulator: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
}
