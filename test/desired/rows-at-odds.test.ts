import { describe, expect, it } from 'vitest';
import { configYaml, deviceYaml, faultsOf } from '#test/documents.ts';

const SECTIONS = '[pools, dhcpServers, dhcpLeases, interfaceLists]';
const DEVICE = `${deviceYaml('r1')}  capabilities: {sections: ${SECTIONS}}\n`;

interface Told {
  readonly at: string;
  readonly message: string;
}

function faults(files: Readonly<Record<string, string>>): readonly Told[] {
  return faultsOf({ 'r1.yaml': DEVICE, ...files }).map(({ file, line, path, message }) => ({
    at: `${file}:${String(line)} ${path}`,
    message,
  }));
}

function pool(name: string, next?: string): string {
  const [, number] = /(\d+)$/.exec(name) ?? [];
  return `  - {name: ${name}, ranges: [10.0.${number ?? '0'}.1-10.0.${number ?? '0'}.9]${next === undefined ? '' : `, nextPool: ${next}`}}`;
}

function pools(...lines: readonly string[]): string {
  return configYaml('pools', 100, ['pools:', ...lines].join('\n'));
}

const MACS = ['02:00:00:00:00:01', '02:00:00:00:00:02'] as const;

function lease(mac: string, more: string): string {
  return `  - {macAddress: "${mac}", ${more}}`;
}

function leases(name: string, ...lines: readonly string[]): string {
  return configYaml(name, 100, ['dhcpLeases:', ...lines].join('\n'));
}

describe('pools that go on with one another', () => {
  it('may not come back to where they began, and each place is told', () => {
    expect(faults({ 'a.yaml': pools(pool('p1', 'p2'), pool('p2', 'p3'), pool('p3', 'p1')) })).toEqual([
      {
        at: 'a.yaml:11 spec.pools[2].nextPool',
        message: 'names a row that leads back here (a.yaml:9, a.yaml:10): p3 → p1 → p2 → p3; all mean the device "r1"',
      },
    ]);
  });

  it('may not name themselves', () => {
    expect(faults({ 'a.yaml': pools(pool('p1', 'p1')) })).toEqual([
      { at: 'a.yaml:9 spec.pools[0].nextPool', message: 'names itself: p1 → p1; meant is the device "r1"' },
    ]);
  });

  it('may do so over files of which one wins', () => {
    const end = configYaml('end', 200, ['pools:', pool('p2', 'none')].join('\n'));
    const files = { 'a.yaml': pools(pool('p1', 'p2'), pool('p2', 'p1')) };
    expect(faults(files)).toHaveLength(1);
    expect(faults({ ...files, 'b.yaml': end })).toEqual([]);
  });

  it('may lead to one that others name, too, and to one that nobody declares', () => {
    expect(faults({ 'a.yaml': pools(pool('p1', 'p3'), pool('p2', 'p3'), pool('p3', 'p4')) })).toEqual([]);
  });
});

it('lists of interfaces may not include one another', () => {
  const lists = 'interfaceLists:\n  - {name: A, include: [B]}\n  - {name: B, include: [A]}';
  expect(faults({ 'a.yaml': configYaml('a', 100, lists) }).map(({ message }) => message)).toEqual([
    'names a row that leads back here (a.yaml:9): B → A → B; both mean the device "r1"',
  ]);
});

describe('static leases', () => {
  it('of two servers may not have one address: the router refuses the second', () => {
    const files = {
      'a.yaml': leases('a', lease(MACS[0], 'server: one, address: 192.0.2.7')),
      'b.yaml': leases('b', lease(MACS[1], 'server: two, address: 192.0.2.7')),
    };
    expect(faults(files)).toEqual([
      {
        at: 'b.yaml:9 spec.dhcpLeases[0].address',
        message: `server=one mac-address=${MACS[0]} (a.yaml:9) has the address 192.0.2.7 already, and only one row can; both mean the device "r1"`,
      },
    ]);
  });

  it('of one client may not be for all servers and for one', () => {
    const both = leases('a', lease(MACS[0], 'server: one'), lease(MACS[0], 'address: 192.0.2.7'));
    expect(faults({ 'a.yaml': both }).map(({ message }) => message)).toEqual([
      expect.stringContaining(`has the client ${MACS[0]} already`),
    ]);
  });

  it.each([
    ['addresses of their own', 'server: one, address: 192.0.2.7', 'server: one, address: 192.0.2.8'],
    ['one pool', 'server: one, address: office', 'server: one, address: office'],
    ['no address', 'server: one', 'server: one'],
  ])('may have %s', (_, one, other) => {
    expect(faults({ 'a.yaml': leases('a', lease(MACS[0], one), lease(MACS[1], other)) })).toEqual([]);
  });

  it('may be one a server for a client', () => {
    const both = leases('a', lease(MACS[0], 'server: one'), lease(MACS[0], 'server: two'));
    expect(faults({ 'a.yaml': both })).toEqual([]);
  });
});

describe('DHCP servers', () => {
  function servers(one: string, other: string): readonly string[] {
    const lines = [
      'dhcpServers:',
      `  - {name: one, interface: bridge${one}}`,
      `  - {name: two, interface: bridge${other}}`,
    ];
    return faults({ 'a.yaml': configYaml('a', 100, lines.join('\n')) }).map(({ at, message }) => `${at} ${message}`);
  }

  it('may not both answer the clients of an interface', () => {
    expect(servers('', '')).toEqual([
      'a.yaml:10 spec.dhcpServers[1].interface name=one (a.yaml:9) has the clients of bridge by relay 0.0.0.0 already, and only one row can; both mean the device "r1"',
    ]);
  });

  it.each([
    ['for relays of their own', ', relay: 192.0.2.1', ', relay: 192.0.2.2'],
    ['where one of them is off', '', ', disabled: true'],
  ])('may stand on one interface %s', (_, one, other) => {
    expect(servers(one, other)).toEqual([]);
  });
});
