import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RouterSeed } from '#simulator';
import { profiles } from '../../simulator/model/version.ts';
import { call, oneRouter, type OneRouter, refusal, rows, until } from './rest.ts';

/** What somebody may want to read of a router; those behind `?` need a package or hardware of their own. */
const SETTINGS = `/system/resource /system/identity /system/routerboard /system/clock /system/device-mode
  /system/ntp/client /system/ntp/server /ip/dns /interface/wifi/capsman /tool/bandwidth-server`.split(/\s+/);
const FULL = `/system/package /system/health /system/history /system/script /system/scheduler /system/logging
  /system/logging/action /system/ntp/client/servers /user /user/group /user/active /ip/service /certificate /interface
  /interface/ethernet /interface/vlan /interface/bonding /interface/list /interface/list/member /interface/wireguard
  /interface/wireguard/peers /interface/bridge /interface/bridge/port /interface/bridge/vlan /interface/bridge/host
  /ip/address /ip/arp /ip/neighbor /ip/route /ip/pool /ip/dns/static /ip/dns/cache /ip/dns/adlist /ip/dns/forwarders
  /ip/dhcp-server /ip/dhcp-server/network /ip/dhcp-server/lease /ip/dhcp-client /ip/firewall/filter /ip/firewall/nat
  /ip/firewall/mangle /ip/firewall/raw /ip/firewall/address-list /routing/table /routing/rule /routing/bgp/connection
  /routing/bgp/session /routing/ospf/instance /routing/ospf/neighbor /interface/wifi
  /interface/wifi/registration-table /interface/wifi/radio /interface/wifi/configuration /interface/wifi/security
  /interface/wifi/channel /interface/wifi/datapath /interface/wifi/capsman/remote-cap /interface/wireless
  /interface/wireless/registration-table /interface/wireless/security-profiles /caps-man/remote-cap
  /caps-man/registration-table /log /tool/netwatch /queue/simple`.split(/\s+/);

const READER = { user: 'reader' };
const LIVELY: Partial<RouterSeed> = {
  version: '7.22.3',
  packages: ['wireless'],
  surroundings: { clients: 12, learntRoutes: 30 },
  groups: [{ name: 'gitops-read', policy: 'read,test,api,rest-api' }],
  users: [{ name: 'reader', password: 'pw', group: 'gitops-read' }],
  menus: {
    '/interface/wifi': [{ name: 'wifi1', 'default-name': 'wifi1', 'configuration.ssid': 'office' }],
    '/interface/wireless': [{ name: 'wlan1', 'default-name': 'wlan1', disabled: 'false' }],
    '/interface/vlan': [{ name: 'vlan20', interface: 'bridge', 'vlan-id': '20' }],
    '/interface/bonding': [{ name: 'bond1', slaves: 'ether3,ether4', mode: '802.3ad' }],
    '/interface/bridge/vlan': [{ bridge: 'bridge', 'vlan-ids': '20', tagged: 'bridge,ether3' }],
    '/interface/wifi/capsman/remote-cap': [{ address: '192.168.88.9', identity: 'cap1', state: 'Ok' }],
    '/caps-man/remote-cap': [{ address: '192.168.88.8', identity: 'cap2' }],
    '/caps-man/registration-table': [{ interface: 'cap2', 'mac-address': '02:00:5E:00:00:10' }],
    '/routing/rule': [{ action: 'lookup', table: 'main', 'src-address': '10.0.0.0/8' }],
    '/ip/arp': [{ address: '192.0.2.77', interface: 'bridge', comment: 'seeded' }],
  },
};

/** What is empty on a router that nobody configured further. */
const MAY_BE_EMPTY = new Set(
  `/system/script /system/scheduler /system/history /ip/dns/static /ip/dns/adlist /ip/dns/forwarders /ip/firewall/mangle
  /ip/firewall/raw /ip/firewall/address-list /interface/wifi/configuration /interface/wifi/security
  /interface/wifi/channel /interface/wifi/datapath /system/ntp/client/servers /certificate`.split(/\s+/),
);

let one: OneRouter;
beforeAll(async () => {
  one = await oneRouter(LIVELY);
});
afterAll(async () => {
  await one.fleet.close();
});

type Row = Readonly<Record<string, string>>;

async function read(path: string, user = READER): Promise<readonly Row[]> {
  return (await call(one.router, 'GET', path, undefined, user)).json as readonly Row[];
}

async function count(path: string, query: readonly string[] = []): Promise<number> {
  const body = { 'count-only': '', '.query': query };
  const { ret } = (await call(one.router, 'POST', `${path}/print`, body, READER)).json as { ret: string };
  return Number(ret);
}

describe('a user that may read and nothing else', () => {
  it.each(SETTINGS)('reads %s as one record', async (path) => {
    const { status, json } = await call(one.router, 'GET', path, undefined, READER);
    expect([status, Array.isArray(json)]).toEqual([200, false]);
    expectPrinted([json as Row]);
  });

  it.each(FULL)('reads %s, filters it, and counts it', async (path) => {
    const all = await read(path);
    expect(all.length === 0).toBe(MAY_BE_EMPTY.has(path));
    expectPrinted(all);
    expect(new Set(all.map((row) => row['.id'])).size).toBe(all.length);
    expect(await count(path)).toBe((await read(path)).length);
    const [first] = all;
    if (first === undefined) return;
    const id = first['.id'] ?? '';
    expect(await read(`${path}?.proplist=.id&.id=${id}`)).toEqual([{ '.id': id }]);
    const printed = await call(
      one.router,
      'POST',
      `${path}/print`,
      { '.query': [`.id=${id}`], '.proplist': '.id' },
      READER,
    );
    expect(printed.json).toEqual([{ '.id': id }]);
    expect((await call(one.router, 'GET', `${path}/${id}?.proplist=.id`, undefined, READER)).json).toEqual({
      '.id': id,
    });
  });

  it.each([...SETTINGS, ...FULL])('writes nothing to %s', async (path) => {
    const [row] = [await read(path)].flat();
    const at = row?.['.id'] ?? '*1';
    const attempts: readonly (readonly [string, string, unknown])[] = [
      ['PUT', path, { comment: 'x' }],
      ['PATCH', `${path}/${at}`, { comment: 'x' }],
      ['DELETE', `${path}/${at}`, undefined],
      ['POST', `${path}/set`, { '.id': at, comment: 'x' }],
      ['POST', `${path}/add`, { comment: 'x' }],
      ['POST', `${path}/remove`, { '.id': at }],
    ];
    for (const [method, place, body] of attempts) {
      const reply = await call(one.router, method, place, body, READER);
      // A menu that lacks the command says so, and an empty one that there is no such row.
      expect([method, refusal(reply)]).toEqual([
        method,
        expect.stringMatching(
          row === undefined
            ? /^(404|500 not enough permissions|400 (missing or invalid resource|no such (command|item)))/
            : /^(500 not enough permissions|400 (missing or invalid resource|no such command))/,
        ),
      ]);
    }
    const menu = one.router.state.profile.menus.get(path);
    if (menu?.verbs.has('add') === true || menu?.spec.lacks?.includes('add') === true) {
      const reply = await call(one.router, 'PUT', path, { comment: 'x' }, READER);
      expect(refusal(reply)).toBe('500 not enough permissions (9)');
    }
    if (path === '/system/history') expect(await read(path)).toEqual([]);
  });

  it('is named by every request in the journal', async () => {
    one.router.requests.clear();
    await read('/ip/arp');
    await rows(one.router, '/ip/arp');
    expect(one.router.requests.map(({ user, path, status }) => [user, path, status])).toEqual([
      ['reader', '/ip/arp', 200],
      ['ctl', '/ip/arp', 200],
    ]);
  });
});

/** Text alone, keys in order, dotted ones first. */
function expectPrinted(all: readonly Row[]): void {
  for (const row of all) {
    const keys = Object.keys(row);
    expect(Object.values(row).every((value) => typeof value === 'string')).toBe(true);
    expect(keys).toEqual(keys.toSorted((left, right) => (left < right ? -1 : 1)));
  }
}

describe('secrets', () => {
  it.each<[string, string]>([
    ['/interface/wireguard', 'private-key'],
    ['/interface/wireguard/peers', 'preshared-key'],
    ['/routing/bgp/connection', 'tcp-md5-key'],
  ])('of %s (%s) are there for who has the policy, and not even found by others', async (path, name) => {
    const [known] = await rows(one.router, path);
    const value = known?.[name] ?? '';
    expect(value).not.toBe('');
    for (const text of [
      await call(one.router, 'GET', path, undefined, READER),
      await call(one.router, 'GET', `${path}?.proplist=${name}`, undefined, READER),
      await call(one.router, 'GET', `${path}/${known?.['.id'] ?? ''}`, undefined, READER),
      await call(one.router, 'POST', `${path}/print`, { 'show-sensitive': '', '.proplist': name }, READER),
    ].map((reply) => reply.text)) {
      expect(text).not.toContain(value);
    }
    expect(await count(path, [`${name}=${value}`])).toBe(0);
    expect(await read(`${path}?${new URLSearchParams({ [name]: value }).toString()}`)).toEqual([]);
  });

  it.each(['/ip/dhcp-client', '/ip/dhcp-server/lease'])(
    'that no tree calls sensitive (reconfigure-key of %s) are shown to whoever may read',
    async (path) => {
      expect((await read(path))[0]?.['reconfigure-key']).toMatch(/^[0-9a-f]{32}$/);
    },
  );
});

describe('what is around a router', () => {
  it('is the same in its next life, and another one around another router', async () => {
    const again = await oneRouter(LIVELY);
    const other = await oneRouter({ ...LIVELY, serial: 'HX0000002' });
    for (const path of [
      '/ip/arp',
      '/ip/neighbor',
      '/interface/bridge/host',
      '/interface/wireguard',
      '/routing/bgp/session',
    ]) {
      const still = 'address,mac-address,identity,interface,public-key,remote.as,local.as';
      const url = `${path}?.proplist=${still}`;
      expect(await rows(again.router, url)).toEqual(await rows(one.router, url));
    }
    expect(await rows(other.router, '/ip/arp')).not.toEqual(await rows(one.router, '/ip/arp'));
    await again.fleet.close();
    await other.fleet.close();
  });

  it('agrees with itself: leases, neighbours on the wire and in the air are the same clients', async () => {
    const leases = await read('/ip/dhcp-server/lease');
    expect(leases).toHaveLength(12);
    const macs = new Set(leases.map((row) => row['mac-address']));
    const heard = (await read('/interface/bridge/host')).filter((row) => row['local'] === 'false');
    const inTheAir = [
      ...(await read('/interface/wifi/registration-table')),
      ...(await read('/interface/wireless/registration-table')),
    ];
    expect(inTheAir.length).toBe(3);
    for (const row of [...heard, ...inTheAir]) expect(macs).toContain(row['mac-address']);
    const addresses = (await read('/ip/arp')).map((row) => row['address']);
    for (const lease of leases) expect(addresses).toContain(lease['address']);
    expect(await read('/ip/arp?comment=seeded')).toMatchObject([{ address: '192.0.2.77' }]);
  });

  it('gives routes of every kind, which the router itself counts', async () => {
    const whole = await count('/ip/route');
    const kinds = ['static', 'connect', 'dhcp', 'bgp', 'ospf'];
    const counted = await Promise.all(kinds.map((kind) => count('/ip/route', [`${kind}=true`])));
    expect(counted).toEqual([1, 2, 1, 30, 3]);
    expect(counted.reduce((sum, each) => sum + each, 0)).toBe(whole);
    expect(await count('/ip/route', ['dynamic=true'])).toBe(whole - 1);
    const [learnt] = await read('/ip/route?bgp=yes');
    expect(learnt).toMatchObject({ active: 'true', distance: '20', dynamic: 'true' });
    expect(await read(`/ip/route?dst-address=${learnt?.['dst-address'] ?? ''}`)).toHaveLength(1);
  });

  it.each([
    ['/interface', 'rx-byte'],
    ['/interface/ethernet', 'tx-bytes'],
    ['/ip/firewall/filter', 'packets'],
    ['/interface/wireguard/peers', 'rx'],
    ['/interface/wifi/registration-table', 'uptime'],
    ['/routing/bgp/session', 'uptime'],
    ['/ip/dhcp-server/lease', 'expires-after'],
    ['/queue/simple', 'bytes'],
  ])('moves the counters of %s (%s), also for a reader who asks for them alone', async (path, name) => {
    const url = `${path}?.proplist=${name}`;
    const before = await read(url);
    expect(before[0]).toHaveProperty([name]);
    await until(async () => JSON.stringify(await read(url)) !== JSON.stringify(before));
  });

  it('goes on in the log, in order, and nobody logs in or changes anything there', async () => {
    const before = await read('/log');
    await until(async () => (await read('/log')).length > before.length || before.length === 1000);
    const lines = await read('/log');
    const times = lines.map((row) => Date.parse(row['time'] ?? ''));
    expect(times).toEqual(times.toSorted((left, right) => left - right));
    expect(lines.filter((row) => /changed|added|removed/.test(row['message'] ?? ''))).toEqual([]);
  });

  it('starts anew after a reboot', async () => {
    const fresh = await oneRouter(LIVELY, 2000);
    const bytes = async (): Promise<number> => Number((await rows(fresh.router, '/interface'))[0]?.['rx-byte']);
    const before = await bytes();
    fresh.router.reboot(1000);
    await fresh.router.up();
    expect(await bytes()).toBeLessThan(before);
    await fresh.fleet.close();
  });
});

describe.each(profiles)('RouterOS %s', (version) => {
  it.each([true, false])('prints every menu that it has as text, keys in order (CHR: %s)', async (chr) => {
    const fresh = await oneRouter({ ...LIVELY, version, chr });
    for (const path of fresh.router.state.profile.menus.keys()) {
      const { status, json } = await call(fresh.router, 'GET', path, undefined, READER);
      expect([path, status]).toEqual([path, 200]);
      expectPrinted([json as Row | readonly Row[]].flat());
    }
    await fresh.fleet.close();
  });
});

describe('a router that nothing is said to be around', () => {
  it('has the menus, nobody in them, and counters that stand still', async () => {
    const idle = await oneRouter({ version: '7.22.3' });
    for (const path of ['/ip/arp', '/ip/neighbor', '/ip/dhcp-server/lease', '/ip/dns/cache', '/queue/simple']) {
      expect([path, await rows(idle.router, path)]).toEqual([path, []]);
    }
    const before = await rows(idle.router, '/interface');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await rows(idle.router, '/interface')).toEqual(before);
    expect(refusal(await call(idle.router, 'GET', '/caps-man/remote-cap'))).toMatch(
      /^400 no such command or directory/,
    );
    expect((await rows(idle.router, '/interface/bridge/host')).every((row) => row['local'] === 'true')).toBe(true);
    await idle.fleet.close();
  });

  it('has a certificate where it speaks TLS, and none elsewhere', async () => {
    const secure = await oneRouter({ tls: true });
    expect(secure.router.rows('/certificate')).toMatchObject([
      { name: 'rest', 'private-key': 'true', trusted: 'true' },
    ]);
    expect(await rows(one.router, '/certificate')).toEqual([]);
    await secure.fleet.close();
  });
});
