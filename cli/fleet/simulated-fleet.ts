import { type Inventory, layersFor } from '#controller';
import type { DesiredState } from '#differ';
import { readPrefix } from '#routeros';
import type { RouterDevice } from '#schemas';
import type { RouterSeed } from '#simulator';
import { CommandError } from '../command-error.ts';
import { NEEDED_POLICIES, READ_POLICIES, READER } from '../doctor/rights.ts';

/** A user that a simulated router lets in. */
interface SimulatedUser {
  readonly user: string;
  readonly password: string;
}

/** The users that a simulated router lets in. */
export interface SimulatedLogin extends SimulatedUser {
  /** Who only reads; absent: nobody. */
  readonly reader?: SimulatedUser;
}

type Rows = readonly Readonly<Record<string, string>>[];

const VERSION_ANNOTATION = 'simulator.routeros-gitops.dev/version';
const CLIENTS_ANNOTATION = 'simulator.routeros-gitops.dev/clients';
const MOST_CLIENTS = 100_000;
const DEFAULT_VERSION = '7.20.8';
/** Where the simulated routers believe the controller is: beyond the gateway of the management network. */
const CONTROLLER = '10.0.0.2';
/** Interfaces that every simulated router has. */
const PORTS: readonly string[] = ['ether1', 'ether2', 'ether3', 'ether4', 'ether5', 'bridge'];

/** Rows that somebody once made by hand, as every real router has them. */
const UNDECLARED: Readonly<Record<string, Rows>> = {
  '/ip/dns/static': [{ name: 'nas.lan', address: '192.168.88.20', comment: 'made by hand' }],
  '/ip/firewall/address-list': [{ list: 'monitoring', address: '192.168.88.30', comment: 'made by hand' }],
};

/**
 * One simulated router for each device of the fleet, at the device's address, in sync with what the fleet declares,
 * with a few rows nobody declared, the management address and a way back to the controller.
 * @throws {CommandError} `faultyInput` for a device whose address is not on loopback, or whose clients are no number.
 */
export function simulatedFleet(
  inventory: Inventory,
  loginOf: (credentialsRef: string) => SimulatedLogin,
): readonly RouterSeed[] {
  return [...inventory.devices.values()].map(({ name, document }) => {
    const { spec, metadata } = document;
    const address = new URL(spec.address);
    const { user, password, reader } = loginOf(spec.credentialsRef);
    return {
      name,
      host: loopbackHost(name, address),
      port: portOf(address),
      tls: address.protocol === 'https:',
      version: metadata.annotations?.[VERSION_ANNOTATION] ?? DEFAULT_VERSION,
      serial: spec.serial ?? `SIM-${name}`,
      groups: [
        { name: 'gitops', policy: NEEDED_POLICIES.join(',') },
        { name: READER, policy: READ_POLICIES.join(',') },
      ],
      users: [
        { name: user, password, group: 'gitops' },
        ...(reader === undefined ? [] : [{ name: reader.user, password: reader.password, group: READER }]),
      ],
      seenFrom: CONTROLLER,
      ...surroundingsOf(name, metadata.annotations?.[CLIENTS_ANNOTATION]),
      menus: menusOf(layersFor(inventory, name).desired, spec),
    };
  });
}

/** Nobody is around a router that says nothing of it. */
function surroundingsOf(name: string, clients: string | undefined): Pick<RouterSeed, 'surroundings'> {
  if (clients === undefined) return {};
  if (!/^\d{1,6}$/.test(clients) || Number(clients) > MOST_CLIENTS) {
    const hint = `give the annotation ${CLIENTS_ANNOTATION} a number from 0 to ${String(MOST_CLIENTS)}`;
    throw new CommandError('faultyInput', `${name} cannot have ${JSON.stringify(clients)} simulated clients`, hint);
  }
  return { surroundings: { clients: Number(clients) } };
}

function menusOf(desired: DesiredState, spec: RouterDevice['spec']): Record<string, Rows> {
  const menus: Record<string, Rows> = { ...UNDECLARED };
  for (const [menu, declared] of Object.entries(desired.menus)) {
    if (declared.shape === 'settings') menus[menu] = [declared.fields];
    else
      menus[menu] = [
        ...declared.rows.map((row) => row.fields),
        ...(declared.unlisted === 'prune' ? [] : (UNDECLARED[menu] ?? [])),
      ];
  }
  const management = managementRow(spec);
  if (management !== null) {
    const declared = menus['/ip/address'] ?? [];
    const known = declared.some(
      (row) => row['address'] === management.address && row['interface'] === management.interface,
    );
    menus['/ip/address'] = known ? declared : [management, ...declared];
    // More specific than the default router's own default route, so that there is one way back and no doubt about it.
    menus['/ip/route'] = [
      { 'dst-address': `${CONTROLLER}/32`, gateway: gatewayIn(management.address), comment: 'to the controller' },
    ];
  }
  const interfaces = new Set((menus['/ip/address'] ?? []).map((row) => row['interface'] ?? ''));
  menus['/interface/bridge'] = [...interfaces].filter((name) => !PORTS.includes(name)).map((name) => ({ name }));
  return menus;
}

/** The address on the management path, with the length that spec.management.rows names, else /24. */
function managementRow({
  management,
}: RouterDevice['spec']): { readonly address: string; readonly interface: string } | null {
  if (management === undefined) return null;
  const row = management.rows?.find(
    ({ menu, match }) => menu === '/ip/address' && match['address']?.startsWith(`${management.address}/`) === true,
  );
  return { address: row?.match['address'] ?? `${management.address}/24`, interface: management.interface };
}

/** The last usable address of the network, or the one before it when the router has that one. */
function gatewayIn(address: string): string {
  const prefix = readPrefix(address);
  if (prefix === undefined) return '10.255.0.254';
  const size = 2 ** (32 - prefix.length);
  const network = Math.floor(prefix.address / size) * size;
  const last = network + Math.max(1, size - 2);
  return dotted(last === prefix.address ? last - 1 : last);
}

function dotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => String(Math.floor(value / 2 ** shift) % 256)).join('.');
}

function loopbackHost(name: string, { hostname }: URL): string {
  if (/^127(\.\d{1,3}){3}$/.test(hostname)) return hostname;
  if (hostname === 'localhost') return '127.0.0.1';
  const hint = 'the simulator listens on 127.0.0.0/8 only: give the device such an address and a port of its own';
  throw new CommandError('faultyInput', `${name} is at ${hostname}, which is not this machine`, hint);
}

function portOf({ port, protocol }: URL): number {
  return Number(port === '' ? (protocol === 'https:' ? 443 : 80) : port);
}
