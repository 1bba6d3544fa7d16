import { arrivalOf, isMember, wireOf } from '../engine/links.ts';
import { interfaceTowards } from '../engine/network.ts';
import { tableOf } from '../engine/table.ts';
import { covers } from '../kinds/address.ts';
import type { Properties } from '../model/console.ts';
import type { RouterState } from '../model/state.ts';

/** A packet from the REST client to the router's web server. */
export interface Packet {
  readonly from: string;
  /** `established` on a connection that has carried a request before. */
  readonly state: 'new' | 'established';
}

/** `closed`: the connection ends without an answer. `silent`: packets vanish. */
export type Way = 'open' | 'closed' | 'silent';

/**
 * The way between client and router as it was found: what was not open at first is not modelled, so that a seed
 * with an unusual network stays reachable.
 */
export interface Path {
  way(packet: Packet): Way;
}

/** Takes the router's present state as the one in which the client reaches it. */
export function pathTo(router: RouterState, client: string): Path {
  const uplink = interfaceTowards(router, client);
  const wire = uplink === undefined ? undefined : wireOf(router, uplink);
  const first: Packet = { from: client, state: 'new' };
  const filtered = uplink !== undefined && passes(router, first, uplink);
  return {
    way(packet) {
      if (!isServed(router, packet.from)) {
        return 'closed';
      }
      if (uplink === undefined) {
        return 'open';
      }
      const arrival = wire === undefined ? uplink : arrivalOf(router, wire);
      const returns = arrival !== undefined && interfaceTowards(router, packet.from) === arrival;
      return returns && (!filtered || passes(router, packet, arrival)) ? 'open' : 'silent';
    },
  };
}

/** True when the REST service is on, on its own port, and open for the address (routeros-rest.md §1). */
function isServed(router: RouterState, address: string): boolean {
  const name = router.facts.tls ? 'www-ssl' : 'www';
  const service = tableOf(router, '/ip/service').rows.find((row) => row.values['name'] === name)?.values ?? {};
  const allowed = (service['address'] ?? '').split(',').filter((limit) => limit !== '');
  return (
    service['disabled'] !== 'true' &&
    service['port'] === portOf(router) &&
    (allowed.length === 0 || allowed.some((limit) => covers(limit, address)))
  );
}

function portOf(router: RouterState): string {
  return router.facts.tls ? '443' : '80';
}

function passes(router: RouterState, packet: Packet, uplink: string): boolean {
  return (
    verdict(router, '/ip/firewall/raw', 'prerouting', packet, uplink) !== 'drop' &&
    verdict(router, '/ip/firewall/filter', 'input', packet, uplink) !== 'drop'
  );
}

/** The first rule that decides; null at the end of the chain or at `return`. */
function verdict(
  router: RouterState,
  table: string,
  chain: string,
  packet: Packet,
  uplink: string,
): 'accept' | 'drop' | null {
  for (const { values } of tableOf(router, table).rows) {
    if (values['chain'] !== chain || values['disabled'] === 'true' || !matches(router, values, packet, uplink)) {
      continue;
    }
    const action = values['action'] ?? 'accept';
    if (action === 'jump') {
      const inner = verdict(router, table, values['jump-target'] ?? '', packet, uplink);
      if (inner !== null) {
        return inner;
      }
    } else if (action === 'return') {
      return null;
    } else if (action === 'accept' || action === 'notrack') {
      return 'accept';
    } else if (action === 'drop' || action === 'reject' || action === 'tarpit') {
      return 'drop';
    }
  }
  return null;
}

/** Properties of a rule that match nothing by themselves. */
const silentProperties = new Set([
  'chain',
  'action',
  'comment',
  'disabled',
  'log',
  'log-prefix',
  'jump-target',
  'reject-with',
]);

/** A rule with a matcher that is not modelled does not match. */
function matches(router: RouterState, rule: Properties, packet: Packet, uplink: string): boolean {
  return Object.entries(rule).every(([name, value]) => {
    const negated = value.startsWith('!');
    const bare = negated ? value.slice(1) : value;
    return silentProperties.has(name) || holds(router, name, bare, packet, uplink) === !negated;
  });
}

function holds(router: RouterState, name: string, value: string, packet: Packet, uplink: string): boolean {
  switch (name) {
    case 'src-address':
      return covers(value, packet.from);
    case 'src-address-list':
      return isListed(router, value, packet.from);
    case 'protocol':
      return value === 'tcp' || value === '6';
    case 'dst-port':
    case 'port':
      return value.split(',').includes(portOf(router));
    case 'in-interface':
      return value === uplink;
    case 'in-interface-list':
      return isMember(router, value, uplink);
    case 'connection-state':
      return value.split(',').includes(packet.state);
    default:
      return false;
  }
}

/** True when an enabled entry of the list covers the address. */
function isListed(router: RouterState, list: string, address: string): boolean {
  return tableOf(router, '/ip/firewall/address-list').rows.some(
    ({ values }) =>
      values['list'] === list && values['disabled'] !== 'true' && covers(values['address'] ?? '', address),
  );
}
