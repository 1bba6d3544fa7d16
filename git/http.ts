import { getCACertificates } from 'node:tls';
import type { GitHttpRequest, GitHttpResponse, HttpClient } from 'isomorphic-git';
import { Agent, request as send } from 'undici';
import { Failure } from '#failure';
import { makeOwnSecrets } from '#routeros';
import { gitFailure } from './failures.ts';
import { type AnswerKind, checkAnswer } from './answer.ts';
import { type Cut, failureOfLoss, failureOfStatus, wordsOf } from './http-failures.ts';
import { loginOf } from './token-login.ts';

/** How a Git server is spoken to. */
export interface HttpOptions {
  /** Asked at every request; sent over https alone. */
  readonly token: () => string | null;
  /** More CAs to trust, as PEM. */
  readonly ca: readonly string[];
  /** For connecting (at most ten seconds), and for silence within an answer. */
  readonly timeoutMs: number;
  readonly maxAnswerBytes: number;
  /** What the server is asked to do; default: to send. */
  readonly service?: 'git-receive-pack';
}

/** The way to one repository over HTTP. */
export interface GitHttp {
  /**
   * A client for isomorphic-git whose requests end with the signal. What it hands out is whole and was looked through.
   */
  clientFor(signal: AbortSignal): HttpClient;
  close(): Promise<void>;
}

const LONGEST_CONNECT_MS = 10_000;

/** Speaks to the server of `url` and to no other: nobody is followed elsewhere. */
export function openHttp(url: string, options: HttpOptions): GitHttp {
  const { origin, protocol } = new URL(url);
  const ownSecrets = makeOwnSecrets();
  const cut: Cut = (text) => ownSecrets.cut(text);
  let agent: Agent | undefined;

  /** Known before anything is sent, so that it is cut out of every answer. */
  function authorizationOf(token: string): string {
    const { user, secret } = loginOf(token);
    ownSecrets.add(secret, user);
    return `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`;
  }

  async function request(asked: GitHttpRequest, signal: AbortSignal): Promise<GitHttpResponse> {
    if (!asked.url.startsWith(`${url}/`)) throw gitFailure('SourceGarbage', `only ${url} may be asked`);
    agent ??= agentFor(protocol, options);
    const known = options.token();
    const authorized = known === null ? {} : { authorization: authorizationOf(known) };
    const token = protocol === 'https:' ? known : null;
    const kind = kindOf(asked, options.service);
    const body = asked.body === undefined ? null : await collected(asked.body);
    try {
      const answer = await send(asked.url, {
        dispatcher: agent,
        method: body === null ? 'GET' : 'POST',
        headers: { ...asked.headers, ...(token === null ? {} : authorized) },
        body,
        signal,
      });
      const refusal =
        failureOfStatus(answer, origin, token === null ? 'without a token' : 'with a token', cut) ??
        failureOfType(answer.headers['content-type'], kind, origin, cut);
      if (refusal !== null) {
        answer.body.on('error', () => {}).destroy();
        throw refusal;
      }
      const bytes = await readAll(answer.body, options.maxAnswerBytes);
      checkAnswer(bytes, kind, (text) => wordsOf(text, cut));
      return {
        url: asked.url,
        statusCode: 200,
        statusMessage: 'OK',
        headers: { 'content-type': TYPES[kind] },
        body: once(bytes),
      };
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw error instanceof Failure ? error : failureOfLoss(error, origin, cut);
    }
  }

  return {
    clientFor: (signal) => ({ request: (asked) => request(asked, signal) }),
    async close() {
      await agent?.destroy();
      agent = undefined;
    },
  };
}

const TYPES: Readonly<Record<AnswerKind, string>> = {
  refs: 'application/x-git-upload-pack-advertisement',
  list: 'application/x-git-upload-pack-result',
  pack: 'application/x-git-upload-pack-result',
  ownRefs: 'application/x-git-receive-pack-advertisement',
  report: 'application/x-git-receive-pack-result',
};

function agentFor(protocol: string, { ca, timeoutMs }: HttpOptions): Agent {
  const timeout = Math.min(LONGEST_CONNECT_MS, timeoutMs);
  const roots = (): string[] => [...new Set([...getCACertificates('default'), ...getCACertificates('system'), ...ca])];
  const connect = protocol === 'https:' ? { ca: roots(), minVersion: 'TLSv1.2' as const, timeout } : { timeout };
  return new Agent({ connect, headersTimeout: timeoutMs, bodyTimeout: timeoutMs, allowH2: false });
}

function kindOf({ url, method, headers }: GitHttpRequest, service: HttpOptions['service']): AnswerKind {
  if (service !== undefined) return method === 'GET' ? 'ownRefs' : 'report';
  if (method === 'GET') return 'refs';
  if (!url.endsWith('/git-upload-pack')) throw gitFailure('SourceGarbage', 'nothing but fetching is possible');
  return headers?.['Git-Protocol'] === 'version=2' ? 'list' : 'pack';
}

function failureOfType(
  type: string | readonly string[] | undefined,
  kind: AnswerKind,
  origin: string,
  cut: Cut,
): Failure | null {
  if (String(type).split(';')[0]?.trim().toLowerCase() === TYPES[kind]) return null;
  return gitFailure(
    'SourceGarbage',
    `${origin} answers with ${wordsOf(String(type), cut)}, which is not what a Git server sends`,
  );
}

async function collected(body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function readAll(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let total = 0;
  for await (const piece of body) {
    total += piece.byteLength;
    if (total > maxBytes)
      throw gitFailure('SourceTooLarge', `the Git server sends more than ${String(maxBytes)} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}
