import { describe, expect, it } from 'vitest';
import { type ControlBody, type ControlChange, keyChangesOf } from '#controller';
import { makeGpgKey, makeSshKeyFile, openSigningHome } from '#test/signing.ts';
import { approvalResult } from '../../cli/approval/approval-result.ts';
import { controlText } from '../../cli/text/control-text.ts';

const ID = `sha256:${'0'.repeat(64)}` as const;
const roster = (people: unknown): unknown => ({ metadata: { name: 'people' }, spec: { people } });
const device = (spec: object): unknown => ({ metadata: { name: 'r1' }, spec: { environment: 'prod', ...spec } });

function bodyOf(kind: ControlChange['kind'], before: unknown, after: unknown): ControlBody {
  return { source: 'git:x', changes: [{ kind, name: kind === 'Roster' ? 'people' : 'r1', before, after }] };
}

/** What programs are told of a control plan that was approved. */
function told(body: ControlBody) {
  const view = {
    kind: 'control',
    id: ID,
    now: 0,
    source: 'git:x',
    branch: 'main',
    head: 'a',
    refusals: [],
    mend: [],
    plans: [],
    control: { id: ID, body },
    excluded: [],
    signer: null,
    obstacles: [],
    missing: [],
  } as const;
  return approvalResult(view, ID, { commit: 'b', pushed: false }).control;
}

describe('keys that come or go with a control plan', () => {
  it.each([
    ['ed25519', undefined],
    ['rsa', 3072],
    ['ecdsa', 256],
    ['ecdsa', 384],
    ['ecdsa', 521],
  ])('are shown as ssh-keygen -lf prints them: %s %s', (type, bits) => {
    using home = openSigningHome();
    const [old, key] = [makeSshKeyFile(home, 'ed25519'), makeSshKeyFile(home, type, bits)];
    const [fingerprint] = home.must('ssh-keygen', ['-lf', `${key.path}.pub`]).match(/SHA256:\S+/) ?? [];
    const with1 = { name: 'ana', roles: ['approver'], keys: [old.line] };
    const with2 = { ...with1, keys: [old.line, key.line] };
    for (const [before, after, change] of [
      [roster([with1]), roster([with2]), 'added'],
      [roster([with2]), roster([with1]), 'removed'],
      [null, roster([{ ...with1, keys: [key.line] }]), 'added'],
    ] as const) {
      const body = bodyOf('Roster', before, after);
      expect(controlText(body).match(/^ {4}key .*$/gm)).toEqual([`    key ${change}: ${fingerprint} of ana`]);
      expect(told(body)?.keys).toEqual([{ person: 'ana', key: fingerprint, change }]);
    }
  });

  it('are shown by the fingerprint of the certificate, and of each subkey that can sign', () => {
    using home = openSigningHome();
    const gpg = makeGpgKey(home, 'Ana <ana@example.com>');
    const before = gpg.certificate();
    home.must('gpg', ['--batch', '--passphrase', '', '--quick-add-key', gpg.fingerprint, 'ed25519', 'sign', 'never']);
    const listed = home.must('gpg', ['--with-colons', '--list-keys', gpg.fingerprint]);
    const [primary, sub] = [...listed.matchAll(/^fpr:+([0-9A-F]{40}):/gm)].map(([, hex]) => `OPENPGP:${String(hex)}`);
    const ana = (openpgp: readonly string[]): unknown => roster([{ name: 'ana', roles: ['approver'], openpgp }]);
    const keys = (from: unknown, to: unknown): readonly string[] =>
      keyChangesOf(bodyOf('Roster', from, to)).map(({ key, change }) => `${change} ${key}`);
    expect(keys(ana([]), ana([before]))).toEqual([`added ${String(primary)}`]);
    expect(keys(ana([before]), ana([gpg.certificate()]))).toEqual([`added ${String(sub)}`]);
  });

  it('are told where one changes hands, and not where its comment or its place does', () => {
    using home = openSigningHome();
    const { line } = makeSshKeyFile(home, 'ed25519');
    const held = (name: string, key: string): unknown => ({ name, roles: ['approver'], keys: [key] });
    const moved = keyChangesOf(bodyOf('Roster', roster([held('ana', line)]), roster([held('dora', line)])));
    expect(moved.map(({ person, change }) => `${change} ${person}`)).toEqual(['added dora', 'removed ana']);
    const renamed = line.replace('alice@', 'ana@');
    expect(keyChangesOf(bodyOf('Roster', roster([held('ana', line)]), roster([held('ana', renamed)])))).toEqual([]);
  });

  it('are none in what is no roster', () => {
    for (const content of [
      null,
      {},
      { spec: { people: 'ana' } },
      roster([null, { name: 1 }, { name: 'a', keys: [7] }]),
    ])
      expect(keyChangesOf(bodyOf('Roster', null, content))).toEqual([]);
  });
});

describe('where a login is sent from a control plan on', () => {
  const lab = { address: 'https://192.0.2.1', credentialsRef: 'lab' };
  const contact = { ...lab, tls: 'verify', fingerprint: null };

  it.each([
    ['a new device', null, lab, contact],
    ['another address', lab, { ...lab, address: 'https://192.0.2.9' }, { ...contact, address: 'https://192.0.2.9' }],
    ['other credentials', lab, { ...lab, credentialsRef: 'root' }, { ...contact, credentialsRef: 'root' }],
    ['no TLS any more', lab, { ...lab, tls: { mode: 'plaintext' } }, { ...contact, tls: 'plaintext' }],
    [
      'another certificate',
      lab,
      { ...lab, tls: { mode: 'pin', fingerprint: 'AB:CD' } },
      { ...contact, tls: 'pin', fingerprint: 'AB:CD' },
    ],
  ])('is shown whole, also what stays of it: %s', (_, before, after, expected) => {
    const body = bodyOf('RouterDevice', before === null ? null : device(before), device(after));
    const line = /^ {4}will connect to: .*$/m.exec(controlText(body))?.[0] ?? '';
    for (const part of [expected.address, expected.credentialsRef, expected.tls, expected.fingerprint ?? ''])
      expect(line).toContain(part);
    expect(told(body)?.contacts).toEqual([{ device: 'r1', before: before === null ? null : contact, after: expected }]);
  });

  it('is not where nothing of it changes', () => {
    const body = bodyOf('RouterDevice', device(lab), device({ ...lab, site: 'vie' }));
    expect(controlText(body)).not.toContain('will connect');
    expect(told(body)?.contacts).toEqual([]);
  });
});
