import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startController } from '#controller';
import { waitsFor } from '#test/approval-facts.ts';
import { startGitRig, type GitRig } from '#test/git-rig.ts';
import { configYaml, deviceYaml, seed, until } from '#test/rig.ts';

let rig: GitRig;

beforeAll(async () => {
  rig = await startGitRig(
    (fleet) => ({
      'devices/p1.yaml': deviceYaml(fleet.router('p1'), 'p1', '', 'prod', 60),
      'configs/p1.yaml': configYaml('p1', 'dns: {servers: [192.0.2.53]}'),
    }),
    [seed('p1', { tls: true })],
  );
});
afterAll(() => rig.close());

describe('an approval', () => {
  test('of another installation, which follows the same branch from the same commit, is none here', async () => {
    const trusted = rig.controller.api.fleet.sourceStatus()?.trust?.anchor ?? '';
    const stateFolder = path.join(rig.config.stateFolder, '..', 'other');
    const other = await startController({ ...rig.config, stateFolder });
    try {
      await other.api.trustInit(trusted, 'operator:test');
      const there = await until(
        () => other.api.visitOf('p1')?.outcome,
        (outcome) => outcome?.kind === 'Waiting',
      );
      const id = there?.kind === 'Waiting' ? there.planId : '';
      expect(id).not.toBe(await rig.planOf('p1'));
      await other.api.store.freeze.set({ by: 'operator:test', reason: 'only one of the two may write', since: 0 });
      await rig.approve('bob', id);
      expect(await waitsFor(rig, 'p1')).toContain('could give it');
      await other.api.reconcile([]);
      const approved = await until(
        () => other.api.visitOf('p1')?.outcome,
        (outcome) => outcome?.kind === 'Waiting' && outcome.ready !== null,
      );
      expect(approved).toMatchObject({ planId: id, reasons: [{ code: 'Frozen' }] });
    } finally {
      await other.stop();
    }
  });

  test('at or below a new anchor never counts', async () => {
    const plan = await rig.planOf('p1');
    await rig.ask('PUT', 'freeze', { reason: 'restored from a backup' });
    await rig.git.approve(rig.keys.bob, plan);
    await rig.visited();
    expect(rig.controller.api.visitOf('p1')?.outcome).toMatchObject({ ready: expect.anything() });
    await rig.controller.api.trustInit((await rig.git.head()) ?? '', 'operator:test');
    await rig.ask('DELETE', 'freeze');
    expect(await waitsFor(rig, 'p1')).toContain('could give it');
    expect(await rig.planOf('p1')).not.toBe(plan);
    await rig.approve('bob', plan);
    expect(await waitsFor(rig, 'p1')).toContain('could give it');
  });

  test('above an anchor that was put back is of a plan that is no more', async () => {
    const old = rig.git.parentOf((await rig.git.head()) ?? '');
    const plan = await rig.planOf('p1');
    await rig.ask('PUT', 'freeze', { reason: 'restored from a backup' });
    await rig.git.approve(rig.keys.bob, plan);
    await rig.controller.api.trustInit(old, 'operator:test');
    await rig.ask('DELETE', 'freeze');
    expect(await waitsFor(rig, 'p1')).toContain('could give it');
    expect(await rig.planOf('p1')).not.toBe(plan);
  });

  test('counts above an old history that nobody could sign, which the operator trusts as it is', async () => {
    const { git, keys } = rig;
    const forge = (object: string): string => object.replace('\n\n', '\nencoding ISO-8859-1\n\n');
    const old = await git.push({ key: null, message: 'Long ago\n', forge });
    await rig.controller.api.trustInit(old, 'operator:test');
    expect(rig.controller.api.fleet.fault).toBeNull();
    await git.push({ key: keys.dora, message: 'Signed from here on\n' });
    await rig.visited();
    expect(rig.controller.api.fleet.sourceStatus()).toMatchObject({ refusals: [], trust: { head: await git.head() } });
  });

  test('is worth nothing where nothing is trusted', async () => {
    const stateFolder = path.join(rig.config.stateFolder, '..', 'new');
    const fresh = await startController({ ...rig.config, stateFolder });
    try {
      const head = (await rig.git.head()) ?? '';
      expect(fresh.api.fleet.fault).toMatchObject({
        code: 'NoTrustedHead',
        message: expect.stringContaining(`rosctl trust init ${head}`),
      });
      expect(fresh.api.fleet.devices()).toEqual([]);
      expect(rig.writes()).toEqual([]);
    } finally {
      await fresh.stop();
    }
  });
});
