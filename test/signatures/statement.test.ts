import * as fc from 'fast-check';
import { afterAll, describe, expect, it, test } from 'vitest';
import { carriersOf } from '#test/carriers.ts';
import { deviceYaml, messagesOf } from '#test/documents.ts';
import {
  commitObject,
  gpg,
  makeGpgKey,
  makeSshKey,
  makeSshKeyFile,
  openSigningHome,
  rosterOf,
  unsignedCommit,
} from '#test/signing.ts';
import { keyRingOf, signerOf, verifyCommit } from '../../signatures/key-ring.ts';
import { parseCommit } from '../../signatures/raw-commit.ts';
import { readCertificate } from '../../signatures/openpgp-certificate.ts';
import { readPublicKeyLine } from '../../signatures/ssh-key.ts';
import { statementOf } from '../../signatures/statement.ts';

const HOME = openSigningHome();
afterAll(() => {
  HOME[Symbol.dispose]();
});

const UNSIGNED = unsignedCommit({ message: 'Approve\n\nApprove-Plan: x\n' });

interface Signer {
  readonly sign: (payload: Uint8Array) => string;
  readonly given: { readonly keys?: [string]; readonly openpgp?: [string] };
  readonly curve?: 'nistp256' | 'nistp384';
}

function ssh(type: string, bits?: number, curve?: Signer['curve']): Signer {
  const key = makeSshKeyFile(HOME, type, bits);
  return {
    sign: (payload) => key.sign(payload),
    given: { keys: [key.line] },
    ...(curve === undefined ? {} : { curve }),
  };
}

function openPgp(algorithm: string, curve?: Signer['curve']): Signer {
  const key = makeGpgKey(HOME, `carried-${algorithm}`, { algorithm });
  const given: Signer['given'] = { openpgp: [key.certificate()] };
  return { sign: (payload) => key.sign(payload), given, ...(curve === undefined ? {} : { curve }) };
}

const SIGNERS: readonly (readonly [string, Signer])[] = [
  ['SSH Ed25519', ssh('ed25519')],
  ['SSH ECDSA', ssh('ecdsa', 256, 'nistp256')],
  ['SSH ECDSA of 384 bits', ssh('ecdsa', 384, 'nistp384')],
  ['SSH RSA', ssh('rsa', 2048)],
  ['OpenPGP Ed25519', openPgp('ed25519')],
  ['OpenPGP ECDSA', openPgp('nistp256', 'nistp256')],
  ['OpenPGP RSA', openPgp('rsa2048')],
];

describe('a statement', () => {
  it.each(SIGNERS)('of %s is the same whatever carries its signature', async (_, { sign, given, curve }) => {
    const ring = keyRingOf(rosterOf({ ana: given }), new Set());
    const stated = async (armoured: string): Promise<string | null> => {
      const { bytes, id } = commitObject(UNSIGNED, armoured);
      let commit;
      try {
        commit = parseCommit(bytes, id);
      } catch {
        return null;
      }
      const verdict = await verifyCommit(commit, ring);
      return verdict.ok ? verdict.statement : null;
    };
    const armoured = sign(UNSIGNED);
    const first = await stated(armoured);
    expect(first).toMatch(/^sha256:[0-9a-f]{64}$/);
    // Signed anew it is the same statement too, though ECDSA signs otherwise each time.
    expect(await stated(sign(UNSIGNED))).toBe(first);
    const verified = new Set<string>();
    await fc.assert(
      fc.asyncProperty(carriersOf(armoured, curve), async (carrier) => {
        const statement = await stated(carrier);
        if (statement === null) return;
        verified.add(carrier);
        expect(statement).toBe(first);
      }),
      { numRuns: 60 },
    );
    // Many objects of different ids hold the one signature: a statement known by its object would be news in each.
    expect(verified.size).toBeGreaterThan(10);
  });

  test('is another by another key, and of another payload', () => {
    const [one, other] = [makeSshKey(), makeSshKey()].map(({ fingerprint }) => fingerprint);
    const ids = [one, other].flatMap((key) => ['a', 'b', ''].map((text) => statementOf(Buffer.from(text), key ?? '')));
    expect(new Set(ids).size).toBe(6);
  });
});

describe('a key', () => {
  test('is one as an SSH key and in an OpenPGP certificate', () => {
    for (const algorithm of ['ed25519', 'rsa2048', 'nistp256', 'nistp384', 'nistp521']) {
      const key = makeGpgKey(HOME, `ssh-${algorithm}`, { algorithm, usage: 'sign,auth' });
      const exported = gpg(HOME, ['--export-ssh-key', `${key.fingerprint}!`]).trim();
      expect(readCertificate(key.certificate()).keys.map(({ material }) => material)).toEqual([
        readPublicKeyLine(exported).fingerprint,
      ]);
    }
  });

  test('of one person in both forms is no fault, of two people it is, and revoked in one form it is revoked in the other', () => {
    const key = makeGpgKey(HOME, 'both', { usage: 'sign,auth' });
    const line = gpg(HOME, ['--export-ssh-key', `${key.fingerprint}!`]).trim();
    const certificate = key.certificate();
    const faults = (people: Parameters<typeof rosterOf>[0]): readonly string[] =>
      messagesOf({ 'roster.yaml': JSON.stringify(rosterOf(people)) + '\n', 'r1.yaml': deviceYaml('r1') });
    expect(faults({ ana: { keys: [line], openpgp: [certificate] } })).toEqual([]);
    expect(faults({ ana: { openpgp: [certificate] }, eve: { keys: [line] } })).toEqual([
      'spec.people[1].keys[0]: this key belongs to "ana" already',
    ]);
    expect(faults({ ana: { keys: [line, line] } })).toHaveLength(1);
    const { fingerprint, material } = readPublicKeyLine(line);
    const ring = keyRingOf(
      rosterOf({ ana: { keys: [line], openpgp: [certificate] } }),
      new Set([`OPENPGP:${key.fingerprint}`]),
    );
    expect(signerOf(ring, { key: fingerprint, signedWith: fingerprint, material })).toBeNull();
    const claimed = keyRingOf(rosterOf({ ana: { openpgp: [certificate] }, eve: { keys: [line] } }), new Set());
    expect(signerOf(claimed, { key: fingerprint, signedWith: fingerprint, material })).toBeNull();
  });

  test('that vouches for itself over SHA-1 alone counts for nothing', () => {
    const strong = makeGpgKey(HOME, 'renewed');
    const weak = gpg(HOME, [
      '--quick-generate-key',
      '--cert-digest-algo',
      'SHA1',
      'weak-self',
      'ed25519',
      'sign',
      'never',
    ]);
    expect(weak).toBe('');
    const certificate = gpg(HOME, ['--armor', '--export', '=weak-self']);
    expect(() => readCertificate(certificate)).toThrow('vouches for itself with a hash that is too weak');
    expect(readCertificate(strong.certificate()).keys).toHaveLength(1);
  });
});
