import { createSecretKey, randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  resolveCredential,
  sealSecret,
  Secret,
  type CredentialBinding,
  type SecretSources,
  type Trust,
} from '../../controller/credentials/index.ts';

const key = createSecretKey(randomBytes(32));
const fleet: CredentialBinding = {
  name: 'fleet',
  username: 'gitops',
  from: { env: 'FLEET' },
  hosts: ['192.0.2.0/24', '2001:db8::/32', '198.51.100.7', 'r1.example.net'],
  tls: 'verify',
};
const sources: SecretSources = {
  environment: { FLEET: 'hunter2' },
  records: { get: () => Promise.resolve(null) },
  key: null,
};

/** Sources that nobody may ask: a refusal comes before the password is read. */
const untouchable: SecretSources = {
  environment: new Proxy({}, { get: () => expect.unreachable('the environment was read') }),
  records: { get: () => expect.unreachable('the store was read') },
  key: null,
};

function resolve(address: string, tls: Exclude<Trust, 'plaintext'>, change: Partial<CredentialBinding> = {}) {
  return resolveCredential([{ ...fleet, ...change }], 'fleet', new URL(address), tls, sources);
}

describe('where a password may go', () => {
  test.each([
    'https://192.0.2.1',
    'https://192.0.2.255:8443',
    'https://198.51.100.7',
    'https://[2001:db8:1::2]',
    'https://[::ffff:192.0.2.9]',
    'https://r1.example.net',
    'https://R1.Example.NET:8443',
    'https://3221225985',
  ])('%s is among the hosts', async (address) => {
    const { username, password } = await resolve(address, 'verify');
    expect([username, password.reveal()]).toEqual(['gitops', 'hunter2']);
  });

  test.each([
    'https://192.0.3.1',
    'https://198.51.100.8',
    'https://[2001:db9::1]',
    'https://[::ffff:192.0.3.9]',
    'https://r2.example.net',
    'https://r1.example.net.',
    'https://r1.example.net.attacker.example',
    'https://xr1.example.net',
    'https://192.0.2.1@203.0.113.5',
    'https://192.0.2.1.attacker.example',
  ])('%s is not', async (address) => {
    const refused = resolveCredential([fleet], 'fleet', new URL(address), 'verify', untouchable);
    await expect(refused).rejects.toMatchObject({
      code: 'CredentialHostRefused',
      message: expect.stringContaining(new URL(address).hostname) as string,
    });
  });

  test('a network lets in exactly its own addresses', async () => {
    await fc.assert(
      fc.asyncProperty(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), async (network, address, bits) => {
        const inside = prefixOf(network, bits) === prefixOf(address, bits);
        const code = await resolve(`https://${address}`, 'verify', { hosts: [`${network}/${bits}`] }).then(
          () => null,
          (error: { readonly code: string }) => error.code,
        );
        expect(code).toBe(inside ? null : 'CredentialHostRefused');
      }),
    );
  });

  function prefixOf(address: string, bits: number): string {
    const octets = address.split('.').map((octet) => Number(octet).toString(2).padStart(8, '0'));
    return octets.join('').slice(0, bits);
  }
});

describe('how surely the router must prove who it is', () => {
  const ladder = ['verify', 'pinned', 'insecure', 'plaintext'] as const;
  const cases = ladder.flatMap((asked) => ladder.map((offered) => ({ asked, offered })));

  test.each(cases)('tls: $asked, and the device offers $offered', async ({ asked, offered }) => {
    const address = offered === 'plaintext' ? 'http://192.0.2.1' : 'https://192.0.2.1';
    const modes = offered === 'plaintext' ? (['verify', 'pinned', 'insecure'] as const) : [offered];
    for (const mode of modes) {
      const code = await resolve(address, mode, { tls: asked }).then(
        () => null,
        (error: { readonly code: string }) => error.code,
      );
      expect(code).toBe(ladder.indexOf(offered) <= ladder.indexOf(asked) ? null : 'CredentialTlsRefused');
    }
  });

  test('a refusal says what was asked and what there is, and has no password in hand', async () => {
    await expect(
      resolveCredential([fleet], 'fleet', new URL('https://192.0.2.1'), 'insecure', untouchable),
    ).rejects.toMatchObject({
      code: 'CredentialTlsRefused',
      message: expect.stringMatching(/at least "tls: verify".*without a check of the certificate/) as string,
    });
  });

  test('another protocol is never good enough', async () => {
    await expect(resolve('ftp://192.0.2.1', 'verify', { tls: 'plaintext' })).rejects.toMatchObject({
      code: 'CredentialTlsRefused',
    });
  });
});

describe('which password it is', () => {
  test('a name nobody has bound is unknown', async () => {
    const unknown = resolveCredential([fleet], 'lab', new URL('https://192.0.2.1'), 'verify', untouchable);
    await expect(unknown).rejects.toMatchObject({
      code: 'CredentialUnknown',
      message: expect.stringContaining('"lab"') as string,
    });
  });

  test.each(['../fleet', '/run/secrets/fleet', '$FLEET', 'FLEET', 'env:FLEET', 'fleet ', '', 'Passw0rd!'])(
    '%j is no name and is not repeated',
    async (name) => {
      const binding = { ...fleet, name };
      const failure = await resolveCredential(
        [binding],
        name,
        new URL('https://192.0.2.1'),
        'verify',
        untouchable,
      ).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'CredentialUnknown' });
      expect((failure as Error).message).toMatch(/^spec\.credentialsRef is no bare name/);
      expect((failure as Error).message.includes(`"${name}"`)).toBe(false);
    },
  );

  test('a file gives its content without the line end', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'credentials-')), 'password');
    for (const end of ['', '\n', '\r\n']) {
      writeFileSync(file, ` pass word ${end}`, { mode: 0o600 });
      expect((await resolve('https://192.0.2.1', 'verify', { from: { file } })).password.reveal()).toBe(' pass word ');
    }
    writeFileSync(file, '\n');
    await expect(resolve('https://192.0.2.1', 'verify', { from: { file } })).rejects.toMatchObject({
      code: 'CredentialMissing',
      message: expect.stringContaining('is empty') as string,
    });
  });

  test.each([
    [{ env: 'ABSENT' }, 'the environment variable ABSENT is not set'],
    [{ file: '/nowhere/at-all' }, 'the file /nowhere/at-all cannot be read (ENOENT)'],
    [{ file: tmpdir() }, 'is no regular file'],
    [{ store: true }, 'rosctl credentials set fleet'],
  ] as const)('%j that is not there is missing', async (from, words) => {
    await expect(resolve('https://192.0.2.1', 'verify', { from })).rejects.toMatchObject({
      code: 'CredentialMissing',
      message: expect.stringContaining(words) as string,
    });
  });

  test('a sealed one opens with the key, and only with it', async () => {
    const sealed = sealSecret(key, 'fleet', new Secret('from the store'));
    const records = { get: (name: string) => Promise.resolve({ name, sealed, updatedAt: 0 }) };
    const open = (with_: SecretSources['key']) =>
      resolveCredential([{ ...fleet, from: { store: true } }], 'fleet', new URL('https://192.0.2.1'), 'verify', {
        environment: {},
        records,
        key: with_,
      });
    expect((await open(key)).password.reveal()).toBe('from the store');
    await expect(open(null)).rejects.toMatchObject({ code: 'CredentialSealed' });
    await expect(open(createSecretKey(randomBytes(32)))).rejects.toMatchObject({ code: 'CredentialSealed' });
  });
});

test('no failure ever holds a secret, whatever goes wrong', async () => {
  const secrets = fc.stringMatching(/^[A-Za-z0-9+/]{16,40}$/);
  const names = fc.constantFrom('fleet', 'lab', 'FLEET', '../x');
  const addresses = fc.constantFrom('https://192.0.2.1', 'http://192.0.2.1', 'https://203.0.113.1', 'ftp://192.0.2.1');
  const modes = fc.constantFrom('verify' as const, 'pinned' as const, 'insecure' as const);
  const places = fc.constantFrom<CredentialBinding['from']>(
    { env: 'FLEET' },
    { env: 'ABSENT' },
    { file: '/absent' },
    { store: true },
  );
  const keys = fc.constantFrom(key, createSecretKey(randomBytes(32)), null);
  let failures = 0;
  await fc.assert(
    fc.asyncProperty(
      secrets,
      names,
      addresses,
      modes,
      places,
      keys,
      async (text, name, address, mode, from, opener) => {
        const sealed = sealSecret(key, 'fleet', new Secret(text));
        const ended: unknown = await resolveCredential([{ ...fleet, from }], name, new URL(address), mode, {
          environment: { FLEET: text },
          records: { get: () => Promise.resolve({ name, sealed, updatedAt: 0 }) },
          key: opener,
        }).catch((error: unknown) => {
          failures += 1;
          return error;
        });
        expect(inspect(ended, { depth: 9, showHidden: true }) + JSON.stringify(ended)).not.toContain(text);
      },
    ),
    { numRuns: 300 },
  );
  expect(failures).toBeGreaterThan(50);
});
