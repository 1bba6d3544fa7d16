import { afterEach, expect, it } from 'vitest';
import { configYaml, labFleet, outcomeOf, type Rig, seed, startRig, until } from '#test/rig.ts';

let rig: Rig;
afterEach(() => rig.close());

const ALL = `
identity: {name: before}
pools:
  - {name: office, ranges: [192.0.2.10-192.0.2.20]}
  - {name: unused, ranges: [192.0.2.30-192.0.2.40]}
interfaceLists:
  - {name: GUESTS}
bridges:
  - {name: br7}`;

const NOTHING = `
identity: {name: after}
pools: []
interfaceLists: []
bridges: []`;

const MENUS = {
  '/interface/bridge': [{ name: 'br7' }],
  '/interface/vlan': [{ name: 'vlan7', interface: 'br7', 'vlan-id': '7' }],
  '/interface/list': [{ name: 'GUESTS' }],
  '/ip/firewall/filter': [{ chain: 'forward', action: 'drop', 'in-interface-list': '!GUESTS', disabled: 'true' }],
  '/ip/pool': [
    { name: 'office', ranges: '192.0.2.10-192.0.2.20' },
    { name: 'unused', ranges: '192.0.2.30-192.0.2.40' },
  ],
  '/ip/dhcp-server': [{ name: 's', interface: 'bridge', 'address-pool': 'office', 'lease-time': '30m' }],
} as const;

function names(menu: string): readonly string[] {
  return rig.router.rows(menu).map((row) => row['name'] ?? '');
}

async function declares(spec: string): Promise<Awaited<ReturnType<typeof outcomeOf>>> {
  await rig.declare({ 'configs/r1.yaml': configYaml('r1', spec) });
  const name = /identity: \{name: (\w+)\}/.exec(spec)?.[1] ?? '';
  await until(
    () => names('/system/identity'),
    ([is]) => is === name,
  );
  return await outcomeOf(rig, 'r1', 'InSync');
}

function asked(menu: string): boolean {
  return rig.router.requests.some(({ path }) => path === menu);
}

it('what rows of undeclared sections and of unmanaged menus name stays, and the rest of the plan goes on', async () => {
  rig = await startRig((router) => labFleet(router, ALL), [seed('r1', { menus: MENUS })]);
  await outcomeOf(rig, 'r1', 'Confirmed');
  expect(asked('/ip/dhcp-server/lease')).toBe(false);

  expect(await declares(NOTHING)).toMatchObject({
    heldBack: {
      rows: [
        '/interface/list name=GUESTS: it is still named by /ip/firewall/filter forward in in-interface-list; change or remove that first',
        '/interface/bridge name=br7: it is still named by /interface/vlan vlan7 in interface; change or remove that first',
        '/ip/pool name=office: it is still named by /ip/dhcp-server name=s in address-pool; change or remove that first',
      ],
    },
  });
  expect(asked('/ip/dhcp-server/lease')).toBe(true);
  expect(names('/ip/pool')).toEqual(['office']);
  expect(names('/interface/bridge')).toContain('br7');
  expect(names('/interface/list')).toContain('GUESTS');
  expect(rig.router.rows('/ip/dhcp-server')[0]?.['address-pool']).toBe('office');
  expect(rig.router.rows('/interface/vlan')[0]?.['interface']).toBe('br7');
});

it('once nobody names it any more it goes', async () => {
  rig = await startRig((router) => labFleet(router, ALL), [seed('r1', { menus: MENUS })]);
  await outcomeOf(rig, 'r1', 'Confirmed');
  await declares(NOTHING);
  expect(names('/ip/pool')).toEqual(['office']);

  rig.router.human.change({
    user: 'anna',
    menu: '/ip/dhcp-server',
    verb: 'set',
    where: { name: 's' },
    args: { 'address-pool': 'static-only' },
  });
  await declares(NOTHING.replace('after', 'later'));
  expect(names('/ip/pool')).toEqual([]);
});
