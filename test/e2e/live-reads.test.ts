import { afterEach, describe, expect, it } from 'vitest';
import { Failure } from '#failure';
import { READABLE } from '#routeros/readable';
import type { Fault } from '#simulator';
import { ask, request } from '#test/ask.ts';
import {
  configYaml,
  deviceYaml,
  labFleet,
  outcomeOf,
  PASSWORD,
  POLICIES,
  READABLE_LAB,
  readableSeed,
  READER,
  type Rig,
  startRig,
  until,
} from '#test/rig.ts';

let rig: Rig;
afterEach(() => rig.close());

const DNS = '/ip/dns';
const bound = () => ({ credentials: READABLE_LAB });
const SECRETS = {
  '/system/script': [{ name: 's1', source: ':put Secret-of-a-script' }],
  '/system/scheduler': [{ name: 'j1', interval: '1h', 'on-event': ':put Secret-of-a-schedule' }],
  '/interface/wireguard': [{ name: 'wg1', 'listen-port': '13231', 'private-key': 'Secret-of-a-tunnel' }],
  '/ip/dhcp-server/lease': [{ address: '192.168.88.20', 'mac-address': '02:00:00:00:00:01' }],
  '/ip/firewall/address-list': [{ list: 'a', address: '192.0.2.1', comment: `once ${PASSWORD}` }],
} as const;
const SEEDED = ['Secret-of-', PASSWORD, READER.user.password];

describe('live reads of every menu', () => {
  it('ask by GET and counts alone, through the user that only reads, and tell no secret', async () => {
    rig = await startRig(
      (router) => ({
        ...labFleet(router, 'dns: {servers: [9.9.9.9]}'),
        'devices/r1.yaml': deviceYaml(router, 'r1', '', 'lab', 86_400),
      }),
      [readableSeed('r1', { menus: SECRETS })],
      bound,
    );
    await outcomeOf(rig, 'r1', 'Confirmed');
    await rig.controller.api.reconcile([]);
    await outcomeOf(rig, 'r1', 'InSync');
    const { api } = rig.controller;
    // Tables that nobody has asked for are not made yet.
    for (const path of READABLE.keys()) if (rig.router.console.menu(path) !== undefined) rig.router.rows(path);
    const tables = JSON.stringify([...rig.router.state.tables]);
    rig.router.requests.clear();
    const told: string[] = [];
    for (const path of READABLE.keys()) {
      const answer = await ask(api, 'menu', { device: 'r1', menu: path }).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'NoSuchMenu' });
        return String(error);
      });
      told.push(JSON.stringify(answer));
    }
    for (const secret of SEEDED) expect(told.some((text) => text.includes(secret))).toBe(false);
    expect(told.join('')).toContain('wg1');
    const asked = rig.router.requests.filter(({ user }) => user === READER.user.name);
    expect(asked.length).toBeGreaterThan(READABLE.size);
    expect(
      asked.filter(({ method, path }) => method !== 'GET' && !(method === 'POST' && path.endsWith('/print'))),
    ).toEqual([]);
    expect(asked.filter(({ method, body }) => method === 'POST' && !body.includes('"count-only"'))).toEqual([]);
    expect(asked.filter(({ method, path }) => method === 'GET' && !path.includes('?.proplist='))).toEqual([]);
    expect(rig.router.requests.filter(({ user }) => user !== READER.user.name)).toEqual([]);
    expect(JSON.stringify([...rig.router.state.tables]) === tables).toBe(true);
  });

  it('are refused where the credentials name no read user, but for what visits read', async () => {
    rig = await startRig((router) => labFleet(router, 'dns: {servers: [9.9.9.9]}'));
    await outcomeOf(rig, 'r1', 'InSync');
    const { api } = rig.controller;
    await expect(ask(api, 'menu', { device: 'r1', menu: '/ip/route' })).rejects.toMatchObject({
      code: 'ReadUserMissing',
    });
    const answer = await ask(api, 'menu', { device: 'r1', menu: DNS, columns: ['servers'] });
    expect(answer).toMatchObject({ rows: [{ servers: '9.9.9.9' }], stale: { code: 'ReadUserMissing' } });
    expect(await request(api, 'GET', 'devices/r1/menus')).toMatchObject({ device: 'r1', version: '7.20.8' });
  });
});

const NAMES = ['r1', 'r2', 'r3', 'r4', 'r5'];
const READ_PATHS = ['/user/group', '/system/identity', '/ip/firewall/filter', '/ip/address'];
const MANY = '/ip/firewall/address-list';

/** More than is read at once. */
const manyRows = () =>
  Array.from({ length: 20_001 }, (_, at) => ({
    list: 'many',
    address: `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`,
  }));

/** What happens to the reader's requests, one kind a device; the others are well. */
const FAULTS: readonly Fault[] = [
  { kind: 'reset' },
  { kind: 'wrong-body' },
  { kind: 'answer-lost' },
  { kind: 'session-closed' },
  { kind: 'raw-control' },
].map((fault) => ({ ...fault, match: { user: READER.user.name } }) as Fault);

describe('faults of the reader’s requests', () => {
  it('end no attempt of a rollout otherwise, and nothing wrong is ever told', async () => {
    rig = await startRig(
      (_, fleet) => ({
        ...Object.fromEntries(NAMES.map((name) => [`devices/${name}.yaml`, deviceYaml(fleet.router(name), name)])),
        ...configs('9.9.9.9'),
        'policies.yaml': POLICIES,
      }),
      NAMES.map((name) => readableSeed(name, name === 'r5' ? { menus: { [MANY]: manyRows() } } : {})),
      bound,
    );
    for (const name of NAMES) await outcomeOf(rig, name, 'InSync', 60);
    const { api } = rig.controller;
    // Who reads knows by now what each router is.
    for (const name of NAMES)
      await until(
        () => readOnce(name, '/system/identity'),
        (code) => code === 'fresh',
      );
    await until(
      () => readOnce('r5', MANY),
      (code) => code === 'TooLarge',
    );
    for (const [at, name] of NAMES.entries()) rig.fleet.router(name).faults.add(FAULTS[at] as Fault);
    const going = new AbortController();
    const codes = new Set<string>();
    const readers = NAMES.map(async (name) => {
      while (!going.signal.aborted) {
        for (const menu of READ_PATHS) codes.add(await readOnce(name, menu));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
    await rig.declare(configs('9.9.9.10'));
    for (const name of NAMES)
      await until(
        () => rig.fleet.router(name).rows(DNS)[0]?.['servers'],
        (servers) => servers === '9.9.9.10',
        60,
      );
    for (const name of NAMES) await outcomeOf(rig, name, 'InSync', 60);
    going.abort();
    await Promise.all(readers);
    for (const name of NAMES) {
      const attempts = await api.store.attempts.list(name, 10);
      expect(attempts.map(({ end }) => end)).toEqual(['confirmed', 'confirmed']);
    }
    // All of that was met.
    expect([...codes].toSorted()).toEqual(expect.arrayContaining(['Unreachable', 'WrongBody', 'fresh']));
  });
});

function configs(server: string): Record<string, string> {
  const dns = `dns: {servers: [${server}]}`;
  return Object.fromEntries(NAMES.map((name) => [`configs/${name}.yaml`, configYaml(name, dns)]));
}

/** Whatever is told of a router is what it holds. @returns how it was told. */
async function readOnce(device: string, menu: string): Promise<string> {
  try {
    const { rows, stale, total } = await ask(rig.controller.api, 'menu', { device, menu, limit: 10_000, maxAge: 2 });
    expect(rows.length).toBe(total);
    const held = rig.fleet.router(device).rows(menu);
    for (const name of KEYS[menu] ?? []) expect(rows.map((row) => row[name])).toEqual(held.map((row) => row[name]));
    return stale === null ? 'fresh' : stale.code;
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
}

/** Columns that nobody changes meanwhile. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  '/user/group': ['name', 'policy'],
  '/system/identity': ['name'],
  '/ip/firewall/filter': ['chain', 'action'],
  '/ip/address': ['address', 'interface'],
};
