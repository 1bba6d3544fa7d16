import { afterEach, expect, it } from 'vitest';
import { configYaml, labFleet, outcomeOf, POLICIES, startRig, waitsFor, type Rig } from '#test/rig.ts';
import { rosctl } from '../cli/run.ts';

let rig: Rig;
afterEach(() => rig.close());

const MENUS = [
  '/ip/pool',
  '/ip/dhcp-server/option',
  '/ip/dhcp-server/option/sets',
  '/ip/dhcp-server/network',
  '/ip/dhcp-server',
  '/ip/dhcp-server/lease',
] as const;

const OFFICE = `
identity: {name: office}
pools:
  - {name: office, ranges: [192.168.88.10-192.168.88.99], nextPool: more}
  - {name: more, ranges: [192.168.88.128/26]}
dhcpOptions:
  - {name: boot, code: "66", value: "s'192.168.88.5'"}
dhcpOptionSets:
  - {name: phones, options: [boot]}
dhcpNetworks:
  - {address: 192.168.88.0/24, gateway: [192.168.88.1], dnsServer: [192.168.88.1], dhcpOptionSet: phones}
dhcpServers:
  - {name: office, interface: bridge, addressPool: office, leaseTime: 1h}
dhcpLeases:
  - {server: office, macAddress: "00:00:5e:00:53:01", address: 192.168.88.5, dhcpOption: [boot]}
  - {server: office, macAddress: "00:00:5e:00:53:02", address: 192.168.88.6, comment: Drucker Büro}
  - {macAddress: "00:00:5e:00:53:03", address: 192.168.88.7}`;

/** The same, with the client of one address exchanged and two others moved up. */
const MOVED = OFFICE.replace('"00:00:5e:00:53:01", address: 192.168.88.5', '"00:00:5e:00:53:09", address: 192.168.88.6')
  .replace('"00:00:5e:00:53:02", address: 192.168.88.6', '"00:00:5e:00:53:02", address: 192.168.88.7')
  .replace('"00:00:5e:00:53:03", address: 192.168.88.7', '"00:00:5e:00:53:03", address: 192.168.88.8')
  .replace('name: office}\npools', 'name: moved}\npools');

const NOTHING = `
identity: {name: nothing}
pools: []
dhcpOptions: []
dhcpOptionSets: []
dhcpNetworks: []
dhcpServers: []
dhcpLeases: []`;

function counts(): readonly number[] {
  return MENUS.map((menu) => rig.router.rows(menu).length);
}

function leases(): readonly string[] {
  const rows = rig.router.rows('/ip/dhcp-server/lease');
  return rows.map((row) => `${row['server'] ?? 'all'} ${row['mac-address'] ?? ''} ${row['address'] ?? ''}`).toSorted();
}

/** The first attempt is ill and undone; what `held` says then is what it said before. The second stays. */
async function changeTo(spec: string, held: () => unknown): Promise<void> {
  const name = /name: (\w+)\}/.exec(spec)?.[1] ?? '';
  const before = held();
  const ill = { menu: '/system/identity', where: { name: new RegExp(`^${name}$`) } };
  rig.router.faults.add({ kind: 'health', when: ill, effects: { cpuLoad: 100 } });
  await rig.declare({ 'configs/r1.yaml': configYaml('r1', spec) });
  await waitsFor(rig, 'r1', 'RolledBack');
  expect(held()).toEqual(before);
  rig.router.faults.clear();
  const ran = await rosctl(['plans', 'retry', 'r1', '--state', rig.config.stateFolder]);
  expect(ran).toMatchObject({ code: 0 });
  await outcomeOf(rig, 'r1', 'InSync');
  expect(rig.router.rows('/system/identity')[0]?.['name']).toBe(name);
}

it('a DHCP server with pools, network, options and leases comes from nothing, changes, and goes again; each ill once', async () => {
  rig = await startRig((router) => ({
    ...labFleet(router, NOTHING),
    'policies.yaml': POLICIES.replace('selector: {}', 'selector: {}\n  failureBudget: 9'),
  }));
  await outcomeOf(rig, 'r1', 'InSync');
  const nothing = counts();

  await changeTo(OFFICE, counts);
  expect(counts()).toEqual([2, 1, 1, 1, 1, 3]);
  expect(rig.router.rows('/ip/dhcp-server')[0]).toMatchObject({
    name: 'office',
    'address-pool': 'office',
    'lease-time': '1h',
    disabled: 'false',
  });
  expect(leases()).toEqual([
    'all 00:00:5E:00:53:03 192.168.88.7',
    'office 00:00:5E:00:53:01 192.168.88.5',
    'office 00:00:5E:00:53:02 192.168.88.6',
  ]);

  await changeTo(MOVED, leases);
  expect(leases()).toEqual([
    'all 00:00:5E:00:53:03 192.168.88.8',
    'office 00:00:5E:00:53:02 192.168.88.7',
    'office 00:00:5E:00:53:09 192.168.88.6',
  ]);

  await changeTo(NOTHING, counts);
  expect(counts()).toEqual(nothing);
  const attempts = await rig.controller.api.store.attempts.list('r1', 20);
  expect(attempts.filter(({ end }) => end === 'undone')).toHaveLength(3);
  expect(attempts.filter(({ end }) => end === 'confirmed')).toHaveLength(4);
}, 240_000);
