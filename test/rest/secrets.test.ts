import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '#failure';
import { json, openSession, refusal, startRawRouter, type Answer, type RawRouter } from './raw-router.ts';

let router: RawRouter;

beforeAll(async () => {
  router = await startRawRouter(json(200, []));
});

afterAll(() => router.stop());

/** Everything a careless log could print of an error. */
function everythingIn(error: unknown): string {
  const parts = [String(error), JSON.stringify(error), inspect(error, { depth: 10, showHidden: true })];
  for (let at = error; at instanceof Error; at = at.cause) {
    parts.push(at.message, at.stack ?? '', JSON.stringify(at), ...Object.values(at).map(String));
  }
  return parts.join('\n');
}

const echoing: readonly (readonly [string, Answer])[] = [
  [
    'in the detail of a refusal',
    (request, response) => refusal(400, echoOf(request.headers.authorization))(request, response),
  ],
  [
    'in the detail of an internal error',
    (request, response) => refusal(500, echoOf(request.headers.authorization))(request, response),
  ],
  [
    'in a status line',
    (request, response) => {
      response.writeHead(418, echoOf(request.headers.authorization).replaceAll(/[^\x20-\x7e]/g, '')).end();
    },
  ],
  [
    'in a page',
    (request, response) => void response.writeHead(403).end(`<html>${echoOf(request.headers.authorization)}`),
  ],
  [
    'in something that is no HTTP',
    (request, response) => void response.socket?.end(echoOf(request.headers.authorization)),
  ],
  [
    'in half an answer',
    (request, response) => {
      response.writeHead(200, { 'content-length': 10_000 });
      response.write(echoOf(request.headers.authorization), () => response.destroy());
    },
  ],
  [
    'in a body of success that is none',
    (request, response) => void response.end(echoOf(request.headers.authorization)),
  ],
];

function echoOf(header = ''): string {
  const password = Buffer.from(header.replace('Basic ', ''), 'base64').toString().replace('gitops:', '');
  return `you said ${header} and that means ${password}!`;
}

describe('no failure holds the password or the authorization header', () => {
  const passwords = fc
    .string({ unit: 'grapheme', minLength: 8, maxLength: 30 })
    .filter((text) => /^\S{8,}$/u.test(text));

  test.each(echoing)('when the router echoes them %s', async (_name, answer) => {
    router.answer(answer);
    await fc.assert(
      fc.asyncProperty(passwords, async (password) => {
        const session = openSession(router.url, { password, attemptsPerRead: 1, breaker: NEVER_OPEN });
        const token = Buffer.from(`gitops:${password}`).toString('base64');
        for (const run of [() => session.add('/ip/address', { comment: 'x' }), () => session.print('/ip/address')]) {
          const error: unknown = await run().then(
            () => 'no failure',
            (reason: unknown) => reason,
          );
          expect(error).toBeInstanceOf(Failure);
          const shown = everythingIn(error);
          expect(shown.includes(password)).toBe(false);
          expect(shown.includes(token)).toBe(false);
        }
        await session.close();
      }),
      { numRuns: 25 },
    );
  });

  test('nor does the session itself', async () => {
    const session = openSession(router.url, { password: 'correct horse battery' });
    expect(inspect(session, { depth: 10, showHidden: true })).not.toContain('correct horse battery');
    expect(JSON.stringify(session)).not.toContain('correct horse battery');
    await session.close();
  });
});

const NEVER_OPEN = { threshold: Number.MAX_SAFE_INTEGER, pauseMs: 0, longestPauseMs: 0 };
