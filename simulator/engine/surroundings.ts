import { ip4Of, ip4Text, spanOf } from '../kinds/address.ts';
import type { RouterState } from '../model/state.ts';
import { drawn, drawnHex, drawnMac, drawnOf } from './drawn.ts';
import { bridgeOf } from './links.ts';
import { tableOf } from './table.ts';

/** Somebody on the router's LAN. */
export interface Client {
  readonly number: number;
  readonly mac: string;
  readonly address: string;
  readonly hostName: string;
  /** The interface behind which it is: a port of the bridge, or a radio. */
  readonly port: string;
  readonly isWireless: boolean;
}

/** The network whose clients there are. */
export interface Lan {
  readonly interface: string;
  /** The router's own address in it. */
  readonly address: string;
  readonly network: string;
  readonly length: string;
}

const FALLBACK: Lan = { interface: 'bridge', address: '192.168.88.1', network: '192.168.88.0', length: '24' };
const KINDS = ['laptop', 'phone', 'printer', 'camera', 'tablet', 'till', 'tv', 'sensor'] as const;

const known = new WeakMap<RouterState, readonly Client[]>();

/** The network of the first address on a bridge. */
export function lanOf(router: RouterState): Lan {
  const bridges = new Set(tableOf(router, '/interface/bridge').rows.map(({ values }) => values['name']));
  const row = tableOf(router, '/ip/address').rows.find(
    ({ values }) => bridges.has(values['interface']) && values['disabled'] !== 'true',
  )?.values;
  if (row === undefined) {
    return FALLBACK;
  }
  const [address = '', length = '32'] = (row['address'] ?? '').split('/');
  return { interface: row['interface'] ?? '', address, network: row['network'] ?? address, length };
}

/** Who is there, as the seed says; drawn once, from the network that the router had when somebody first asked. */
export function clientsOf(router: RouterState): readonly Client[] {
  const found = known.get(router) ?? draw(router);
  known.set(router, found);
  return found;
}

function draw(router: RouterState): readonly Client[] {
  const count = router.facts.surroundings?.clients ?? 0;
  if (count === 0) {
    return [];
  }
  const lan = lanOf(router);
  const ports = portsOf(router, lan.interface);
  const radios = radiosOf(router);
  return Array.from({ length: count }, (_, number): Client => {
    const isWireless = radios.length > 0 && number % 4 === 3;
    const kind = drawnOf(router, KINDS, 'kind', number);
    return {
      number,
      mac: drawnMac(router, 'client', number),
      address: addressOf(lan, number),
      hostName: `${kind}-${drawnHex(router, 4, 'name', number)}`,
      port: isWireless
        ? (radios[Math.floor(number / 4) % radios.length] ?? '')
        : drawnOf(router, ports, 'port', number),
      isWireless,
    };
  });
}

/** Those that do not fit into the network have addresses of 100.64.0.0/10. */
function addressOf(lan: Lan, number: number): string {
  const span = spanOf(`${lan.network}/${lan.length}`);
  const address = (span?.first ?? 0) + 100 + number;
  return span !== undefined && address < span.last ? ip4Text(address) : ip4Text(0x64_40_00_00 + number + 1);
}

function portsOf(router: RouterState, bridge: string): readonly string[] {
  const running = tableOf(router, '/interface')
    .rows.filter(({ values }) => values['type'] === 'ether' && values['running'] === 'true')
    .map(({ values }) => values['name'] ?? '');
  const ports = running.filter((name) => bridgeOf(router, name) === bridge);
  return ports.length > 0 ? ports : [bridge];
}

/** Interfaces of either kind of wireless that are on. */
export function radiosOf(router: RouterState): readonly string[] {
  return ['/interface/wifi', '/interface/wireless'].flatMap((path) =>
    tableOf(router, path)
      .rows.filter(({ values }) => values['disabled'] !== 'true')
      .map(({ values }) => values['name'] ?? ''),
  );
}

/** Where the router is next to on its uplink: the gateway of its first static route, and the interface towards it. */
export function uplinkOf(router: RouterState): { readonly gateway: string; readonly interface: string } | undefined {
  const gateway = tableOf(router, '/ip/route').rows.find(
    ({ values }) => values['disabled'] !== 'true' && ip4Of(values['gateway'] ?? '') !== undefined,
  )?.values['gateway'];
  const row = tableOf(router, '/ip/address').rows.find(({ values }) => {
    const span = spanOf(values['address'] ?? '');
    const at = ip4Of(gateway ?? '');
    return (
      values['disabled'] !== 'true' && span !== undefined && at !== undefined && at >= span.first && at <= span.last
    );
  });
  return gateway === undefined || row === undefined ? undefined : { gateway, interface: row.values['interface'] ?? '' };
}

/** What has been counted since the router started, at this many a second; the number is whole and never falls. */
export function countedAt(router: RouterState, most: number, ...words: readonly (string | number)[]): number {
  const seconds = (router.clock.now() - router.bootedAt) / 1000;
  return Math.max(0, Math.floor((seconds * (1 + drawn(router, most * 1000, 'rate', ...words))) / 1000));
}

/** Wanders around between the bounds, a step every ten seconds. */
export function wandering(
  router: RouterState,
  least: number,
  most: number,
  ...words: readonly (string | number)[]
): number {
  const step = Math.floor((router.clock.now() - router.bootedAt) / 10_000);
  return least + drawn(router, most - least + 1, 'wander', step, ...words);
}
