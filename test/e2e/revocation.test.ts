import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGitRig, type GitRig } from '#test/git-rig.ts';
import { configYaml, deviceYaml, outcomeOf, seed } from '#test/rig.ts';
import { readPublicKeyLine } from '../../signatures/ssh-key.ts';

let rig: GitRig;

beforeAll(async () => {
  rig = await startGitRig(
    (fleet) => ({
      'devices/p1.yaml': deviceYaml(fleet.router('p1'), 'p1', '', 'prod'),
      'configs/p1.yaml': configYaml('p1', 'dns: {cacheSize: 2048}'),
    }),
    [seed('p1', { tls: true })],
  );
});
afterAll(() => rig.close());

test('RouterConfigs that came with a waiting control plan leave with the revoked key of who brought them', async () => {
  await outcomeOf(rig, 'p1', 'InSync');
  const trusted = rig.controller.api.fleet.revision;
  await rig.change({
    'devices/p1.yaml': `${rig.files()['devices/p1.yaml'] as string}  site: vie\n`,
    'configs/p1.yaml': configYaml('p1', 'dns: {cacheSize: 4096}'),
  });
  await outcomeOf(rig, 'p1', 'Waiting');
  expect(rig.controller.api.fleet.revision).toContain(' over ');
  const { fingerprint } = readPublicKeyLine(rig.keys.carol.line);
  await rig.controller.api.revoke(fingerprint, 'laptop stolen', 'operator:test');
  expect(rig.controller.api.fleet.fault?.code).toBe('RangeRefused');
  expect(rig.controller.api.fleet.revision).toBe(trusted);
  await outcomeOf(rig, 'p1', 'InSync');
  expect(rig.writes()).toEqual([]);
});
