import { execFileSync } from 'node:child_process';
import { afterAll, describe, expect, it, test } from 'vitest';
import { policyYaml } from '#test/documents.ts';
import { gpg, makeGpgKey, makeSshKey, makeSshKeyFile, openSigningHome, rosterOf, signedCommit } from '#test/signing.ts';
import { allowedSignersOf } from '../../signatures/allowed-signers.ts';
import { keyIdOf } from '../../signatures/key-id.ts';
import { keyRingOf, signerOf, verifyCommit } from '../../signatures/key-ring.ts';
import { readCertificate } from '../../signatures/openpgp-certificate.ts';
import { parseCommit } from '../../signatures/raw-commit.ts';
import { revisionOf } from '../../controller/desired/revision.ts';

const HOME = openSigningHome();
afterAll(() => {
  HOME[Symbol.dispose]();
});

const ALICE = makeSshKey('alice@example.com');
const BOB = makeGpgKey(HOME, 'bob', { algorithm: 'rsa2048' });
const BOBS = BOB.certificate();

describe('a certificate', () => {
  it.each(['ed25519', 'rsa2048', 'nistp256'])('of gpg (%s) has the fingerprint that gpg prints', (algorithm) => {
    const key = makeGpgKey(HOME, `printed-${algorithm}`, { algorithm });
    gpg(HOME, ['--quick-add-uid', key.fingerprint, 'another name']);
    expect(readCertificate(key.certificate()).key).toBe(`OPENPGP:${key.fingerprint}`);
  });

  it('of version 6 is refused, as gpg and git do not read it', async () => {
    const openpgp = await import('openpgp');
    const config = { v6Keys: true };
    const made = await openpgp.generateKey({
      userIDs: [{ name: 'six' }],
      type: 'curve25519',
      format: 'object',
      config,
    });
    expect(made.publicKey.keyPacket.version).toBe(6);
    expect(() => readCertificate(made.publicKey.armor())).toThrow('OpenPGP keys of version 6 do not count');
  });

  const other = makeGpgKey(HOME, 'other').certificate();
  const secret = gpg(HOME, ['--armor', '--export-secret-keys', BOB.fingerprint]);
  const both = gpg(HOME, ['--armor', '--export', BOB.fingerprint, 'other']);

  it.each([
    ['a private key', secret, 'this is no|does not begin'],
    ['a private key that calls itself public', secret.replaceAll('PRIVATE', 'PUBLIC'), 'this holds a private key'],
    ['two keys in one block', both, 'this holds several OpenPGP keys'],
    ['two blocks', BOBS + other, 'something stands after'],
    ['text after it', `${BOBS}hello\n`, 'something stands after'],
    [
      'a checksum that does not fit',
      BOBS.replace(/\n=(.)/, (_, first) => `\n=${first === 'A' ? 'B' : 'A'}`),
      'checksum',
    ],
    ['a line missing', BOBS.split('\n').toSpliced(4, 1).join('\n'), 'checksum|base64|packets'],
    ['its empty line missing', BOBS.replace('\n\n', '\n'), 'headers hold a line|empty line'],
    ['a signature', BOB.sign(Buffer.from('x')), 'this is no OpenPGP public key'],
    ['an SSH key', ALICE.line, 'does not begin'],
    ['nothing', '', 'does not begin'],
    ['no packets', '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----\n', 'make no key'],
  ])('is refused with %s', (_, text, message) => {
    expect(() => readCertificate(text)).toThrow(expect.objectContaining({ code: 'KeyUnreadable' }));
    expect(() => readCertificate(text)).toThrow(new RegExp(message));
  });
});

describe('what an operator types for a key', () => {
  const id = `OPENPGP:${BOB.fingerprint}`;
  it.each([
    [ALICE.fingerprint, ALICE.fingerprint],
    [` ${ALICE.fingerprint}=\n`, ALICE.fingerprint],
    [ALICE.line, ALICE.fingerprint],
    [`${ALICE.line}\n`, ALICE.fingerprint],
    [id, id],
    [id.toLowerCase(), id],
    [BOB.fingerprint, id],
    [`0x${BOB.fingerprint.toLowerCase()}`, id],
    [(BOB.fingerprint.match(/.{4}/g) ?? []).join(' '), id],
    [BOBS, id],
  ])('is understood (%#)', (text, key) => {
    expect(keyIdOf(text)).toBe(key);
  });

  it.each([
    [BOB.fingerprint.slice(-16), 'a part of a fingerprint can mean several keys'],
    [`0x${BOB.fingerprint.slice(-8)}`, 'a part of a fingerprint can mean several keys'],
    [ALICE.fingerprint.slice(0, 20), 'this is no whole fingerprint'],
    ['MD5:00:11', 'this is no whole fingerprint'],
    ['alice', 'this is no SSH public key line'],
    ['', 'this is no SSH public key line'],
  ])('is refused (%#)', (text, message) => {
    expect(() => keyIdOf(text)).toThrow(message);
  });
});

const byAlice = { key: ALICE.fingerprint, signedWith: ALICE.fingerprint, material: ALICE.fingerprint };

describe('a key ring', () => {
  const roster = rosterOf({
    alice: { roles: ['contributor', 'approver'], keys: [ALICE.line] },
    bob: { roles: ['policy'], openpgp: [BOBS] },
  });
  const alice = { person: 'alice', roles: ['contributor', 'approver'], key: ALICE.fingerprint };

  it('knows whose key it is, until the operator revokes it', () => {
    const ring = keyRingOf(roster, new Set());
    const bobs = `OPENPGP:${BOB.fingerprint}`;
    const bySubkey = { key: bobs, signedWith: 'OPENPGP:SUBKEY', material: 'SHA256:subkey' };
    const strange = makeSshKey().fingerprint;
    expect(signerOf(ring, byAlice)).toEqual(alice);
    expect(signerOf(ring, bySubkey)).toMatchObject({ person: 'bob', roles: ['policy'] });
    expect(signerOf(ring, { key: strange, signedWith: strange, material: strange })).toBeNull();
    expect(signerOf(keyRingOf(roster, new Set([ALICE.fingerprint])), byAlice)).toBeNull();
    expect(signerOf(keyRingOf(roster, new Set(['OPENPGP:SUBKEY'])), bySubkey)).toBeNull();
    expect(signerOf(keyRingOf(roster, new Set(['OPENPGP:SUBKEY'])), { ...bySubkey, signedWith: bobs })).toMatchObject({
      person: 'bob',
    });
  });

  it('without a roster knows nobody', async () => {
    const { id, bytes } = signedCommit(ALICE);
    const verdict = await verifyCommit(parseCommit(bytes, id), keyRingOf(null, new Set()));
    expect(verdict).toMatchObject({ ok: false, code: 'UnknownKey' });
  });

  it('gives a key that two people claim to neither', async () => {
    const claimed = keyRingOf(rosterOf({ alice: { keys: [ALICE.line] }, eve: { keys: [ALICE.line] } }), new Set());
    const { id, bytes } = signedCommit(ALICE);
    expect(signerOf(claimed, byAlice)).toBeNull();
    expect(await verifyCommit(parseCommit(bytes, id), claimed)).toMatchObject({ code: 'UnknownKey' });
  });

  it('passes over a line that is no key', async () => {
    const ring = keyRingOf(
      rosterOf({ eve: { keys: [`restrict ${ALICE.line}`, '*'] }, alice: { keys: [ALICE.line] } }),
      new Set(),
    );
    const { id, bytes } = signedCommit(ALICE);
    expect(await verifyCommit(parseCommit(bytes, id), ring)).toEqual({
      ok: true,
      signer: { ...alice, roles: ['contributor'] },
      signedWith: ALICE.fingerprint,
      material: ALICE.fingerprint,
      statement: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as unknown,
      validity: null,
    });
  });

  it('loads the OpenPGP library for an OpenPGP signature and not before', () => {
    const script = `
      import { registerHooks } from 'node:module';
      registerHooks({ resolve: (name, context, next) => (name === 'openpgp' && console.log('loaded'), next(name, context)) });
      const { keyRingOf, signerOf, verifyCommit } = await import('./signatures/key-ring.ts');
      const { parseCommit } = await import('./signatures/raw-commit.ts');
      const [roster, id, bytes] = JSON.parse(process.env.INPUT);
      const ring = keyRingOf(roster, new Set());
      const { ok } = await verifyCommit(parseCommit(Buffer.from(bytes, 'base64'), id), ring);
      console.log('ssh', ok, signerOf(ring, 'x'));
      await ring.keys.openPgp();
    `;
    const { id, bytes } = signedCommit(ALICE);
    const input = JSON.stringify([roster, id, Buffer.from(bytes).toString('base64')]);
    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      env: { ...process.env, INPUT: input },
    });
    expect(printed).toBe('ssh true null\nloaded\n');
  });
});

test("git's allowed signers are the SSH keys, for commits only", () => {
  const file = makeSshKeyFile(HOME, 'ecdsa', 256);
  const text = allowedSignersOf(rosterOf({ alice: { keys: [ALICE.line, file.line] }, bob: { openpgp: [BOBS] } }));
  expect(text).toBe(
    [ALICE.line, file.line].map((line) => `alice namespaces="git" ${line.split(' ').slice(0, 2).join(' ')}\n`).join(''),
  );
  const allowed = HOME.file('allowed', text);
  const signature = HOME.file('signature', file.sign(Buffer.from('x')));
  const found = HOME.must('ssh-keygen', ['-Y', 'find-principals', '-f', allowed, '-s', signature]);
  expect(found).toBe('alice\n');
});

describe('a Roster', () => {
  /** As people write it: each key a block scalar. */
  function faultsOf(keys: readonly string[], openpgp: readonly string[]): readonly string[] {
    const block = (text: string): string => `      - |\n${text.trimEnd().replaceAll(/^/gm, '        ')}\n`;
    const yaml = `${policyYaml('Roster', 'people', 'people:')}  - name: alice
      roles: [policy]
      keys: ${JSON.stringify(keys)}
      openpgp:${openpgp.length === 0 ? ' []\n' : `\n${openpgp.map(block).join('')}`}`;
    const revision = revisionOf({ 'roster.yaml': yaml.replace('people:\n  - name', 'people:\n    - name') });
    return revision.ok ? [] : revision.faults.map((fault) => `${fault.path}: ${fault.message}`);
  }

  it('takes SSH keys and OpenPGP certificates', () => {
    expect(faultsOf([ALICE.line], [BOBS, makeGpgKey(HOME, 'second').certificate()])).toEqual([]);
  });

  it('refuses a certificate twice, even when it has grown meanwhile', () => {
    gpg(HOME, ['--quick-add-uid', BOB.fingerprint, 'bob again']);
    expect(faultsOf([], [BOBS, BOB.certificate()])).toEqual([
      'spec.people[0].openpgp[1]: this key belongs to "alice" already',
    ]);
  });

  it('refuses a private key in any dress', () => {
    const secret = gpg(HOME, ['--armor', '--export-secret-keys', BOB.fingerprint]);
    const message =
      'an armoured OpenPGP public key in a block scalar (`|`), from its BEGIN line to its END line; never a private key';
    expect(faultsOf([], [secret])).toEqual([`spec.people[0].openpgp[0]: must be ${message}`]);
    expect(faultsOf([], [secret.replaceAll('PRIVATE', 'PUBLIC')])).toEqual([
      'spec.people[0].openpgp[0]: this holds a private key: take it out of the repository at once and use another key from now on',
    ]);
  });

  it('refuses a damaged certificate', () => {
    expect(faultsOf([], [BOBS.replace(/\n=(.)/, (_, first) => `\n=${first === 'A' ? 'B' : 'A'}`)])).toEqual([
      'spec.people[0].openpgp[0]: the OpenPGP key can not be read: its checksum does not fit',
    ]);
  });

  it.each([
    'GitHub (web-flow commit signing) <noreply@github.com>',
    'GitLab <NoReply@gitlab.com>',
    'noreply@forge.example',
  ])('refuses the key of %s, which signs for everybody', (name) => {
    expect(faultsOf([], [makeGpgKey(HOME, name).certificate()])).toEqual([
      `spec.people[0].openpgp[0]: the OpenPGP key of "${name}" is a forge's, which signs with it for everybody: it is no person`,
    ]);
  });

  it('takes the key of somebody who hides the address', () => {
    const hidden = makeGpgKey(HOME, 'Ana <4711+ana@users.noreply.github.com>');
    expect(faultsOf([], [hidden.certificate()])).toEqual([]);
  });

  it('refuses SSH keys that do not count', () => {
    const [type = '', body = ''] = ALICE.line.split(' ');
    expect(faultsOf([makeSshKeyFile(HOME, 'rsa', 1024).line], [])).toEqual([
      'spec.people[0].keys[0]: an RSA key needs 2048 bits or more, this has 1024',
    ]);
    expect(faultsOf([`${type} ${body}AAAA`], [])).toEqual([
      'spec.people[0].keys[0]: the key can not be read: something stands after its end',
    ]);
    expect(
      faultsOf([`cert-authority ${ALICE.line}`, `ssh-ed25519-cert-v01@openssh.com ${body}`, `* ${ALICE.line}`], []),
    ).toEqual(
      [0, 1, 2].map(
        (at) => `spec.people[0].keys[${String(at)}]: must be an SSH public key line: type, base64, optional comment`,
      ),
    );
  });
});
