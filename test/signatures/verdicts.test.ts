import { afterAll, describe, expect, it } from 'vitest';
import {
  commitObject,
  type CommitObject,
  gpg,
  type GpgKey,
  gpgTime,
  makeGpgKey,
  makeSshKeyFile,
  openSigningHome,
  rosterOf,
  unsignedCommit,
} from '#test/signing.ts';
import { allowedSignersOf } from '../../signatures/allowed-signers.ts';
import { type KeyRing, keyRingOf, verifyCommit } from '../../signatures/key-ring.ts';
import { untimely } from '../../signatures/verdict.ts';
import { parseCommit } from '../../signatures/raw-commit.ts';
import type { SignatureVerdict } from '../../signatures/verdict.ts';

const HOME = openSigningHome();
const ELSEWHERE = openSigningHome();
afterAll(() => {
  HOME[Symbol.dispose]();
  ELSEWHERE[Symbol.dispose]();
});

const NOW = Date.now();
const DAY_MS = 86_400_000;

const SSH = {
  ed25519: makeSshKeyFile(HOME, 'ed25519'),
  ecdsa256: makeSshKeyFile(HOME, 'ecdsa', 256),
  ecdsa384: makeSshKeyFile(HOME, 'ecdsa', 384),
  ecdsa521: makeSshKeyFile(HOME, 'ecdsa', 521),
  rsa: makeSshKeyFile(HOME, 'rsa', 3072),
};
const STRANGER = makeSshKeyFile(HOME, 'ed25519');

const GPG = {
  ed25519: makeGpgKey(HOME, 'ed25519'),
  rsa: makeGpgKey(HOME, 'rsa', { algorithm: 'rsa2048', at: NOW - 100 * DAY_MS }),
  weak: makeGpgKey(HOME, 'weak', { algorithm: 'rsa1024' }),
  nistp256: makeGpgKey(HOME, 'nistp256', { algorithm: 'nistp256' }),
  withSubkey: keyWithSubkey('with-subkey'),
  expired: makeGpgKey(HOME, 'expired', { at: NOW - 100 * DAY_MS, expires: gpgTime(NOW - 50 * DAY_MS) }),
  extended: makeGpgKey(HOME, 'extended', { at: NOW - 100 * DAY_MS, expires: gpgTime(NOW - 50 * DAY_MS) }),
  cutShort: makeGpgKey(HOME, 'cut-short', { at: NOW - 100 * DAY_MS }),
  revoked: makeGpgKey(HOME, 'revoked'),
  subkeyRevoked: keyWithSubkey('subkey-revoked'),
  subkeyExpired: keyWithSubkey('subkey-expired', { at: NOW - 100 * DAY_MS, expires: gpgTime(NOW - 50 * DAY_MS) }),
};
const GPG_STRANGER = makeGpgKey(ELSEWHERE, 'stranger');

/** Two certificates that hold one subkey, each bound to it in good order. */
const SHARED = withOneSubkey('shared-1', 'shared-2');

/** Made while the key was still good. */
const BEFORE = {
  revoked: signedByGpg(GPG.revoked),
  subkeyRevoked: signedByGpg(GPG.subkeyRevoked),
  cutShort: signedByGpg(GPG.cutShort, { at: NOW - 10 * DAY_MS }),
  extended: signedByGpg(GPG.extended, { at: NOW - 90 * DAY_MS }),
  justAfterItEnds: signedByGpg(GPG.cutShort, { at: NOW - 20 * DAY_MS + 120_000 }),
};
gpg(HOME, ['--quick-set-expire', GPG.cutShort.fingerprint, gpgTime(NOW - 20 * DAY_MS)]);
gpg(HOME, ['--quick-set-expire', GPG.extended.fingerprint, '1y']);
revoke(GPG.revoked.fingerprint);
edit(GPG.subkeyRevoked.fingerprint, 'key 1\nrevkey\ny\n0\n\ny\nsave\n', Date.now());

const ROSTER = rosterOf({
  alice: { keys: Object.values(SSH).map(({ line }) => line) },
  bob: { openpgp: Object.values(GPG).map((key) => key.certificate()) },
});

const REPOSITORY = `${HOME.folder}/repository`;
HOME.must('git', ['init', '--quiet', '--bare', REPOSITORY]);
HOME.must('git', ['-C', REPOSITORY, 'mktree']);
HOME.must('git', ['config', '--global', 'gpg.ssh.allowedSignersFile', HOME.file('allowed', allowedSignersOf(ROSTER))]);

function signedBy(sign: (payload: Uint8Array) => string, message = 'A change\n'): CommitObject {
  const unsigned = unsignedCommit({ message });
  return commitObject(unsigned, sign(unsigned));
}

function signedByGpg(key: GpgKey, options: Parameters<GpgKey['sign']>[1] = {}): CommitObject {
  return signedBy((payload) => key.sign(payload, options));
}

/** A primary key that only certifies, and a subkey that signs. */
function keyWithSubkey(userId: string, { at, expires = 'never' }: { at?: number; expires?: string } = {}): GpgKey {
  const key = makeGpgKey(HOME, userId, { usage: 'cert', ...(at === undefined ? {} : { at }) });
  gpg(HOME, ['--quick-add-key', key.fingerprint, 'ed25519', 'sign', expires], '', at);
  return key;
}

function withOneSubkey(first: string, second: string): readonly [GpgKey, GpgKey] {
  const at = NOW - 10 * DAY_MS;
  const keys = [first, second].map((userId) => makeGpgKey(HOME, userId, { usage: 'cert', at }));
  const [one, two] = keys as [GpgKey, GpgKey];
  gpg(HOME, ['--quick-add-key', one.fingerprint, 'ed25519', 'sign', 'never'], '', at);
  const listed = gpg(HOME, ['--with-colons', '--with-keygrip', '--list-keys', one.fingerprint]);
  const keygrip = [...listed.matchAll(/^grp:+([0-9A-F]{40}):/gm)].at(-1)?.[1] ?? '';
  // Entry 13 of the menu takes a key that is there already.
  edit(two.fingerprint, `addkey\n13\n${keygrip}\nq\n0\nsave\n`, at);
  return [one, two];
}

/** What only gpg's dialogue can do. */
function edit(fingerprint: string, answers: string, at: number): void {
  const time = ['--faked-system-time', `${gpgTime(at)}!`];
  const quiet = ['--no-tty', '--quiet', '--expert', '--pinentry-mode', 'loopback', '--passphrase', ''];
  HOME.must('gpg', [...quiet, ...time, '--command-fd', '0', '--edit-key', fingerprint], answers);
}

/** Imports the revocation that gpg prepared when it made the key. */
function revoke(fingerprint: string): void {
  gpg(HOME, ['--import'], HOME.read(`gnupg/openpgp-revocs.d/${fingerprint}.rev`).replace(':-----BEGIN', '-----BEGIN'));
}

async function verdictOn({ bytes, id }: CommitObject, seenAt = Date.now()): Promise<SignatureVerdict> {
  const verdict = await verifyCommit(parseCommit(bytes, id), keyRingOf(ROSTER, new Set()));
  return (verdict.ok ? untimely(verdict.validity, seenAt) : null) ?? verdict;
}

async function codeOf(commit: CommitObject, seenAt?: number): Promise<string> {
  const verdict = await verdictOn(commit, seenAt);
  return verdict.ok ? 'ok' : verdict.code;
}

/** What `git verify-commit` says of the same object. */
function gitSays({ bytes, id }: CommitObject): 'good' | 'bad' {
  const args = ['-C', REPOSITORY, 'hash-object', '--literally', '-t', 'commit', '-w', '--stdin'];
  expect(HOME.must('git', args, bytes).trim()).toBe(id);
  return HOME.run('git', ['-C', REPOSITORY, 'verify-commit', id]).ok ? 'good' : 'bad';
}

/** What `ssh-keygen -Y verify` or `gpg --verify` says of signature and payload. */
function programSays({ bytes, id }: CommitObject): 'good' | 'bad' {
  const { signature, signedPayload } = parseCommit(bytes, id);
  const file = HOME.file('signature', signature ?? '');
  if (signature?.includes('PGP') === true) {
    const { stdout } = HOME.run('gpg', ['--status-fd', '1', '--verify', file, HOME.file('payload', signedPayload)]);
    return /^\[GNUPG:\] GOODSIG /m.test(stdout) ? 'good' : 'bad';
  }
  const args = ['-f', HOME.file('allowed', allowedSignersOf(ROSTER)), '-I', 'alice', '-n', 'git', '-s', file];
  return HOME.run('ssh-keygen', ['-Y', 'verify', ...args], signedPayload).ok ? 'good' : 'bad';
}

describe('a commit that git itself signs', () => {
  it.each([
    ['ssh', SSH.ed25519.path, 'alice'],
    ['ssh', SSH.rsa.path, 'alice'],
    ['openpgp', GPG.ed25519.fingerprint, 'bob'],
    ['openpgp', GPG.withSubkey.fingerprint, 'bob'],
  ])('by %s counts', async (format, key, person) => {
    const worktree = `${HOME.folder}/${format}-${String(Math.random())}`;
    HOME.must('git', ['init', '--quiet', worktree]);
    const inside = ['-C', worktree, '-c', `gpg.format=${format}`, '-c', `user.signingkey=${key}`];
    HOME.must('git', [...inside, 'commit', '--quiet', '-S', '--allow-empty', '-m', 'Größe ändern']);
    HOME.must('git', [
      ...inside,
      'commit',
      '--quiet',
      '-S',
      '--allow-empty',
      '-m',
      'Next\n\nSigned-off-by: A <a@example.com>',
    ]);
    const id = HOME.must('git', [...inside, 'rev-parse', 'HEAD']).trim();
    const bytes = Buffer.from(HOME.must('git', [...inside, 'cat-file', 'commit', id]));
    expect(await verdictOn({ id, bytes })).toMatchObject({ ok: true, signer: { person } });
    expect(HOME.run('git', [...inside, 'verify-commit', id]).ok).toBe(true);
  });
});

describe('our verdict is that of git and of the program behind it', () => {
  const good = signedBy((payload) => SSH.ed25519.sign(payload));
  const other = signedBy((payload) => SSH.ed25519.sign(payload), 'Another change\n');
  const goodGpg = signedByGpg(GPG.ed25519);

  function withMessage({ bytes, id }: CommitObject, message: string): CommitObject {
    return commitObject(unsignedCommit({ message }), parseCommit(bytes, id).signature);
  }

  it.each([
    ...Object.entries(SSH).map(
      ([name, key]) => [`an SSH key (${name})`, signedBy((payload) => key.sign(payload))] as const,
    ),
    ...(['ed25519', 'rsa', 'nistp256', 'withSubkey'] as const).map(
      (name) => [`an OpenPGP key (${name})`, signedByGpg(GPG[name])] as const,
    ),
    ['an OpenPGP text signature', signedByGpg(GPG.ed25519, { args: ['--textmode'] })] as const,
    [
      'an OpenPGP signature with a comment',
      signedByGpg(GPG.ed25519, { args: ['--comment', 'hello', '--emit-version'] }),
    ] as const,
    ['a key whose expiry was put off after it signed', BEFORE.extended] as const,
  ])('good: %s', async (_, commit) => {
    expect(await verdictOn(commit)).toMatchObject({ ok: true });
    expect([gitSays(commit), programSays(commit)]).toEqual(['good', 'good']);
  });

  it.each([
    ['an altered message', withMessage(good, 'Another change\n'), 'BadSignature'],
    ['an altered message (gpg)', withMessage(goodGpg, 'Another change\n'), 'BadSignature'],
    ['the signature of another commit', withMessage(other, 'A change\n'), 'BadSignature'],
    ['a signature for files', signedBy((payload) => SSH.ed25519.sign(payload, 'file')), 'WrongNamespace'],
    [
      'a signature for plans',
      signedBy((payload) => SSH.ed25519.sign(payload, 'plan@routeros-gitops')),
      'WrongNamespace',
    ],
    ['a stranger', signedBy((payload) => STRANGER.sign(payload)), 'UnknownKey'],
    ['a stranger (gpg)', signedBy((payload) => GPG_STRANGER.sign(payload)), 'UnknownKey'],
    ['a key that is revoked', BEFORE.revoked, 'KeyRevoked'],
    ['a subkey that is revoked', BEFORE.subkeyRevoked, 'KeyRevoked'],
    ['a key that had expired when it signed', BEFORE.cutShort, 'KeyExpired'],
    [
      'a signature that claims to be older than its key',
      signedByGpg(GPG.ed25519, { at: NOW - DAY_MS, args: ['--ignore-time-conflict'] }),
      'BadSignature',
    ],
    [
      'a signature that has expired',
      signedByGpg(GPG.rsa, { at: NOW - 3 * DAY_MS, args: ['--default-sig-expire', '1'] }),
      'BadSignature',
    ],
  ])('bad: %s', async (_, commit, code) => {
    expect(await codeOf(commit)).toBe(code);
    expect([gitSays(commit), programSays(commit)]).toEqual(['bad', 'bad']);
  });

  it('bad: no signature', async () => {
    const commit = commitObject(unsignedCommit(), null);
    expect(await codeOf(commit)).toBe('Unsigned');
    expect(gitSays(commit)).toBe('bad');
  });

  it('the reason names the key', async () => {
    const stranger = HOME.must('ssh-keygen', ['-l', '-f', STRANGER.path]).split(' ')[1] ?? '';
    expect(await verdictOn(signedBy((payload) => STRANGER.sign(payload)))).toMatchObject({
      message: `it is signed with ${stranger}, which is nobody's in the roster`,
    });
    expect(await verdictOn(signedBy((payload) => GPG_STRANGER.sign(payload)))).toMatchObject({
      message: `it is signed with OPENPGP:${GPG_STRANGER.fingerprint}, which is nobody's in the roster`,
    });
  });

  it('an OpenPGP signature says when it was made, and whose certificate it belongs to', async () => {
    const at = NOW - DAY_MS;
    expect(await verdictOn(signedByGpg(GPG.rsa, { at: NOW }))).toMatchObject({ ok: true });
    const verdict = await verdictOn(signedByGpg(GPG.extended, { at: at }));
    expect(verdict).toMatchObject({
      ok: true,
      signer: { person: 'bob', key: `OPENPGP:${GPG.extended.fingerprint}` },
      validity: { signedAt: Math.floor(at / 1000) * 1000 },
    });
  });
});

/**
 * The one deliberate difference: which clock counts (approval.md §4). gpg calls the signature of an expired key good
 * when it claims an earlier time, and exits with success; git's verdict on it depends on git's version. We hold the
 * key's expiry against the time when the controller first saw the commit, so a backdated signature proves nothing, and
 * one that was seen in time stays good after the key has expired.
 */
describe.each([
  ['an expired key', GPG.expired],
  ['an expired subkey', GPG.subkeyExpired],
])('a signature by %s that claims a time when it was good', (_, key) => {
  const claimed = signedByGpg(key, { at: NOW - 90 * DAY_MS });

  it('is good to gpg', () => {
    const { signature, signedPayload } = parseCommit(claimed.bytes, claimed.id);
    const files = [HOME.file('signature', signature ?? ''), HOME.file('payload', signedPayload)];
    expect(HOME.run('gpg', ['--verify', ...files])).toMatchObject({
      ok: true,
      stderr: expect.stringContaining('Good signature') as unknown,
    });
  });

  it('is refused when it is first seen after the key expired', async () => {
    expect(await verdictOn(claimed)).toMatchObject({
      ok: false,
      code: 'KeyExpired',
      message: expect.stringContaining(`the key OPENPGP:${key.fingerprint} expired on `) as unknown,
    });
  });

  it('is good when it was first seen before', async () => {
    expect(await codeOf(claimed, NOW - 60 * DAY_MS)).toBe('ok');
  });
});

/** What nobody's software writes today: not a question of authority, but of what can be forged. */
describe('we refuse, whatever git says', () => {
  it('an OpenPGP signature over SHA-1', async () => {
    const weak = signedByGpg(GPG.rsa, { args: ['--digest-algo', 'SHA1', '--allow-weak-digest-algos'] });
    expect(await verdictOn(weak)).toMatchObject({
      code: 'BadSignature',
      message: expect.stringContaining('too weak') as unknown,
    });
  });

  it('a signature that claims a time after its key expired, by whatever clock it was seen', async () => {
    expect(await codeOf(BEFORE.justAfterItEnds, NOW - 20 * DAY_MS - 60_000)).toBe('KeyExpired');
  });

  it('a subkey that two people hold', async () => {
    const signed = signedByGpg(SHARED[0], { with: `${subkeyOf(SHARED[0])}!` });
    const ringOf = (keys: readonly GpgKey[]): KeyRing =>
      keyRingOf(
        rosterOf(Object.fromEntries(keys.map((key) => [key.fingerprint, { openpgp: [key.certificate()] }]))),
        new Set(),
      );
    const commit = parseCommit(signed.bytes, signed.id);
    expect(await verifyCommit(commit, ringOf([SHARED[0]]))).toMatchObject({ ok: true });
    expect(await verifyCommit(commit, ringOf([SHARED[1]]))).toMatchObject({ ok: true });
    expect(await verifyCommit(commit, ringOf(SHARED))).toMatchObject({
      code: 'UnknownKey',
      message: `it is signed with OPENPGP:${subkeyOf(SHARED[0])}, which is nobody's in the roster`,
    });
  });

  it('an RSA key of 1024 bits', async () => {
    expect(await codeOf(signedByGpg(GPG.weak))).toBe('WeakKey');
  });

  it('two OpenPGP signatures in one block', async () => {
    const unsigned = unsignedCommit();
    const twice = gpg(HOME, ['-bsa', '-u', GPG.rsa.fingerprint, '-u', GPG.ed25519.fingerprint], unsigned);
    expect(await codeOf(commitObject(unsigned, twice))).toBe('BadSignature');
  });

  it('a signature from the future, but for clocks that differ', async () => {
    const signed = signedByGpg(GPG.rsa, { at: NOW });
    expect(await codeOf(signed, NOW - 4 * 60_000)).toBe('ok');
    expect(await verdictOn(signed, NOW - 6 * 60_000)).toMatchObject({
      code: 'BadSignature',
      message: expect.stringContaining('claims to come from the future') as unknown,
    });
  });
});

describe('the operator', () => {
  it.each([
    ['an SSH key', signedBy((payload) => SSH.ed25519.sign(payload)), fingerprintOf(SSH.ed25519.path)],
    ['an OpenPGP key', signedByGpg(GPG.rsa), `OPENPGP:${GPG.rsa.fingerprint}`],
    ['the subkey alone', signedByGpg(GPG.withSubkey), `OPENPGP:${subkeyOf(GPG.withSubkey)}`],
  ])('revokes %s outside Git, and beats the roster', async (_, { bytes, id }, key) => {
    const commit = parseCommit(bytes, id);
    expect(await verifyCommit(commit, keyRingOf(ROSTER, new Set([`${key}x`])))).toMatchObject({ ok: true });
    expect(await verifyCommit(commit, keyRingOf(ROSTER, new Set([key])))).toEqual({
      ok: false,
      code: 'KeyRevoked',
      message: `it is signed with ${key}, which the operator revoked`,
    });
  });
});

function fingerprintOf(file: string): string {
  return HOME.must('ssh-keygen', ['-l', '-f', file]).split(' ')[1] ?? '';
}

function subkeyOf(key: GpgKey): string {
  const listed = gpg(HOME, ['--with-colons', '--with-subkey-fingerprint', '--list-keys', key.fingerprint]);
  return [...listed.matchAll(/^fpr:+([0-9A-F]{40}):/gm)].at(-1)?.[1] ?? '';
}
