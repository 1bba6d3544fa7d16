import { afterAll, beforeAll, expect, it } from 'vitest';
import { type McpHttpRig, modernClient, olderClient, startMcpHttp } from '#test/mcp-http-rig.ts';
import {
  configYaml,
  deviceYaml,
  outcomeOf,
  POLICIES,
  readableSeed,
  type Rig,
  READABLE_LAB,
  startRig,
  until,
} from '#test/rig.ts';

let rig: Rig;
let mcp: McpHttpRig;

beforeAll(async () => {
  rig = await startRig(
    (_, fleet) => ({
      ...Object.fromEntries(
        ['r1', 'canary'].map((name) => [`devices/${name}.yaml`, deviceYaml(fleet.router(name), name)]),
      ),
      'configs/all.yaml': configYaml('all', 'dns: {servers: [192.0.2.53]}').replace('[all]', '[r1, canary]'),
      'policies.yaml': POLICIES,
    }),
    ['r1', 'canary'].map((name) => readableSeed(name)),
    () => ({ credentials: READABLE_LAB }),
  );
  for (const name of ['r1', 'canary']) await outcomeOf(rig, name, 'InSync');
  mcp = await startMcpHttp(rig);
});
afterAll(async () => {
  await mcp.close();
  await rig.close();
});

/** Somebody changes both routers by hand, and the controller sees it. */
async function drift(server: string): Promise<void> {
  for (const name of ['canary', 'r1'])
    rig.fleet.router(name).human.change({ user: 'x', menu: '/ip/dns', verb: 'set', args: { servers: server } });
  await rig.controller.api.reconcile([]);
}

const MINE = 'device://r1/overview';
const FOREIGN = 'device://canary/overview';

it('tells a client of 2026-07-28 what changes of its own routers, and opens eight streams for it', async () => {
  const token = mcp.people.set('bob', { role: 'read_only', audience: 'mcp', devices: { names: ['r1'] } });
  const client = await modernClient(mcp.url, token);
  const heard: string[] = [];
  client.setNotificationHandler('notifications/resources/updated', ({ params }) => void heard.push(params.uri));
  const streams = [await client.listen({ resourceSubscriptions: [MINE, FOREIGN] })];
  expect(streams[0]?.honoredFilter).toEqual({ resourceSubscriptions: [MINE] });
  await drift('198.51.100.1');
  await until(
    () => heard.length,
    (count) => count > 0,
    20,
  );
  expect(new Set(heard)).toEqual(new Set([MINE]));
  while (streams.length < 8) streams.push(await client.listen({ resourceSubscriptions: [MINE] }));
  await expect(client.listen({ resourceSubscriptions: [MINE] })).rejects.toThrow(/429|streams/);
  await streams[0]?.close();
  const again = await until(
    async () => await client.listen({ resourceSubscriptions: [MINE] }).catch(() => null),
    (stream) => stream !== null,
  );
  expect(again?.honoredFilter).toEqual({ resourceSubscriptions: [MINE] });
  await client.close();
});

it('tells a client of 2025-11-25 in its session', async () => {
  const token = mcp.people.set('eve', { role: 'read_only', audience: 'mcp', devices: { names: ['r1'] } });
  const { client } = await olderClient(mcp.url, token);
  const heard: string[] = [];
  client.fallbackNotificationHandler = async ({ params }) =>
    await Promise.resolve(void heard.push(String(params?.['uri'])));
  await client.subscribeResource({ uri: MINE });
  await expect(client.subscribeResource({ uri: FOREIGN })).rejects.toMatchObject({ code: -32_602 });
  await drift('198.51.100.2');
  await until(
    () => heard.length,
    (count) => count > 0,
    20,
  );
  expect(new Set(heard)).toEqual(new Set([MINE]));
  await client.close();
});
