import type { Dispatcher } from 'undici';
import type { Failure } from '#routeros';
import { sourceFailure } from '../scan.ts';

/** Other people's words, as much as is worth showing and without the token. */
export function wordsOf(text: string, token: string | null): string {
  const plain = text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ').trim();
  const safe =
    token === null || token === '' ? plain : plain.replaceAll(token, '•••').replaceAll(tokenPart(token), '•••');
  return safe.length > MAX_WORDS ? `${safe.slice(0, MAX_WORDS)}…` : safe;
}

/** `Authorization` for a token; `USER:TOKEN` where a forge wants a certain user, which most do not. */
export function basicAuthorization(token: string): string {
  const pair = token.includes(':') ? token : `${USUAL_USER}:${token}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

/** Why the server's status means that there is nothing to read; null when there is. */
export function failureOfStatus(
  answer: Dispatcher.ResponseData,
  origin: string,
  asked: 'with a token' | 'without a token',
): Failure | null {
  const { statusCode: status } = answer;
  if (status === 200) return null;
  const said = `${origin} answers with status ${String(status)}`;
  if (status === 401 || status === 403) {
    return sourceFailure('SourceUnauthorized', `${said} to a request ${asked}`);
  }
  if (status >= 300 && status < 400) {
    const { location } = answer.headers;
    const to = placeOf(Array.isArray(location) ? location[0] : location, origin);
    return sourceFailure(
      'SourceNotFound',
      `${said}: it sends us on to ${to}, and we follow nobody. Use that address if it is the right one`,
    );
  }
  if (status === 404 || status === 410) return sourceFailure('SourceNotFound', `${said} to a request ${asked}`);
  if (status === 408 || status === 429 || status >= 500) return sourceFailure('SourceUnreachable', said);
  return sourceFailure('SourceGarbage', said);
}

/** Why no whole answer came. @throws the signal's reason when it is the caller who gave up. */
export function failureOfLoss(error: unknown, origin: string): Failure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words = error instanceof Error ? error.message : '';
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ERR_TLS/.test(code)) {
    return sourceFailure(
      'SourceUntrusted',
      `the certificate of ${origin} is not trusted: ${wordsOf(words, null)}`,
      error,
    );
  }
  return sourceFailure('SourceUnreachable', `${origin} can not be reached: ${wordsOf(words, null) || code}`, error);
}

const MAX_WORDS = 300;
const USUAL_USER = 'x-access-token';

function tokenPart(token: string): string {
  return token.includes(':') ? token.slice(token.indexOf(':') + 1) || token : token;
}

/** Addresses that servers hand out may hold secrets behind the path. */
function placeOf(location: string | undefined, origin: string): string {
  if (location === undefined || !URL.canParse(location, origin)) return 'an unknown place';
  const url = new URL(location, origin);
  return `${url.origin}${url.pathname}`;
}
