import { afterEach, describe, expect, test, vi } from 'vitest';
import { Failure } from '#failure';
import { startGitRig, type GitRig } from '#test/git-rig.ts';
import { startGitServer, type GitServer } from '#test/git-server.ts';
import { configYaml, deviceYaml, outcomeOf, POLICIES, seed, startRig, until, type Rig } from '#test/rig.ts';
import { Contents } from '../../controller/trust/contents.ts';

let rig: Rig | null = null;
let server: GitServer | null = null;

afterEach(async () => {
  await rig?.close();
  await server?.close();
  rig = null;
  server = null;
});

describe('what makes of one device break off', () => {
  test('ends that device’s visits with the reason, and no other’s', async () => {
    const names = ['r1', 'r2'];
    const started = await startRig(
      (_, fleet) => ({
        ...Object.fromEntries(names.map((name) => [`${name}.yaml`, deviceYaml(fleet.router(name), name)])),
        ...Object.fromEntries(names.map((name) => [`c-${name}.yaml`, configYaml(name, 'dns: {servers: [9.9.9.9]}')])),
        'policies.yaml': POLICIES,
      }),
      names.map((name) => seed(name)),
    );
    rig = started;
    for (const name of names) await outcomeOf(started, name, 'InSync');
    const { fleet } = started.controller.api;
    const targetOf = fleet.targetOf.bind(fleet);
    fleet.targetOf = (device) => {
      if (device === 'r1') throw new RangeError('nobody thought of this');
      return targetOf(device);
    };
    const outcome = await outcomeOf(started, 'r1', 'Stalled');
    expect(outcome).toMatchObject({
      reasons: [{ code: 'Defect', because: expect.stringContaining('nobody thought') }],
    });
    const before = started.controller.api.visitOf('r2')?.at ?? 0;
    await until(
      () => started.controller.api.visitOf('r2'),
      (visit) => (visit?.at ?? 0) > before && visit?.outcome.kind === 'InSync',
    );
    fleet.targetOf = targetOf;
    await outcomeOf(started, 'r1', 'InSync');
  });
});

describe('a branch', () => {
  async function follow(served: boolean): Promise<GitRig> {
    const started = await startGitRig(
      (fleet) => ({
        'devices/r1.yaml': deviceYaml(fleet.router('r1'), 'r1'),
        'configs/r1.yaml': configYaml('r1', 'dns: {servers: [9.9.9.9]}'),
      }),
      [seed('r1')],
      async (folder) => {
        if (!served) return {};
        server = await startGitServer(folder);
        const location = { kind: 'https', url: `${server.url}/fleet.git`, branch: 'main', path: '.' } as const;
        return { git: { location, pollSeconds: 60, token: null } };
      },
    );
    rig = started;
    await outcomeOf(started, 'r1', 'InSync');
    return started;
  }

  test('whose server never answers keeps no controller from starting', async () => {
    const started = await follow(true);
    const { revision } = started.controller.api.fleet;
    let asked = 0;
    if (server !== null) {
      server.instead = () => {
        asked += 1;
        return true;
      };
    }
    await started.restart();
    await until(
      () => asked,
      (times) => times > 0,
    );
    expect(await started.status()).toContain('1 in the fleet, 1 ready');
    expect(started.controller.api.fleet.revision).toBe(revision);
    await outcomeOf(started, 'r1', 'InSync');
  });

  test('whose judging breaks off is refused with the reason, and is judged again', async () => {
    const started = await follow(false);
    const before = started.controller.api.fleet.revision;
    const broken = vi.spyOn(Contents.prototype, 'at').mockRejectedValue(new TypeError('nobody thought of this'));
    try {
      await started.change({ 'README.md': 'more' });
      const { fleet } = started.controller.api;
      expect(fleet.fault).toMatchObject({ code: 'SourceUnusable', message: expect.stringContaining('nobody thought') });
      expect(fleet.sourceStatus()?.refusals).toMatchObject([{ code: 'SourceUnusable' }]);
      expect(await started.audited('source.refused')).toMatchObject([{ reasons: [{ code: 'SourceUnusable' }] }]);
      expect(await started.status()).toContain('SourceUnusable');
      await started.restart();
      expect(started.controller.api.fleet.fault).toMatchObject({ code: 'SourceUnusable' });
    } finally {
      broken.mockRestore();
    }
    await started.look();
    expect(started.controller.api.fleet.fault).toBeNull();
    expect(started.controller.api.fleet.revision).toBe(before);
  });

  test('is not refused when the store fails while it is judged', async () => {
    const started = await follow(false);
    const { fleet, store } = started.controller.api;
    const full = new Failure('StoreUnavailable', 'the disk is full');
    const failing = vi.spyOn(store.statements, 'note').mockRejectedValue(full);
    const head = await started.change({ 'README.md': 'more' });
    expect(fleet.fault).toMatchObject({ code: 'StoreUnavailable' });
    expect(fleet.sourceStatus()?.refusals).toEqual([]);
    expect(await started.audited('source.refused')).toEqual([]);
    failing.mockRestore();
    await started.look();
    expect(fleet.fault).toBeNull();
    expect(fleet.sourceStatus()?.trust?.head).toBe(head);
  });
});
