import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TOOLS } from '#mcp';
import { modernClient, oldClient } from '#test/mcp-clients.ts';
import { doorOf } from '#test/mcp-rig.ts';
import {
  configYaml,
  deviceYaml,
  outcomeOf,
  POLICIES,
  READABLE_LAB,
  readableSeed,
  type Rig,
  startRig,
  until,
} from '#test/rig.ts';
import { ROLES } from '../../controller/access/permissions.ts';
import { principalOf } from '../../controller/access/principal.ts';
import { offeredTools } from '../../mcp/offered-tools.ts';
import { RESOURCES } from '../../mcp/resources/table.ts';
import { uriOf } from '../../mcp/resources/uri.ts';
import type { Served } from '../../mcp/served.ts';

let rig: Rig;

beforeAll(async () => {
  rig = await startRig(
    (_, fleet) => ({
      ...Object.fromEntries(
        ['r1', 'canary'].map((name) => [`devices/${name}.yaml`, deviceYaml(fleet.router(name), name)]),
      ),
      'configs/r1.yaml': configYaml('r1', 'dns: {servers: [192.0.2.53]}'),
      'policies.yaml': POLICIES,
    }),
    ['r1', 'canary'].map((name) =>
      readableSeed(name, {
        menus: { '/ip/dhcp-server/lease': [{ address: '192.0.2.9', comment: `lease of ${name}` }] },
      }),
    ),
    () => ({ credentials: READABLE_LAB }),
  );
  await outcomeOf(rig, 'r1', 'InSync');
});
afterAll(async () => await rig.close());

/** Whoever may read r1 alone. */
function served(role: keyof typeof ROLES = 'read_only'): Served {
  const rights = [{ permissions: new Set(ROLES[role]), devices: { names: ['r1'] } }];
  const door = doorOf(
    rig,
    principalOf('token:test', rights, () => null),
  );
  return { version: 'test', tools: TOOLS, door, now: () => Date.now() };
}

describe('resources of routers', () => {
  it('of one that the caller may read hold what it says, and those of others are not there', async () => {
    const mine = served();
    const client = await modernClient(mine);
    const offered = (await offeredTools(mine, new AbortController().signal)).map(({ name }) => name);
    const ofDevices = RESOURCES.filter(({ variables, twin }) => 'device' in variables && offered.includes(twin));
    expect(ofDevices.length).toBeGreaterThan(10);
    for (const resource of ofDevices) {
      const { contents } = await client
        .readResource({ uri: uriOf(resource, { device: 'r1', time: '1s' }) })
        .catch((error: unknown) => {
          // What a router does not have is missing too: this one has no radios, and no access points.
          expect(resource.name).toMatch(/wireless|capsman|snapshot/);
          expect(error).toMatchObject({ code: -32_602 });
          return { contents: [] };
        });
      for (const content of contents) expect(JSON.stringify(content).length).toBeLessThanOrEqual(20_000);
      const foreign = uriOf(resource, { device: 'canary', time: '1s' });
      const never = uriOf(resource, { device: 'nobody', time: '1s' });
      const failures = await Promise.all(
        [foreign, never].map(async (uri) =>
          JSON.stringify(await client.readResource({ uri }).catch((error: unknown) => error)),
        ),
      );
      expect(failures[0]).toBe(failures[1]?.replaceAll('nobody', 'canary'));
    }
    const leases = await client.readResource({ uri: 'device://r1/dhcp-leases' });
    expect(JSON.stringify(leases)).toContain('lease of r1');
    await client.close();
  });

  it('of a plan that was applied hold what it did, step by step, and who asked for it', async () => {
    const [attempt] = await rig.controller.api.store.attempts.list('r1', 1);
    const client = await modernClient(served('admin'));
    const read = async (uri: string): Promise<string> => {
      const { contents } = await client.readResource({ uri });
      return contents[0] !== undefined && 'text' in contents[0] ? contents[0].text : '';
    };
    const id = encodeURIComponent(attempt?.planId ?? '');
    expect(JSON.parse(await read(`plan://${id}/execution-log`))).toMatchObject({
      facts: { plan: attempt?.planId, device: 'r1', attempts: 1 },
      columns: ['attempt', 'at', 'step', 'detail'],
      rows: expect.arrayContaining([[1, expect.any(String), 'confirmed', expect.any(String)]]),
    });
    expect(await read(`plan://${id}/details`)).toContain('192.0.2.53');
    expect(JSON.parse(await read('audit://events/by-tool/log_search'))).toMatchObject({
      columns: ['at', 'actor', 'request', 'device', 'outcome', 'count'],
    });
    expect(await read('audit://events/by-device/r1')).toContain('attempt.');
    await client.close();
  });

  it('are listed and completed without those of others', async () => {
    const client = await oldClient(served());
    const heard = JSON.stringify([
      await client.listResources(),
      await client.listResourceTemplates(),
      await client.complete({
        ref: { type: 'ref/resource', uri: 'device://{device}/overview' },
        argument: { name: 'device', value: '' },
      }),
    ]);
    expect(heard).toContain('device://r1/overview');
    expect(heard).toContain('"values":["r1"]');
    expect(heard).not.toContain('canary');
    await client.close();
  });

  it('are told of as they change, to a client of either era, and those of others never', async () => {
    const heard: string[] = [];
    const hear = ({ params }: { params: { uri: string } }): void => void heard.push(params.uri);
    const modern = await modernClient(served());
    modern.setNotificationHandler('notifications/resources/updated', hear);
    const wanted = ['device://r1/overview', 'device://canary/overview'];
    const stream = await modern.listen({ resourceSubscriptions: wanted });
    expect(stream.honoredFilter.resourceSubscriptions).toEqual(['device://r1/overview']);
    const old = await oldClient(served());
    const told: string[] = [];
    old.fallbackNotificationHandler = async ({ params }) =>
      await Promise.resolve(void told.push(String(params?.['uri'])));
    await old.subscribeResource({ uri: 'device://r1/overview' });
    await expect(old.subscribeResource({ uri: 'device://canary/overview' })).rejects.toMatchObject({ code: -32_602 });
    for (const name of ['canary', 'r1'])
      rig.fleet
        .router(name)
        .human.change({ user: 'x', menu: '/ip/dns', verb: 'set', args: { servers: '198.51.100.1' } });
    await rig.controller.api.reconcile([]);
    await until(
      () => [heard.length, told.length],
      ([one = 0, other = 0]) => one > 0 && other > 0,
    );
    expect(new Set([...heard, ...told])).toEqual(new Set(['device://r1/overview']));
    await modern.close();
    await old.close();
  });
});
