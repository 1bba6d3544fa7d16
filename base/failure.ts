/** How the controller comes back to a failure: after a growing pause, or only when its cause has changed. */
export interface FailureKind {
  readonly retry: 'backoff' | 'onChange';
  /** One sentence: what happened. */
  readonly summary: string;
  /** One sentence: what to do next. */
  readonly hint: string;
  /** What the controller has with its own store, or with another controller, says nothing about the device. */
  readonly about?: 'controller';
}

/**
 * The one class for failures of the world around us: routers, files, stores. Expected endings are values, never a
 * Failure.
 * `code` is stable and listed in docs/reference/errors.md. The message never holds a secret.
 */
export class Failure<Code extends string = string> extends Error {
  override readonly name = 'Failure';
  readonly code: Code;
  /** For writes to a router: whether the write may have taken effect. `unknown` means: re-read before anything else. */
  readonly effect: 'none' | 'unknown';
  /** The router's own words, where it said any. */
  readonly detail: string | undefined;
  /** The field of a request that is wrong. */
  readonly field: string | undefined;
  /** How long whoever asked should wait, where that is known. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: Code,
    message: string,
    options: {
      cause?: unknown;
      effect?: 'none' | 'unknown';
      detail?: string;
      field?: string;
      retryAfterSeconds?: number;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.effect = options.effect ?? 'none';
    this.detail = options.detail;
    this.field = options.field;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/**
 * A copy that says what went wrong and holds nothing else: a socket, a request, its headers or what came back may hang
 * on the original.
 */
export function plainError(error: unknown, cut: (text: string) => string): Error {
  if (!(error instanceof Error)) return new Error(cut(String(error)));
  const inner = error instanceof AggregateError ? error.errors.map((one: unknown) => String(one)).join('; ') : '';
  const plain = new Error(cut(error.message || inner || error.name));
  const code = codeOf(error);
  return code === '' ? plain : Object.assign(plain, { code });
}

/** The system's or library's code of an error; empty when it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
