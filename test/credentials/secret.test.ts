import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { Secret } from '../../controller/credentials/index.ts';

function collector(): { readonly stream: Writable; readonly text: () => string } {
  let written = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written += chunk.toString();
      done();
    },
  });
  return { stream, text: () => written };
}

/** Every way in which an object usually gets into a log, a message or an answer. */
const ways: Readonly<Record<string, (holder: object, secret: Secret) => string>> = {
  'JSON.stringify': (holder) => JSON.stringify(holder),
  'util.inspect': (holder) => inspect(holder, { depth: 9, showHidden: true, getters: true }),
  'a template': (_holder, secret) => `password ${String(secret)} ${secret.toString()}`,
  joining: (_holder, secret) => [secret, secret].join(),
  'an error message': (_holder, secret) => String(new Error(String(secret))),
  'copying its fields': (_holder, secret) => JSON.stringify([Object.assign({}, secret), Object.entries(secret)]),
  'a copy': (holder) => inspect(structuredClone(holder), { depth: 9, showHidden: true }),
  'console.log': (holder) => {
    const { stream, text } = collector();
    const output = new Console(stream);
    output.log('%o %O %j %s', holder, holder, holder, holder, holder);
    return text();
  },
  'the pino logger': (holder, secret) => {
    const { stream, text } = collector();
    pino({ level: 'trace' }, stream).info({ holder, secret }, 'connected %s %o %j', secret, secret, secret);
    return text();
  },
};

test.each(Object.entries(ways))('a secret does not show through %s', (_name, show) => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-zA-Z0-9!$%&/()=?]{12,40}$/), (text) => {
      const secret = new Secret(text);
      expect(show({ username: 'gitops', password: secret, nested: [{ secret }] }, secret)).not.toContain(text);
    }),
    { numRuns: 20 },
  );
});

test('it is there for who asks', () => {
  expect(new Secret('hunter2').reveal()).toBe('hunter2');
});
