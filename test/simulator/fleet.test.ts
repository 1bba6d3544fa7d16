import { request } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { startFleet, type RouterSeed } from '#simulator';
import { call, oneRouter, rows } from './rest.ts';

function seeds(count: number, more: Partial<RouterSeed> = {}): RouterSeed[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `r${index}`,
    host: `127.0.${Math.floor(index / 200)}.${(index % 200) + 1}`,
    port: 0,
    tls: false,
    version: '7.20',
    serial: `HX${index}`,
    ...more,
  }));
}

describe('a fleet', () => {
  it('speaks TLS 1.2 with certificates of one CA, each with its own fingerprint', async () => {
    const fleet = await startFleet(seeds(3, { tls: true }));
    const fingerprints = new Set<string>();
    for (const router of fleet.routers.values()) {
      const seen = await new Promise<[boolean, string | null, string]>((resolve, reject) => {
        request(`${router.url}/rest/system/identity`, { ca: fleet.caPem, auth: 'admin:', agent: false }, (response) => {
          const socket = response.socket as TLSSocket;
          const fingerprint = socket.getPeerCertificate().fingerprint256.replaceAll(':', '').toLowerCase();
          resolve([socket.authorized, socket.getProtocol(), fingerprint]);
          response.resume();
        })
          .on('error', reject)
          .end();
      });
      expect(seen).toEqual([true, 'TLSv1.2', router.fingerprint]);
      fingerprints.add(router.fingerprint);
    }
    expect(fingerprints.size).toBe(3);
    await fleet.close();
  });

  it('holds a thousand routers that answer for themselves', async () => {
    const fleet = await startFleet(seeds(1000, { users: [{ name: 'ctl', password: 'pw', group: 'full' }] }));
    const sample = ['r0', 'r499', 'r999'];
    for (const name of sample) {
      await call(fleet.router(name), 'POST', '/ip/dns/set', { servers: '1.1.1.1' });
      expect((await call(fleet.router(name), 'GET', '/system/identity')).json).toEqual({ name });
    }
    expect(fleet.router('r1').rows('/ip/dns')[0]?.['servers']).toBe('');
    await fleet.close();
  });

  it('refuses two routers of one name and an unknown version, and leaves nothing listening', async () => {
    const [first] = seeds(1);
    if (first === undefined) throw new Error('no seed');
    await expect(startFleet([first, first])).rejects.toThrow('two simulated routers are called r0');
    await expect(startFleet([{ ...first, version: '6.49' }])).rejects.toThrow('no profile for RouterOS 6.49');
    await expect(startFleet([{ ...first, menus: { '/ip/dns': [{ nonsense: '1' }] } }])).rejects.toThrow(
      'no field nonsense',
    );
    await expect(startFleet([{ ...first, menus: { '/ip/dsn': [] } }])).rejects.toThrow('no menu /ip/dsn');
  });
});

describe('a seed', () => {
  it('is merged over a believable default router', async () => {
    const { fleet, router } = await oneRouter({
      menus: {
        '/ip/dns': [{ servers: '1.1.1.1' }],
        '/ip/address': [
          { address: '10.255.0.1/24', interface: 'ether1', comment: 'renamed' },
          { address: '192.0.2.1/24', interface: 'ether2', dynamic: 'true' },
        ],
        '/ip/firewall/filter': [{ chain: 'input', action: 'accept' }],
        '/system/device-mode': [{ scheduler: 'false' }],
      },
    });
    expect((await rows(router, '/ip/address')).map((row) => [row['address'], row['comment'], row['dynamic']])).toEqual([
      ['192.168.88.1/24', 'defconf', 'false'],
      ['10.255.0.1/24', 'renamed', 'false'],
      ['192.0.2.1/24', undefined, 'true'],
    ]);
    expect(await rows(router, '/ip/firewall/filter')).toHaveLength(1);
    expect((await call(router, 'GET', '/system/device-mode')).json).toMatchObject({
      scheduler: 'false',
      fetch: 'true',
    });
    expect((await call(router, 'PATCH', '/ip/address/*3', { comment: 'x' })).status).toBe(400);
    await fleet.close();
  });
});

describe('the clock', () => {
  it('shows local time, which every timestamp of the router follows', async () => {
    const { fleet, router } = await oneRouter({ menus: { '/system/clock': [{ 'time-zone-name': 'Etc/GMT-5' }] } });
    const utc = router.state.clock.now();
    const {
      date,
      time,
      'gmt-offset': offset,
    } = (await call(router, 'GET', '/system/clock')).json as Record<string, string>;
    expect(offset).toBe('+05:00');
    const ahead = Date.parse(`${date}T${time}Z`) - utc;
    expect(Math.abs(ahead - 5 * 3_600_000)).toBeLessThan(600_000);
    await call(router, 'POST', '/system/clock/set', { date: '2030-01-02', time: '03:04:05' });
    await call(router, 'POST', '/system/identity/set', { name: 'later' });
    expect((await rows(router, '/log')).at(-1)?.['time']).toMatch(/^2030-01-02 03:/);
    expect((await call(router, 'POST', '/system/clock/set', { 'time-zone-name': 'Nowhere/Town' })).status).toBe(400);
    await fleet.close();
  });
});

describe('hardware', () => {
  it('a RouterBOARD has a serial and a health list, a CHR a system-id and a health object', async () => {
    const board = await oneRouter({ serial: 'HX42' });
    expect((await call(board.router, 'GET', '/system/routerboard')).json).toMatchObject({ 'serial-number': 'HX42' });
    expect((await rows(board.router, '/system/health'))[0]).toMatchObject({ name: 'cpu-temperature', type: 'C' });
    await board.fleet.close();
    const chr = await oneRouter({ chr: true, serial: 'abcDEF123' });
    expect((await call(chr.router, 'GET', '/system/routerboard')).status).toBe(400);
    expect((await call(chr.router, 'GET', '/system/license')).json).toEqual({
      level: 'free',
      'system-id': 'abcDEF123',
    });
    expect((await call(chr.router, 'GET', '/system/health')).json).toHaveProperty('state-after-reboot');
    await chr.fleet.close();
  });
});

describe('versions', () => {
  it('differ in what they have', async () => {
    const found: Record<string, unknown> = {};
    for (const version of ['7.12', '7.16', '7.20', '7.24'] as const) {
      const { fleet, router } = await oneRouter({ version });
      const service = (await rows(router, '/ip/service')).find((row) => row['name'] === 'www') ?? {};
      found[version] = {
        safeMode: (await call(router, 'GET', '/safe-mode')).status,
        rootPing: (await call(router, 'POST', '/ping', { address: '10.255.0.254', count: '1' })).status,
        connections: (await rows(router, '/ip/service')).some((row) => row['connection'] === 'true'),
        sessions: 'max-sessions' in service,
        from: 'available-from' in service,
        vrf: 'vrf' in ((await rows(router, '/ip/address'))[0] ?? {}),
        unknownPatch: (await call(router, 'PATCH', '/system/script/none', { comment: 'x' })).status,
      };
      await fleet.close();
    }
    const common = { rootPing: 200, sessions: true, from: false, vrf: true };
    expect(found).toEqual({
      '7.12': { ...common, safeMode: 400, connections: false, sessions: false, vrf: false, unknownPatch: 400 },
      '7.16': { ...common, safeMode: 400, connections: false, unknownPatch: 400 },
      '7.20': { ...common, safeMode: 200, connections: true, unknownPatch: 404 },
      '7.24': { ...common, safeMode: 200, connections: true, rootPing: 400, from: true, unknownPatch: 404 },
    });
  });
});
