import { mkdir } from 'node:fs/promises';
import { request as startTlsRequest } from 'node:https';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doorsOf, People, send } from '#test/api-rig.ts';
import { labFleet, outcomeOf, type Rig, startRig } from '#test/rig.ts';
import type { Config } from '../../controller/config.ts';
import { httpConfigOf } from '../../controller/doors/http-config.ts';
import { hostJudge } from '../../controller/doors/known-host.ts';
import type { Doors } from '../../controller/doors/open-doors.ts';
import { makeTestCa } from '../rest/certificates.ts';

let rig: Rig;
const people = new People();
let opened: Doors[] = [];
let folders = 0;

beforeAll(async () => {
  rig = await startRig((router) => labFleet(router, 'dns: {servers: [9.9.9.9]}'));
  await outcomeOf(rig, 'r1', 'InSync');
});
afterAll(async () => {
  for (const each of opened) await each.close();
  await rig.close();
});

/** Doors in a folder of their own. */
async function open(config: Partial<Config> = {}, speed = 1): Promise<Doors> {
  const stateFolder = path.join(rig.config.stateFolder, `${(folders += 1)}`);
  await mkdir(path.join(stateFolder, 'doors'), { recursive: true });
  const doors = await doorsOf({ ...rig, config: { ...rig.config, stateFolder } }, people, config, speed);
  opened = [...opened, doors];
  return doors;
}

/** Follows the events until the stream ends. @returns what came, as soon as something did, and all of it. */
async function follow(doors: Doors, token: string): Promise<{ readonly all: Promise<string> }> {
  const response = await fetch(`${doors.httpAt ?? ''}/api/v1/events`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(response.status).toBe(200);
  return { all: response.text() };
}

describe('a stream through the door', () => {
  it('ends with the token, and not as if there were no more', async () => {
    const doors = await open();
    const token = people.set('short', { role: 'read_only', expiresAt: Date.now() + 400 });
    const told = await (await follow(doors, token)).all;
    expect(told).toContain('"kind":"begins"');
    expect(told).not.toContain('event: ');
  });

  it.each([
    ['a binding is removed', () => people.remove('bound')],
    ['a role becomes another', () => void people.set('bound', { role: 'auditor' })],
  ])('ends soon after %s', async (_, change) => {
    const doors = await open({}, 100);
    const { all } = await follow(doors, people.set('bound', { role: 'read_only' }));
    change();
    expect(await all).not.toContain('event: ');
  });

  it('is ended when the controller ends, which says that it is not ready', async () => {
    const doors = await open({ listen: { host: '127.0.0.1', port: 0 } });
    const probe = async (): Promise<number> => (await fetch(`http://${doors.probesAt ?? ''}/readyz`)).status;
    const token = people.set('reader', { role: 'read_only' });
    expect(await probe()).toBe(200);
    const { all } = await follow(doors, token);
    doors.drain();
    expect(await probe()).toBe(503);
    expect(await all).toMatch(/^retry: \d+/);
    // Whoever comes until the door is closed is answered all the same.
    const at = { url: doors.httpAt ?? '' };
    expect((await send(at, '/api/v1/devices', { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
    await doors.close();
    opened = opened.filter((each) => each !== doors);
    await expect(send(at, '/api/v1/devices')).rejects.toThrow('ECONNREFUSED');
  });
});

describe('reads', () => {
  it('are refused while the event loop is late, and acts are not', async () => {
    const doors = await open({ apiLimits: { quotas: true, shedding: true } });
    const headers = { authorization: `Bearer ${people.set('reader', { role: 'read_only' })}` };
    const at = { url: doors.httpAt ?? '' };
    let read = await send(at, '/api/v1/version', { headers });
    for (let times = 0; times < 20 && read.status !== 503; times += 1) {
      const until = performance.now() + 600;
      while (performance.now() < until);
      await new Promise((resolve) => setImmediate(resolve));
      read = await send(at, '/api/v1/version', { headers });
    }
    expect(read.status).toBe(503);
    expect(Number(read.headers['retry-after'])).toBeGreaterThan(0);
    expect(JSON.parse(read.text)).toMatchObject({ code: 'Busy', retryable: true });
    expect((await send(at, '/api/v1/look', { method: 'POST', headers })).status).toBe(403);
  });
});

describe('where tokens go', () => {
  const asked = (http: string, publicUrl?: string, behindProxy = false): unknown =>
    httpConfigOf({ http, publicUrl, behindProxy }, null);

  it.each([
    ['0.0.0.0:9475', undefined, false, 'in plain text over a network'],
    ['10.0.0.5:9475', 'https://gitops.example.net', false, 'in plain text over a network'],
    ['10.0.0.5:9475', undefined, true, '--behind-proxy needs --public-url'],
    ['127.0.0.1:9475', 'http://gitops.example.net', false, '--public-url takes the https:// URL'],
    ['127.0.0.1:9475', 'https://u:p@gitops.example.net', false, '--public-url takes the https:// URL'],
    ['127.0.0.1', undefined, false, '--http takes HOST:PORT'],
    ['127.0.0.1:99999', undefined, false, '--http takes HOST:PORT'],
  ])('%s %s %s is refused: %s', (http, publicUrl, behindProxy, told) => {
    expect(() => asked(http, publicUrl, behindProxy)).toThrow(told);
  });

  it('is loopback, or a network behind a proxy', () => {
    expect(asked('[::1]:9475')).toMatchObject({ host: '::1', port: 9475, publicUrl: null });
    expect(asked('10.0.0.5:1', 'https://gitops.example.net/api/', true)).toMatchObject({
      publicUrl: 'https://gitops.example.net',
    });
  });

  it('is also TLS, by the names of the certificate', async () => {
    const ca = await makeTestCa();
    const { key, pem } = await ca.issue('127.0.0.1');
    const tls = { cert: pem, key };
    const doors = await open({ http: { host: '127.0.0.1', port: 0, tls, publicUrl: null, behindProxy: false } });
    const { port } = new URL(doors.httpAt ?? '');
    expect(doors.httpAt).toMatch(/^https:/);
    const headers = { authorization: `Bearer ${people.set('reader', { role: 'read_only' })}` };
    const status = await new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port, path: '/api/v1/devices', ca: ca.pem, headers, agent: false };
      const request = startTlsRequest(options, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      request.on('error', reject);
      request.end();
    });
    expect(status).toBe(200);
    const judge = hostJudge({ host: '0.0.0.0', port: 1, tls, publicUrl: null, behindProxy: false });
    expect([judge('127.0.0.1:9'), judge('127.0.0.2'), judge('localhost'), judge(undefined)]).toEqual([
      'ours',
      'foreign',
      'foreign',
      'malformed',
    ]);
  });

  it('counts addresses behind a proxy as the proxy tells them, and those that were refused alone', async () => {
    const http = { host: '127.0.0.1', port: 0, tls: null, publicUrl: 'https://gitops.example.net', behindProxy: true };
    const at = { url: (await open({ http })).httpAt ?? '' };
    const from = async (address: string, authorization: string): Promise<number> => {
      const headers = { host: 'gitops.example.net', 'x-forwarded-for': `6.6.6.6, ${address}`, authorization };
      return (await send(at, '/api/v1/version', { headers })).status;
    };
    const token = `Bearer ${people.set('reader', { role: 'read_only' })}`;
    for (let times = 0; times < 300; times += 1) expect(await from('192.0.2.1', 'Bearer x')).toBe(401);
    expect(await from('192.0.2.1', 'Bearer x')).toBe(429);
    expect(await from('192.0.2.1', token)).toBe(429);
    expect(await from('192.0.2.2', token)).toBe(200);
  });
});
