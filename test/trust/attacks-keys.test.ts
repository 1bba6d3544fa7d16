import { describe, expect, test } from 'vitest';
import { configYaml, deviceYaml, policyYaml } from '#test/documents.ts';
import { testKey } from '#test/git-writer.ts';
import { makeGpgKey, openSigningHome, rosterOf } from '#test/signing.ts';
import { openTrustRig, type TrustRig } from '#test/trust-rig.ts';
import { keyRingOf, signerOf } from '../../signatures/key-ring.ts';
import { keyOfCertificate } from '../../signatures/roster-key.ts';
import { revokeKey } from '../../controller/trust/actions.ts';
import { sqlite } from '../store/places.ts';

const KEYS = {
  alice: testKey('alice'),
  bob: testKey('bob'),
  carol: testKey('carol'),
  dora: testKey('dora'),
};
const HOUR = 3_600_000;
const rosterYaml = (more = ''): string =>
  policyYaml(
    'Roster',
    'people',
    `people:\n${Object.entries(KEYS)
      .map(([name, { line }]) => `  - {name: ${name}, roles: [contributor, approver, policy], keys: ["${line}"]}\n`)
      .join('')}${more}`,
  );
const FILES = {
  'roster.yaml': rosterYaml(),
  'r1.yaml': deviceYaml('r1'),
  'c0.yaml': configYaml('c0', 10, 'dns: {servers: [192.0.2.1]}'),
};
const open = async (files: Readonly<Record<string, string>> = FILES): Promise<TrustRig> =>
  await openTrustRig(await sqlite.next(), KEYS.alice, files);

async function approveControl(rig: TrustRig, key = KEYS.alice): Promise<void> {
  const { git, fleet } = rig;
  await rig.read();
  await git.approve(key, fleet.sourceStatus()?.control?.plan.id ?? '');
  expect(await rig.read()).toBeNull();
}

test('whoever wrote a policy into a file that nobody could read, in an earlier range, does not approve it alone', async () => {
  const all = policyYaml(
    'ApprovalPolicy',
    'all',
    'selector: {}\napprovers: {roles: [approver]}\nexcludeAuthors: true\n',
  );
  const extra = policyYaml('ApprovalPolicy', 'extra', 'selector: {names: [r1]}\napprovers: {roles: [approver]}\n');
  const sound = { ...FILES, 'all.yaml': all };
  await using rig = await open(sound);
  const { git } = rig;
  const main = (await git.head()) ?? '';
  const broken = { ...sound, 'extra.yaml': `${extra}\n? [` };
  const mended = { ...sound, 'extra.yaml': extra };
  const side = await git.commit({
    key: KEYS.bob,
    message: 'Draft\n',
    parents: [main],
    files: broken,
  });
  const base = await git.push({
    key: KEYS.bob,
    message: 'Drop\n',
    parents: [main, side],
    files: sound,
  });
  expect(await rig.read()).toBeNull();
  const mend = await git.commit({
    key: KEYS.carol,
    message: 'Mend\n',
    parents: [side],
    files: mended,
  });
  await git.push({
    key: KEYS.carol,
    message: 'Merge\n',
    parents: [base, mend],
    files: mended,
  });
  expect(await rig.read()).toBeNull();
  expect(rig.fleet.sourceStatus()?.control).not.toBeNull();
  await approveControl(rig, KEYS.bob);
  expect(rig.fleet.sourceStatus()?.control).not.toBeNull();
});

describe('keys', () => {
  test('a certificate that was revoked while no controller ran does not count as an SSH key either, once the roster has only that', async () => {
    using home = openSigningHome();
    const erik = makeGpgKey(home, 'erik', { algorithm: 'ed25519' });
    const asGpg = `  - name: erik\n    roles: [contributor, approver]\n    openpgp:\n      - ${JSON.stringify(erik.certificate())}\n`;
    await using rig = await open({
      ...FILES,
      'roster.yaml': rosterYaml(asGpg),
    });
    await revokeKey(rig.store, `OPENPGP:${erik.fingerprint}`, 'stolen', {
      actor: 'operator:test',
      at: rig.now(),
    });
    // The controller that runs next still has the roster that shows it.
    expect(await rig.read()).toBeNull();
    const [material = ''] = keyOfCertificate(erik.certificate()).materials;
    const revoked = new Set((await rig.store.revocations.list()).map(({ key }) => key));
    // A roster that names the same key as an SSH key.
    const roster = rosterOf({
      erik: {
        roles: ['contributor', 'approver'],
        keys: [sshLineOf(erik.certificate())],
      },
    });
    const ring = keyRingOf(roster, revoked);
    expect(ring.keys.holdersOf().get(material)).toBe('erik');
    expect(signerOf(ring, { key: material, signedWith: material, material })).toBeNull();
  });

  test('a signature of a clock that goes ahead counts once that time has come', async () => {
    using home = openSigningHome();
    const erik = makeGpgKey(home, 'erik', { algorithm: 'ed25519' });
    const asGpg = `  - name: erik\n    roles: [contributor, approver]\n    openpgp:\n      - ${JSON.stringify(erik.certificate())}\n`;
    await using rig = await open({
      ...FILES,
      'roster.yaml': rosterYaml(asGpg),
    });
    const ahead = rig.now() + 10 * 60_000;
    await rig.git.push({
      key: null,
      sign: (payload) => erik.sign(payload, { at: ahead }),
      message: 'Early\n',
      files: { ...FILES, 'roster.yaml': rosterYaml(asGpg), 'README.md': 'x' },
    });
    expect(await rig.read()).toContain('future');
    rig.pass(HOUR);
    const act = { actor: 'operator:test', at: rig.now() } as const;
    // Whatever makes it look again.
    await revokeKey(rig.store, testKey('another').line, 'lost', act);
    expect(await rig.read()).toBeNull();
  });
});

function sshLineOf(certificate: string): string {
  const bytes = Buffer.from(
    certificate
      .split('\n')
      .filter((line) => /^[A-Za-z0-9+/=]{20,}$/.test(line) && !line.startsWith('='))
      .join(''),
    'base64',
  );
  const at = bytes.indexOf(Buffer.from([0x01, 0x07, 0x40]));
  const point = bytes.subarray(at + 3, at + 35);
  const wire = (value: Buffer): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(value.length);
    return Buffer.concat([length, value]);
  };
  return `ssh-ed25519 ${Buffer.concat([wire(Buffer.from('ssh-ed25519')), wire(point)]).toString('base64')} erik`;
}
