import { wordsOf } from '#bytes';
import { codeOf, plainError } from '#failure';
import { Failure } from '#failure';
import { ROUTER_FAILURES, type RouterFailureCode } from '#routeros';
import type { Pause } from './breaker.ts';
import { decodeJson } from './decode.ts';
import type { RouterRequest } from './request.ts';
import { PIN_MISMATCH } from './tls.ts';
import type { WireAnswer, WireLoss } from './wire.ts';

/** What every request throws when it fails, with the code and, of a write, whether it may have taken effect. */
export type RouterFailure = Failure<RouterFailureCode>;

/** What a failure is told about: where it happened, and how to take secrets out of other people's words. */
export interface Scene {
  readonly origin: string;
  readonly request: RouterRequest;
  readonly scrub: (text: string) => string;
}

interface Finding {
  readonly code: RouterFailureCode;
  /** For a write: whether it may have taken effect all the same. */
  readonly effect: 'none' | 'unknown';
  readonly detail?: string;
  readonly hint?: string;
  readonly cause?: Error;
}

interface Refusal {
  readonly words: RegExp;
  readonly code: RouterFailureCode;
  readonly effect: 'none' | 'unknown';
}

const LONGEST_DETAIL = 500;

/**
 * What a refusal's words mean (routeros-rest.md §2.8). A 400 does not prove that nothing changed (a user's password
 * was once changed by a request answered with 400), so a write's effect is `unknown` except for words of RouterOS'
 * argument reader, which comes before any change, and for a row that was not there to be changed.
 */
const REFUSALS: readonly Refusal[] = [
  { words: /^Session closed/, code: 'SessionClosed', effect: 'unknown' },
  { words: /not enough permissions|not allowed \(9\)/, code: 'NotPermitted', effect: 'unknown' },
  { words: /^no such command/, code: 'NoSuchMenu', effect: 'none' },
  { words: /no such item/, code: 'NoSuchItem', effect: 'none' },
  { words: /\balready (have|exists)/, code: 'Duplicate', effect: 'unknown' },
  { words: /^Failed to parse json/, code: 'Refused', effect: 'none' },
  { words: /^unknown parameter /, code: 'Refused', effect: 'none' },
  { words: /^missing =/, code: 'Refused', effect: 'none' },
  { words: /^invalid( time)? value for argument /, code: 'Refused', effect: 'none' },
  { words: /^invalid or unexpected argument /, code: 'Refused', effect: 'none' },
  { words: /^input does not match any value of /, code: 'Refused', effect: 'none' },
  { words: /^value of .* out of range/, code: 'Refused', effect: 'none' },
];

const LIMITED_SOURCES =
  'If it does so always, its www or www-ssl service admits only certain source addresses (/ip/service), not ours.';
const AMBIGUOUS_ID =
  'The row is gone, the value is not valid, or the user\'s group lacks the policy "write": RouterOS says the same for all three.';
const NO_HANDSHAKE = 'TLS could not be agreed on; www-ssl without a certificate offers only anonymous ciphers.';
const NOT_TLS = 'Something there answers, but not with TLS: check the scheme and the port of the address.';

/** The failure for an answer that is no success: any status outside 200 to 299. */
export function failureOfAnswer(answer: WireAnswer, scene: Scene): RouterFailure {
  const detail = detailOf(answer);
  const finding = findingOf(answer, detail, scene.request);
  return failureOf(finding, `status ${answer.status}`, scene);
}

/** The failure for a request that got no whole answer. A request that never left has no effect. */
export function failureOfLoss(loss: WireLoss, scene: Scene): RouterFailure {
  const cause = plainError(loss.error, scene.scrub);
  const effect = loss.sent ? 'unknown' : 'none';
  if (loss.timedOut) return failureOf({ code: 'Timeout', effect, cause }, 'no answer in time', scene);
  const finding = { ...lossFinding(loss, codeOf(loss.error)), effect, cause } as const;
  return failureOf(finding, cause.message, scene);
}

/** The failure for an answer of success whose body is not what was asked for, or more than we hold. */
export function failureOfBody(
  code: 'WrongBody' | 'BadAnswer' | 'AnswerTooLarge',
  why: string,
  scene: Scene,
): RouterFailure {
  return failureOf({ code, effect: 'unknown' }, why, scene);
}

/** The failure for a request that was not sent because the router failed too often lately. */
export function circuitOpen(pause: Pause, scene: Scene): RouterFailure {
  const what = `next try in ${Math.ceil(pause.waitMs / 1000)} s; last: ${pause.lastFailure}`;
  return failureOf({ code: 'CircuitOpen', effect: 'none' }, what, scene);
}

/** True when nothing of HTTP came back, so that the router counts as failing. */
export function isTransportFailure(failure: RouterFailure): boolean {
  return failure.code === 'Unreachable' || failure.code === 'Timeout';
}

/** Whether asking the same again soon may help. */
export function isWorthRepeating(failure: Failure): boolean {
  return ['Unreachable', 'SessionClosed', 'ServerError', 'WrongBody', 'BadAnswer'].includes(failure.code);
}

function findingOf(answer: WireAnswer, detail: string | undefined, request: RouterRequest): Finding {
  const { status } = answer;
  const said = detail === undefined ? {} : { detail };
  if (status === 401) return { code: 'Unauthorized', effect: 'none', ...said };
  if ((status === 403 || status === 404) && isHtml(answer)) return { code: 'RestDisabled', effect: 'none' };
  if (status === 404) {
    const ofMenu = request.method === 'GET' || request.method === 'PUT';
    return { code: ofMenu ? 'NoSuchMenu' : 'NoSuchItem', effect: 'none', ...said };
  }
  if (status === 415) return { code: 'Refused', effect: 'none', ...said };
  const refusal = REFUSALS.find(({ words }) => words.test(detail ?? ''));
  if (status >= 500) {
    const code = refusal?.code === 'NotPermitted' ? 'NotPermitted' : 'ServerError';
    return { code, effect: 'unknown', ...said };
  }
  if (status < 400) return { code: 'BadAnswer', effect: 'unknown', hint: 'Redirects are not followed.' };
  if (refusal === undefined) {
    const ambiguous = detail?.startsWith('missing or invalid resource identifier') === true;
    return { code: 'Refused', effect: 'unknown', ...said, ...(ambiguous ? { hint: AMBIGUOUS_ID } : {}) };
  }
  // A row refused as a duplicate was not made; a set refused so may have changed other fields first.
  const effect = refusal.code === 'Duplicate' && request.method === 'PUT' ? 'none' : refusal.effect;
  return { code: refusal.code, effect, ...said };
}

function lossFinding(loss: WireLoss, code: string): Pick<Finding, 'code' | 'hint'> {
  if (code === PIN_MISMATCH || code === 'ERR_TLS_CERT_ALTNAME_INVALID') return { code: 'TlsUntrusted' };
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER') return { code: 'BadAnswer', hint: NOT_TLS };
  if (/^ERR_SSL_|^ERR_OSSL_|^EPROTO$/.test(code)) return { code: 'TlsUntrusted', hint: NO_HANDSHAKE };
  if (loss.error.name === 'HTTPParserError') return { code: 'BadAnswer' };
  if (/CERT|SIGNATURE|CRL/.test(code)) return { code: 'TlsUntrusted' };
  const refusedUs = !loss.answered && (loss.sent || code === 'ECONNRESET');
  return refusedUs
    ? { code: 'Unreachable', hint: `The connection was closed without an answer. ${LIMITED_SOURCES}` }
    : { code: 'Unreachable' };
}

function failureOf(finding: Finding, what: string, scene: Scene): RouterFailure {
  const { method, menu } = scene.request;
  const detail = finding.detail === undefined ? undefined : scene.scrub(finding.detail).slice(0, LONGEST_DETAIL);
  const kind = ROUTER_FAILURES[finding.code];
  const said = `${method} ${menu} at ${scene.origin}: ${kind.summary} (${detail ?? what})`;
  return new Failure(finding.code, finding.hint === undefined ? said : `${said} ${finding.hint}`, {
    effect: scene.request.kind === 'write' ? finding.effect : 'none',
    ...(finding.cause === undefined ? {} : { cause: finding.cause }),
    ...(detail === undefined ? {} : { detail }),
  });
}

function isHtml(answer: WireAnswer): boolean {
  return answer.contentType.startsWith('text/html') || answer.body[0] === '<'.charCodeAt(0);
}

function detailOf(answer: WireAnswer): string | undefined {
  if (isHtml(answer)) return undefined;
  try {
    const said = decodeJson(answer.body);
    if (said === null || typeof said !== 'object' || !('detail' in said)) return undefined;
    return typeof said.detail === 'string' ? wordsOf(said.detail) : undefined;
  } catch {
    return undefined;
  }
}
