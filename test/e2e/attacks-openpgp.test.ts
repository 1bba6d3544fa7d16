import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { waitsFor } from '#test/approval-facts.ts';
import { rosterYaml, startGitRig, type GitRig } from '#test/git-rig.ts';
import { configYaml, deviceYaml, outcomeOf, seed } from '#test/rig.ts';
import { gpg, makeGpgKey, openSigningHome, type GpgKey, type SigningHome } from '#test/signing.ts';

let rig: GitRig;
let home: SigningHome;
let current: GpgKey;
let expired: GpgKey;
/** Its primary key only certifies. */
let divided: GpgKey;

const DAY = 86_400_000;
const ago = (days: number): number => Date.now() - days * DAY;

beforeAll(async () => {
  home = openSigningHome();
  current = makeGpgKey(home, 'Gina <gina@example.com>', { at: ago(10) });
  expired = makeGpgKey(home, 'Olaf <olaf@example.com>', { at: ago(10), expires: '5d' });
  divided = makeGpgKey(home, 'Sara <sara@example.com>', { at: ago(10), usage: 'cert' });
  gpg(home, ['--quick-add-key', divided.fingerprint, 'ed25519', 'sign', 'never'], '', ago(10));
  const person = (name: string, key: GpgKey): string =>
    `    - name: ${name}\n      roles: [contributor, approver, policy]\n      openpgp:\n        - |\n${key
      .certificate()
      .trim()
      .replaceAll(/^/gm, '          ')}\n`;
  rig = await startGitRig(
    (fleet, keys) => ({
      'roster.yaml': rosterYaml(keys, person('gina', current) + person('olaf', expired) + person('sara', divided)),
      'devices/p1.yaml': deviceYaml(fleet.router('p1'), 'p1', '', 'prod', 60),
      'configs/p1.yaml': configYaml('p1', 'dns: {servers: [192.0.2.53]}'),
    }),
    [seed('p1', { tls: true })],
  );
});
afterAll(async () => {
  await rig.close();
  home[Symbol.dispose]();
});

describe('an OpenPGP key', () => {
  test('that expired signs nothing, though the signature and the commit are dated back and git would take it', async () => {
    const plan = await rig.planOf('p1');
    const at = ago(7);
    const sign = (payload: Uint8Array): string => expired.sign(payload, { at: ago(7) });
    const refusal = await rig.refusal(() => rig.git.approve(null, plan, { sign, at }));
    expect(refusal.reasons).toEqual([
      { code: 'KeyExpired', message: expect.stringMatching(/"Approve".*OPENPGP:[0-9A-F]{40} expired on 20/) },
    ]);
  });

  test('that is in force and dates its signature back has an approval that expired', async () => {
    const sign = (payload: Uint8Array): string => current.sign(payload, { at: ago(2) });
    await rig.approve('eve', await rig.planOf('p1'), { key: null, sign });
    expect(await waitsFor(rig, 'p1')).toContain("Not counted: gina's (expired)");
  });

  test('that is in force approves', async () => {
    const sign = (payload: Uint8Array): string => current.sign(payload, { at: ago(0) });
    await rig.approve('eve', await rig.planOf('p1'), { key: null, sign });
    await outcomeOf(rig, 'p1', 'InSync');
    expect(rig.fleet.router('p1').rows('/ip/dns')[0]?.['servers']).toBe('192.0.2.53');
    expect((await rig.audited('attempt.arming'))[0]).toMatchObject({ approvedBy: 'gina' });
  });

  test('whose subkey the operator revoked takes an approval back that was given before and not used yet', async () => {
    await rig.change({ 'configs/p1.yaml': configYaml('p1', 'dns: {servers: [192.0.2.54]}') });
    await rig.ask('PUT', 'freeze', { reason: 'holidays' });
    const sign = (payload: Uint8Array): string => divided.sign(payload, { at: ago(0) });
    await rig.approve('eve', await rig.planOf('p1'), { key: null, sign });
    await rig.visited();
    const frozen = await outcomeOf(rig, 'p1', 'Waiting');
    expect(frozen.kind === 'Waiting' && frozen.reasons.map(({ code }) => code)).toEqual(['Frozen']);
    const listed = gpg(home, ['--with-colons', '--list-keys', divided.fingerprint]);
    const subkey = [...listed.matchAll(/^fpr:+([0-9A-F]{40}):/gm)].at(-1)?.[1] ?? '';
    expect(subkey).not.toBe(divided.fingerprint);
    await rig.ask('POST', 'revocations', { key: `OPENPGP:${subkey}`, reason: 'stolen' });
    expect(await waitsFor(rig, 'p1')).toContain("Not counted: sara's (its key is revoked or no longer in the roster)");
    await rig.ask('DELETE', 'freeze');
    expect(await waitsFor(rig, 'p1')).toContain("Not counted: sara's");
  });

  test('that the operator revoked signs nothing any more', async () => {
    await rig.ask('POST', 'revocations', { key: `OPENPGP:${current.fingerprint}`, reason: 'stolen' });
    const sign = (payload: Uint8Array): string => current.sign(payload, { at: ago(0) });
    const refusal = await rig.refusal(() => rig.git.push({ key: null, sign, message: 'Still me\n' }));
    expect(refusal.reasons).toEqual([{ code: 'KeyRevoked', message: expect.stringContaining('the operator revoked') }]);
  });
});
