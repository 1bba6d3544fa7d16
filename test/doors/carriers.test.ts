import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { doorsOf, People, send } from '#test/api-rig.ts';
import { deviceYaml, outcomeOf, POLICIES, type Rig, seed, startRig, until } from '#test/rig.ts';
import { accessRulesOf } from '../../controller/access/access-file.ts';
import { createClock } from '../../controller/clock.ts';
import { followedBy } from '../../controller/doors/followed.ts';
import type { Doors } from '../../controller/doors/open-doors.ts';
import { byTokenOrOperator } from '../../controller/doors/who-asks.ts';

let rig: Rig;
let doors: Doors;
const people = new People();
const admin = people.set('admin', { role: 'admin' });
const reader = people.set('reader', { role: 'read_only', devices: { names: ['r1'] } });
const assistant = people.set('assistant', { role: 'admin', audience: 'mcp' });

beforeAll(async () => {
  rig = await startRig(
    (_, fleet) => ({
      ...Object.fromEntries(['r1', 'r2'].map((name) => [`devices/${name}.yaml`, deviceYaml(fleet.router(name), name)])),
      'policies.yaml': POLICIES,
    }),
    ['r1', 'r2'].map((name) => seed(name)),
  );
  await outcomeOf(rig, 'r1', 'InSync');
  await mkdir(path.join(rig.config.stateFolder, 'doors'), { recursive: true });
  doors = await doorsOf(rig, people);
});
afterAll(async () => {
  await doors.close();
  await rig.close();
});

/** Sends bytes as they are. @returns the status that came back. */
async function status(target: string, headers: readonly string[]): Promise<number> {
  const { hostname, port } = new URL(doors.httpAt ?? '');
  return await new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.end([`GET ${target} HTTP/1.1`, ...headers, 'Connection: close', '', ''].join('\r\n'));
    });
    let came = '';
    socket.on('data', (data) => (came += data.toString('utf8')));
    socket.on('error', reject);
    socket.on('close', () => resolve(Number(/^HTTP\/1.1 (\d+)/.exec(came)?.[1])));
  });
}

const AUTHORIZATION = `Authorization: Bearer ${reader}`;

describe('a request over HTTP', () => {
  it.each([
    ['whom it is from', ['Host: localhost', AUTHORIZATION, AUTHORIZATION]],
    ['whom it is from, in other letters', ['Host: localhost', AUTHORIZATION, 'aUTHORIZATION: Bearer x']],
    ['whom it is for', ['Host: localhost', 'Host: evil.example', AUTHORIZATION]],
  ])('that says twice %s is refused', async (_, headers) => {
    expect(await status('/api/v1/version', ['Host: localhost', AUTHORIZATION])).toBe(200);
    expect(await status('/api/v1/version', headers)).toBe(400);
  });

  it('is for the host that its target names, whatever its header says', async () => {
    const headers = ['Host: localhost', AUTHORIZATION];
    expect(await status('http://localhost/api/v1/version', headers)).toBe(200);
    expect(await status('http://evil.example/api/v1/version', headers)).toBe(421);
    expect(await status('http://localhost@evil.example/api/v1/version', headers)).toBe(400);
  });

  it.each(['access%5Ftoken', 'to%6Ben', 'x=1;access_token', 'access_token[]', '+token', 'id_token', 'JWT'])(
    'has no token in its URL, as %s',
    async (name) => {
      expect(await status(`/api/v1/version?${name}=x`, ['Host: localhost', AUTHORIZATION])).toBe(400);
    },
  );

  it('from somebody who was not recognised is in the audit', async () => {
    await status('/api/v1/drift', ['Host: localhost', 'Authorization: Bearer x']);
    const headers = { authorization: `Bearer ${admin}` };
    const at = '/api/v1/audit/reads?operation=drift';
    const { text } = await until(
      async () => await send({ url: doors.httpAt ?? '' }, at, { headers }),
      (came) => came.text.includes('address:'),
    );
    expect(JSON.parse(text)).toMatchObject({
      reads: [{ actor: 'address:127.0.0.1', operation: 'drift', device: null, outcome: 'NotAuthenticated' }],
    });
  });
});

describe('who may do something to no device', () => {
  const reconcile = async (token: string, devices: readonly string[]): Promise<number> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ devices });
    return (await send({ url: doors.httpAt ?? '' }, '/api/v1/reconcile', { method: 'POST', headers, body })).status;
  };

  it('is refused whatever they name', async () => {
    for (const device of ['r1', 'r2', 'r9']) expect([device, await reconcile(reader, [device])]).toEqual([device, 403]);
  });

  it('writes no more of names into the audit than it takes to know what happened', async () => {
    expect(await reconcile(admin, ['r1', 'r1'])).toBe(200);
    expect(
      await reconcile(
        admin,
        Array.from({ length: 5000 }, (_, at) => `r${String(at)}`),
      ),
    ).toBe(404);
    const tooMany = Array.from({ length: 10_001 }, () => 'r1');
    expect(await reconcile(admin, tooMany)).toBe(400);
    const { records } = await rig.controller.api.store.audit.search({ action: 'operation.asked', limit: 2 });
    expect(records[1]).toMatchObject({ device: 'r1', detail: { operation: 'reconcile' } });
    expect(records[0]).toMatchObject({ device: null, detail: { count: 5000 } });
    expect(records[0]?.detail['devices']).toHaveLength(1000);
  });
});

test('a mark tells nobody how much there is in the audit who may not see all of it', async () => {
  const brokenAt = async (token: string, kept: string): Promise<unknown> => {
    const headers = { authorization: `Bearer ${token}` };
    const { text } = await send({ url: doors.httpAt ?? '' }, `/api/v1/audit?limit=1&kept=${kept}`, { headers });
    return (JSON.parse(text) as { readonly brokenAt: unknown }).brokenAt;
  };
  const auditor = people.set('auditor', { role: 'auditor', devices: { names: ['r1'] } });
  const [record] = (await rig.controller.api.store.audit.search({ device: 'r1', limit: 1 })).records;
  const { sequence = 0, hash = '' } = record ?? {};
  expect(await brokenAt(auditor, `${String(sequence)}:${hash}`)).toBeNull();
  for (const far of [sequence, 777_777, 888_888])
    expect(await brokenAt(auditor, `${String(far)}:${'0'.repeat(64)}`)).toBe(far);
  expect(await brokenAt(admin, `777777:${'0'.repeat(64)}`)).toBeLessThan(777_777);
});

test('a time before all times is none that breaks something', async () => {
  const headers = { authorization: `Bearer ${reader}` };
  for (const resource of ['snapshots/state?at=999999y', 'snapshots/diff?from=999999y', 'health?since=999999y'])
    expect((await send({ url: doors.httpAt ?? '' }, `/api/v1/devices/r1/${resource}`, { headers })).status).not.toBe(
      500,
    );
});

describe('at the socket of the MCP process', () => {
  const me = async (headers: Record<string, string>): Promise<string> =>
    (
      await send({ socketPath: path.join(rig.config.stateFolder, 'doors/mcp.sock') }, '/api/v1/access/me', {
        headers: { authorization: `Bearer ${assistant}`, ...headers },
      })
    ).text;

  it('headers narrow whoever comes with a token, too', async () => {
    expect(JSON.parse(await me({}))).toMatchObject({ may: [{ all: true }] });
    expect(JSON.parse(await me({ 'x-role': 'read_only', 'x-devices': '{"names":["r1"]}' }))).toMatchObject({
      actor: 'token:assistant',
      may: [{ permissions: ['fleet.read', 'device.read'], all: false, devices: ['r1'] }],
    });
    expect(await me({ 'x-role': '' })).toContain('The role must be one of');
  });

  it('a stream ends when the role to which it is narrowed becomes another', async () => {
    const rules = (allowed: string): string => `roles: {watcher: [${allowed}]}\n`;
    let counts = rules('fleet.read, audit.read');
    const access = Object.assign(new People(), {
      rules: async () => await Promise.resolve(accessRulesOf(counts, 'access.yaml')),
    });
    const whoAsks = byTokenOrOperator(access, () => null, { shared: false });
    const headers = { 'x-role': 'watcher' };
    const { signal } = followedBy(await whoAsks(headers), async () => await whoAsks(headers), createClock(1000));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(signal.aborted).toBe(false);
    counts = rules('fleet.read');
    await until(
      () => signal.aborted,
      (aborted) => aborted,
    );
  });
});
