import { mkdir } from 'node:fs/promises';
import { statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Came, doorsOf, People, send } from '#test/api-rig.ts';
import { configYaml, deviceYaml, outcomeOf, POLICIES, type Rig, seed, startRig } from '#test/rig.ts';
import type { Doors } from '../../controller/doors/open-doors.ts';
import { operationsAt } from '../../controller/operations/at-door.ts';
import { OPERATIONS, type OperationName } from '../../controller/operations/table.ts';
import { isStream } from '../../controller/operations/run.ts';
import type { AuditView } from '../../controller/operations/views.ts';
import { requestOf } from '../../controller/operations/wire.ts';

let rig: Rig;
let doors: Doors;
const people = new People();
const admin = people.set('admin', { role: 'admin' });
const reader = people.set('reader', { role: 'read_only' });
const technician = people.set('technician', { role: 'ops_rw', devices: { names: ['r1'] } });
const auditor = people.set('auditor', { role: 'auditor' });
const assistant = people.set('assistant', { role: 'admin', audience: 'mcp' });

beforeAll(async () => {
  rig = await startRig(
    (_, fleet) => ({
      ...Object.fromEntries(['r1', 'r2'].map((name) => [`devices/${name}.yaml`, deviceYaml(fleet.router(name), name)])),
      'configs/r1.yaml': configYaml('r1', 'identity: {name: one}'),
      'policies.yaml': POLICIES,
    }),
    ['r1', 'r2'].map((name) => seed(name)),
  );
  await outcomeOf(rig, 'r1', 'Confirmed');
  await mkdir(path.join(rig.config.stateFolder, 'doors'), { recursive: true });
  doors = await doorsOf(rig, people);
});
afterAll(async () => {
  await doors.close();
  await rig.close();
});

async function http(resource: string, token: string | null, more: Parameters<typeof send>[2] = {}): Promise<Came> {
  const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
  return await send({ url: doors.httpAt ?? '' }, `/api/v1/${resource}`, {
    ...more,
    headers: { ...authorization, ...more?.headers },
  });
}

async function mcp(
  resource: string,
  headers: Record<string, string> = {},
  more: Parameters<typeof send>[2] = {},
): Promise<Came> {
  const socketPath = path.join(rig.config.stateFolder, 'doors/mcp.sock');
  return await send({ socketPath }, `/api/v1/${resource}`, { ...more, headers });
}

describe('the API over HTTP', () => {
  it('answers what the control socket answers', async () => {
    const { status, text, headers } = await http('devices', reader);
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect((JSON.parse(text) as { name: string }[]).map(({ name }) => name)).toEqual(['r1', 'r2']);
    expect((await http('history/r1?limit=1', reader)).status).toBe(200);
  });

  it('shows whom it knows their part of the fleet', async () => {
    expect((await http('devices', technician)).text).not.toContain('r2');
    const other = await http('history/r2', technician);
    expect(other.status).toBe(404);
    expect(other.text.replaceAll('r2', 'r9').replace(/"correlationId":"[^"]+"/, '')).toBe(
      (await http('history/r9', technician)).text.replace(/"correlationId":"[^"]+"/, ''),
    );
  });

  it('tells who is not known how to become it', async () => {
    for (const token of [null, 'nonsense', assistant]) {
      const { status, headers, text } = await http('devices', token);
      expect(status).toBe(401);
      const challenge = String(headers['www-authenticate']);
      expect(challenge).toContain('/.well-known/oauth-protected-resource/api"');
      expect(challenge.includes('error="invalid_token"')).toBe(token !== null);
      expect(JSON.parse(text)).toMatchObject({ code: 'NotAuthenticated', retryable: false, field: null });
    }
    const { status, text } = await send({ url: doors.httpAt ?? '' }, '/.well-known/oauth-protected-resource/api');
    expect(status).toBe(200);
    const { resource, authorization_servers: servers } = JSON.parse(text) as Record<string, unknown>;
    expect(resource).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/api$/);
    expect(servers).toEqual(people.issuers());
  });

  it('refuses what is not allowed, with a challenge, and has no route for what is the operator’s alone', async () => {
    const { status, headers, text } = await http('freeze', reader, {
      method: 'PUT',
      body: '{"reason":"no"}',
      headers: { 'content-type': 'application/json' },
    });
    expect(status).toBe(403);
    expect(String(headers['www-authenticate'])).toContain('error="insufficient_scope"');
    expect(JSON.parse(text)).toMatchObject({ code: 'NotAllowed' });
    for (const [method, resource] of [
      ['POST', 'trust'],
      ['POST', 'revocations'],
      ['PUT', 'credentials/lab'],
      ['DELETE', 'credentials/lab'],
      ['GET', 'credentials'],
    ] as const)
      expect((await http(resource, admin, { method })).status).toBe(404);
  });

  it('takes no token in a URL, no foreign or broken host, and no page of another origin', async () => {
    expect((await http('devices?access_token=x', reader)).status).toBe(400);
    expect((await http('devices', reader, { headers: { host: 'evil.example' } })).status).toBe(421);
    expect((await http('devices', reader, { headers: { host: 'a b' } })).status).toBe(400);
    expect((await http('devices', reader, { headers: { host: 'localhost:1' } })).status).toBe(200);
    const { headers } = await http('devices', reader, { headers: { origin: 'https://evil.example' } });
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect((await http('devices', reader, { method: 'OPTIONS' })).status).toBe(404);
  });

  it('takes bodies up to 1 MB and headers up to 32 KiB', async () => {
    const type = { 'content-type': 'application/json' };
    const body = JSON.stringify({ id: 'fleet', commit: 'x'.repeat(1_000_001) });
    const large = await http('judge-commit', reader, { method: 'POST', body, headers: type });
    expect(large.status).toBe(413);
    expect(JSON.parse(large.text)).toMatchObject({ code: 'BadRequest' });
    expect((await http('devices', 'x'.repeat(20_000))).status).toBe(401);
    expect((await http('devices', 'x'.repeat(33_000))).status).toBe(431);
    const wrong = await http('judge-commit', reader, { method: 'POST', body: '{', headers: type });
    expect(wrong.status).toBe(400);
    const text = await http('judge-commit', reader, {
      method: 'POST',
      body: 'x',
      headers: { 'content-type': 'text/plain' },
    });
    expect(text.status).toBe(415);
    expect(text.text).toContain('content-type: application/json');
  });

  it('tells in OpenAPI what it has, and nothing of the fleet, to anybody', async () => {
    const { status, text } = await send({ url: doors.httpAt ?? '' }, '/api/v1/openapi.json');
    expect(status).toBe(200);
    const { openapi, paths } = JSON.parse(text) as { openapi: string; paths: Record<string, Record<string, object>> };
    expect(openapi).toBe('3.1.0');
    const ids = Object.values(paths).flatMap((methods) => Object.values(methods).map((each) => each));
    expect(ids.map((each) => (each as { operationId: string }).operationId).toSorted()).toEqual(
      operationsAt('http').toSorted(),
    );
    const [, dangling] = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].find(
      ([, name = '']) => !text.includes(`${JSON.stringify(decodeURIComponent(name))}:{`),
    ) ?? ['', undefined];
    expect(dangling).toBeUndefined();
  });

  it('names the field that is wrong, and the trace that the request belongs to', async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const { status, text } = await http('history/r1?limit=0', reader, {
      headers: { traceparent: `00-${trace}-b7ad6b7169203331-01` },
    });
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ code: 'BadRequest', field: 'limit', correlationId: trace });
  });

  it('answers nothing where a field is misspelt, in the query as in the body', async () => {
    const query = await http('devices?sites=vie', reader);
    expect(query.status).toBe(400);
    expect(JSON.parse(query.text)).toMatchObject({ field: 'sites', message: expect.stringContaining('mean site?') });
    const body = await http('devices/r1/diagnostics', technician, {
      method: 'POST',
      body: '{"kind":"ping","target":"192.0.2.1","cuont":50}',
      headers: { 'content-type': 'application/json' },
    });
    expect(JSON.parse(body.text)).toMatchObject({ field: 'cuont', message: expect.stringContaining('mean count?') });
  });

  it('has what it refuses and does in the audit under that trace', async () => {
    const trace = '1bf7651916cd43dd8448eb211c80319c';
    const headers = { traceparent: `00-${trace}-b7ad6b7169203331-01`, 'content-type': 'application/json' };
    expect((await http('reconcile', reader, { method: 'POST', headers, body: '{}' })).status).toBe(403);
    expect((await http('reconcile', technician, { method: 'POST', headers, body: '{"devices":["r1"]}' })).status).toBe(
      200,
    );
    expect((await http('freeze', admin, { method: 'PUT', headers, body: '{"reason":"a test"}' })).status).toBe(200);
    expect((await http('freeze', admin, { method: 'DELETE' })).status).toBe(200);
    const { records } = JSON.parse((await http('audit?limit=50', admin)).text) as AuditView;
    const traced = records.filter(({ correlationId }) => correlationId === trace).map(({ action }) => action);
    expect(traced).toEqual(['freeze.on', 'operation.asked', 'operation.refused']);
  });
});

describe('the socket of the MCP process', () => {
  it('is the controller’s own, and knows its operator, narrowed by headers', async () => {
    expect(statSync(path.join(rig.config.stateFolder, 'doors/mcp.sock')).mode & 0o777).toBe(0o600);
    expect((await mcp('devices')).text).toContain('"r2"');
    const narrow = await mcp('devices', { 'x-role': 'read_only', 'x-devices': '{"names":["r1"]}' });
    expect(narrow.status).toBe(200);
    expect(narrow.text).not.toContain('r2');
    expect((await mcp('audit', { 'x-role': 'read_only' })).status).toBe(403);
    expect((await mcp('devices', { 'x-role': 'constructor' })).status).toBe(400);
  });

  it('knows tokens for the MCP audience alone', async () => {
    expect((await mcp('devices', { authorization: `Bearer ${assistant}` })).status).toBe(200);
    expect((await mcp('devices', { authorization: `Bearer ${admin}` })).status).toBe(401);
  });

  it('has no route that acts', async () => {
    for (const name of Object.keys(OPERATIONS) as OperationName[]) {
      if (isStream(name)) continue;
      const { method, path: resource } = requestOf(name, sampleInput(name));
      const { status } = await mcp(
        resource.replace('/v1/', ''),
        { 'x-role': 'read_only', 'x-devices': '{"names":["none"]}' },
        { method },
      );
      if (operationsAt('mcp').includes(name)) continue;
      expect([name, status]).toEqual([name, 404]);
    }
  });

  it('takes tokens only where others may open it', async () => {
    const shared = await mkdirIn('shared');
    const other = await doorsOf({ ...rig, config: { ...rig.config, stateFolder: await mkdirIn('other') } }, people, {
      http: null,
      mcpSocket: { path: path.join(shared, 'mcp.sock'), shared: true },
    });
    try {
      expect(statSync(path.join(shared, 'mcp.sock')).mode & 0o777).toBe(0o660);
      const at = { socketPath: path.join(shared, 'mcp.sock') };
      expect((await send(at, '/api/v1/devices')).status).toBe(401);
      const headers = { authorization: `Bearer ${assistant}` };
      expect((await send(at, '/api/v1/devices', { headers })).status).toBe(200);
    } finally {
      await other.close();
    }
  });
});

async function mkdirIn(name: string): Promise<string> {
  const folder = path.join(rig.config.stateFolder, '..', name);
  await mkdir(path.join(folder, 'doors'), { recursive: true });
  return folder;
}

function sampleInput(name: OperationName): Record<string, unknown> {
  return Object.fromEntries(OPERATIONS[name].input.required.map((field) => [field, 'x']));
}

describe('quotas', () => {
  it('hold each principal to what its roles allow in a minute', async () => {
    const few = people.set('few', { role: 'auditor', requestsPerMinute: 3 });
    const statuses: number[] = [];
    for (let at = 0; at < 5; at += 1) statuses.push((await http('version', few)).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    const { headers, text } = await http('version', few);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    expect(JSON.parse(text)).toMatchObject({ code: 'TooManyRequests', retryable: true });
    expect((await http('version', auditor)).status).toBe(200);
  });
});
