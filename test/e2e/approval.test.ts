import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGitRig, type GitRig } from '#test/git-rig.ts';
import { configYaml, deviceYaml, outcomeOf, seed, until } from '#test/rig.ts';

let rig: GitRig;

beforeAll(async () => {
  rig = await startGitRig(
    (fleet) => ({
      'devices/p1.yaml': deviceYaml(fleet.router('p1'), 'p1', '', 'prod'),
      'configs/p1.yaml': configYaml('p1', 'dns: {servers: [192.0.2.53]}'),
    }),
    [seed('p1', { tls: true })],
  );
});
afterAll(() => rig.close());

describe('a prod device', () => {
  test('is changed when somebody with authority signed exactly its plan', async () => {
    const plan = await rig.planOf('p1');
    expect(rig.writes()).toEqual([]);
    await rig.approve('bob', plan);
    await outcomeOf(rig, 'p1', 'Confirmed');
    expect(rig.fleet.router('p1').rows('/ip/dns')[0]?.['servers']).toBe('192.0.2.53');
    await until(
      () => rig.controller.api.visitOf('p1')?.outcome.kind,
      (kind) => kind === 'InSync',
    );
  });
});
