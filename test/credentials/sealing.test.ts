import { createSecretKey, randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openSecret, readSecretKey, sealSecret, Secret } from '../../controller/credentials/index.ts';

const key = createSecretKey(randomBytes(32));
const sealed = sealSecret(key, 'fleet', new Secret('hunter2'));

describe('a sealed secret', () => {
  test('opens with its key and its name, whatever it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.stringMatching(/^[a-z]{1,20}$/), (text, name) => {
        expect(openSecret(key, name, sealSecret(key, name, new Secret(text))).reveal()).toBe(text);
      }),
    );
  });

  test('never looks the same twice and never holds the text', () => {
    const again = sealSecret(key, 'fleet', new Secret('hunter2'));
    expect(again).not.toBe(sealed);
    for (const text of [again, sealed]) {
      const parts = text.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));
      expect([text, ...parts].join(' ')).not.toContain('hunter2');
    }
  });

  test('does not open with another key', () => {
    expect(() => openSecret(createSecretKey(randomBytes(32)), 'fleet', sealed)).toThrow(
      expect.objectContaining({ code: 'CredentialSealed', message: expect.stringContaining('fleet') as string }),
    );
  });

  test('does not open under another name: rows cannot be swapped', () => {
    expect(() => openSecret(key, 'lab', sealed)).toThrow(expect.objectContaining({ code: 'CredentialSealed' }));
  });

  test('does not open when any one bit of it was changed', () => {
    const [format, nonce = '', body = ''] = sealed.split('.');
    for (const [index, part] of [nonce, body].entries()) {
      const bytes = Buffer.from(part, 'base64url');
      for (let bit = 0; bit < bytes.length * 8; bit += 1) {
        const changed = Buffer.from(bytes);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const parts = [nonce, body];
        parts[index] = changed.toString('base64url');
        expect(() => openSecret(key, 'fleet', [format, ...parts].join('.'))).toThrow(
          expect.objectContaining({ code: 'CredentialSealed' }),
        );
      }
    }
  });

  test.each(['', 'v1', 'v1..', 'v2.AAAAAAAAAAAAAAAA.AAAA', `${sealed}.more`, sealed.slice(0, 30), 'hunter2'])(
    'is refused when it is no such thing: %j',
    (text) => {
      expect(() => openSecret(key, 'fleet', text)).toThrow(expect.objectContaining({ code: 'CredentialSealed' }));
    },
  );
});

describe('the key', () => {
  const bytes = randomBytes(32);

  test.each([
    ['hex', bytes.toString('hex')],
    ['hex with a line end', `${bytes.toString('hex').toUpperCase()}\n`],
    ['base64', bytes.toString('base64')],
  ])('is read as %s', async (_name, text) => {
    const read = await readSecretKey({ env: 'KEY' }, { KEY: text });
    expect(read.export()).toEqual(bytes);
  });

  test('is read from a file', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'key-')), 'key');
    writeFileSync(file, `${bytes.toString('hex')}\n`, { mode: 0o600 });
    expect((await readSecretKey({ file }, {})).export()).toEqual(bytes);
  });

  test.each(['hunter2', 'ab'.repeat(31), 'ab'.repeat(33), randomBytes(31).toString('base64'), 'x'.repeat(64)])(
    'is refused when it has not 32 bytes, without being repeated: %j',
    async (text) => {
      const failure = await readSecretKey({ env: 'KEY' }, { KEY: text }).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'SecretKeyInvalid', message: expect.stringContaining('KEY') as string });
      expect((failure as Error).message).not.toContain(text);
    },
  );

  test('is missing in plain words', async () => {
    await expect(readSecretKey({ env: 'KEY' }, {})).rejects.toMatchObject({
      code: 'SecretKeyInvalid',
      message: expect.stringContaining('the environment variable KEY is not set') as string,
    });
    const file = join(mkdtempSync(join(tmpdir(), 'key-')), 'short');
    writeFileSync(file, 'short', { mode: 0o600 });
    await expect(readSecretKey({ file }, {})).rejects.toMatchObject({
      message: expect.stringContaining(file) as string,
    });
  });
});
