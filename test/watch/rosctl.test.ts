import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rosctl } from '../cli/run.ts';
import { faultsOf } from '../cli/output-schema.ts';
import { PASSWORD, labFleet, outcomeOf, seed, startRig, until, type Rig } from '#test/rig.ts';
import type { Principal } from '../../controller/access/principal.ts';
import { operationsOf } from '../../controller/operations/api.ts';

const READ_PASSWORD = 'S3cret-of-the-reader';
const HIDDEN = 'S3cret-in-the-router';

let rig: Rig;

beforeAll(async () => {
  const reader = seed('r1', {
    groups: [{ name: 'gitops-read', policy: 'read,test,api,rest-api' }],
    users: [
      { name: 'gitops', password: PASSWORD, group: 'full' },
      { name: 'gitops-read', password: READ_PASSWORD, group: 'gitops-read' },
    ],
    menus: { '/system/script': [{ name: 'hello', source: HIDDEN }] },
  });
  rig = await startRig(
    (router) => labFleet(router, 'identity: {name: gate}'),
    [reader],
    () => ({
      credentials: [
        {
          name: 'lab',
          username: 'gitops',
          from: { env: 'RIG_PASSWORD' },
          hosts: ['127.0.0.0/8'],
          tls: 'plaintext',
          read: { username: 'gitops-read', from: { env: 'READ_PASSWORD' } },
        },
      ],
      environment: { RIG_PASSWORD: PASSWORD, READ_PASSWORD },
    }),
  );
  await outcomeOf(rig, 'r1', 'InSync');
});

afterAll(async () => await rig.close());

async function json(...words: readonly string[]): Promise<Record<string, unknown>> {
  const ran = await rosctl([...words, '--state', rig.config.stateFolder, '-o', 'json']);
  expect(ran.stderr).toBe('');
  return JSON.parse(ran.stdout) as Record<string, unknown>;
}

async function text(...words: readonly string[]): ReturnType<typeof rosctl> {
  return await rosctl([...words, '--state', rig.config.stateFolder]);
}

describe('rosctl', () => {
  it('captures, tells what was there and what changed, and no secret is in any of it', async () => {
    await until(
      () => rig.controller.api.store.captures.list('r1', 9),
      (captures) => captures.some(({ why }) => why === 'confirmed'),
    );
    expect(await json('snapshots', 'take', 'r1')).toMatchObject({ device: 'r1', why: 'asked', unread: [] });
    const from = new Date(rig.controller.api.clock.now()).toISOString();
    rig.router.human.change({
      user: 'gitops',
      menu: '/ip/pool',
      verb: 'add',
      args: { name: 'late', ranges: '192.0.2.9' },
    });
    await until(
      () => rig.controller.api.clock.now(),
      (now) => now > Date.parse(from),
    );
    const taken = await json('snapshots', 'take', 'r1');
    expect(taken).toMatchObject({ changed: 1 });
    expect(faultsOf('snapshots take', taken)).toEqual([]);
    expect(faultsOf('snapshots show', await json('snapshots', 'show', 'r1', '--menu', '/ip/pool'))).toEqual([]);
    expect(faultsOf('snapshots list', await json('snapshots', 'list', 'r1'))).toEqual([]);
    const diff = await json('snapshots', 'diff', 'r1', '--from', from);
    expect(faultsOf('snapshots diff', diff)).toEqual([]);
    expect(diff['menus']).toMatchObject([{ menu: '/ip/pool', kind: 'changed', added: [{ name: 'late' }] }]);
    const shown = await text('snapshots', 'diff', 'r1', '--from', from);
    expect(shown.code).toBe(2);
    expect(shown.stdout).toContain('  + name=late ranges=192.0.2.9');
    expect((await text('snapshots', 'list', 'r1')).stdout).toContain('after a confirmed change');
    expect((await text('snapshots', 'show', 'r1', '--menu', '/system/script')).stdout).toContain('name=hello');
    expect((await text('snapshots', 'show', 'r1')).stdout).toContain('/system/identity');
    const tooEarly = await text('snapshots', 'diff', 'r1', '--from', '1y');
    expect(tooEarly.code).not.toBe(0);
    const oldest = (await rig.controller.api.store.captures.list('r1', 99)).at(-1)?.at ?? 0;
    expect(tooEarly.stderr).toContain(`the oldest is of ${new Date(oldest).toISOString()}.`);
    expect((await text('snapshots', 'show', 'r1', '--at', '2099-01-01T00:00:00Z')).stderr).toContain('future');
    expect((await text('snapshots', 'show', 'r1', '--menu', '/ip/pol')).stderr).toContain('Did you mean /ip/pool?');
    const { captures } = rig.controller.api.store;
    const states = await captures.statesAt('r1', Number.MAX_SAFE_INTEGER);
    const kept = JSON.stringify([...(await captures.contents(states.map(({ digest }) => digest)))]);
    for (const secret of [HIDDEN, PASSWORD, READ_PASSWORD]) expect(kept).not.toContain(secret);
  });

  it('tells how routers are, and were', async () => {
    await until(
      async () => (await rig.controller.api.store.samples.list('r1', 0)).length,
      (count) => count > 1,
    );
    expect(await json('health')).toMatchObject({ items: [{ device: 'r1', verdict: 'healthy' }] });
    const view = await json('health', 'r1', '--since', '2h');
    expect(faultsOf('health DEVICE', view)).toEqual([]);
    expect(view).toMatchObject({ resolution: 'sample', periods: [] });
    expect((view['samples'] as readonly unknown[]).length).toBeGreaterThan(1);
    expect(await json('health', 'r1', '--since', '30d')).toMatchObject({ resolution: 'hour', samples: [] });
    expect((await text('health')).stdout).toContain('healthy');
    expect((await text('health', 'r1')).stdout).toContain('by samples since');
    expect((await text('health', 'r1', '--since', 'lately')).code).toBe(64);
    const { code, stderr } = await text('health', '--since', '7d');
    expect([code, stderr]).toEqual([64, expect.stringContaining('health DEVICE --since 7d')]);
  });
});

it('who may not read a device is told of it as of one that never was', async () => {
  const operations = operationsOf(rig.controller.api);
  const nobody: Principal = { ...({} as Principal), actor: 'token:t', may: (_, about) => typeof about === 'symbol' };
  expect(await operations.ask(nobody, 'fleetHealth', {})).toMatchObject({ devices: [] });
  for (const name of ['health', 'snapshots', 'snapshot', 'takeSnapshot'] as const) {
    const [own, other] = await Promise.all(
      ['r1', 'rX'].map(async (device) => {
        const refused: unknown = await operations.ask(nobody, name, { device }).catch((error: unknown) => error);
        return String(refused).replaceAll(device, 'DEVICE');
      }),
    );
    expect(own).toBe(other);
    expect(own).toContain('DEVICE');
  }
});
