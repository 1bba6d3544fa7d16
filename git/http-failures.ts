import type { Dispatcher } from 'undici';
import { codeOf, plainError } from '#failure';
import type { Failure } from '#failure';
import { gitFailure } from './failures.ts';

/** Takes secrets of ours out of other people's words. */
export type Cut = (text: string) => string;

/** Other people's words, as much as is worth showing and without secrets of ours. */
export function wordsOf(text: string, cut: Cut): string {
  const safe = cut(text)
    .replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim();
  return safe.length > MAX_WORDS ? `${safe.slice(0, MAX_WORDS)}…` : safe;
}

/** Why the server's status means that there is nothing to read; null when there is. */
export function failureOfStatus(
  answer: Dispatcher.ResponseData,
  origin: string,
  asked: 'with a token' | 'without a token',
  cut: Cut,
): Failure | null {
  const { statusCode: status } = answer;
  if (status === 200) return null;
  const said = `${origin} answers with status ${String(status)}`;
  if (status === 401 || status === 403) {
    return gitFailure('SourceUnauthorized', `${said} to a request ${asked}`);
  }
  if (status >= 300 && status < 400) {
    const { location } = answer.headers;
    const to = placeOf(Array.isArray(location) ? location[0] : location, origin, cut);
    return gitFailure(
      'SourceNotFound',
      `${said}: it sends us on to ${to}, and we follow nobody. Use that address if it is the right one`,
    );
  }
  if (status === 404 || status === 410) return gitFailure('SourceNotFound', `${said} to a request ${asked}`);
  if (status === 408 || status === 429 || status >= 500) return gitFailure('SourceUnreachable', said);
  return gitFailure('SourceGarbage', said);
}

/** Why no whole answer came. @throws the signal's reason when it is the caller who gave up. */
export function failureOfLoss(error: unknown, origin: string, cut: Cut): Failure {
  const code = codeOf(error);
  const cause = plainError(error, cut);
  const words = wordsOf(cause.message, cut);
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ERR_TLS/.test(code)) {
    return gitFailure('SourceUntrusted', `the certificate of ${origin} is not trusted: ${words}`, cause);
  }
  return gitFailure('SourceUnreachable', `${origin} can not be reached: ${words || code}`, cause);
}

const MAX_WORDS = 300;

/** Addresses that servers hand out may hold secrets behind the path. */
function placeOf(location: string | undefined, origin: string, cut: Cut): string {
  if (location === undefined || !URL.canParse(location, origin)) return 'an unknown place';
  // Read as an address it would be spelt in another way, which nobody looks for.
  if (cut(location) !== location) return 'a place that holds what we sent';
  const url = new URL(location, origin);
  return wordsOf(`${url.origin}${url.pathname}`, cut);
}
