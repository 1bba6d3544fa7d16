import type { RouterState } from '../model/state.ts';
import { isRunning } from './network.ts';
import { tableOf } from './table.ts';

/** The bridge of which an interface is an enabled port; undefined: of none. */
export function bridgeOf(router: RouterState, name: string): string | undefined {
  return tableOf(router, '/interface/bridge/port').rows.find(
    ({ values }) => values['interface'] === name && values['disabled'] !== 'true',
  )?.values['bridge'];
}

/** Its enabled ports, in the order of the menu. */
export function portsOf(router: RouterState, bridge: string): readonly string[] {
  return tableOf(router, '/interface/bridge/port')
    .rows.filter(({ values }) => values['bridge'] === bridge && values['disabled'] !== 'true')
    .map(({ values }) => values['interface'] ?? '');
}

/** Where frames come in: the interface that nothing carries, and the VLANs whose tags they bear, the outermost first. */
export interface Wire {
  readonly port: string;
  readonly vlans: readonly string[];
}

/** Below an interface; below a bridge its first port that runs. Undefined: it has none, so nothing is known of a wire. */
export function wireOf(router: RouterState, name: string): Wire | undefined {
  const vlan = tableOf(router, '/interface/vlan').rows.find(({ values }) => values['name'] === name)?.values;
  if (vlan !== undefined) {
    const below = wireOf(router, vlan['interface'] ?? '');
    return below && { port: below.port, vlans: [...below.vlans, vlan['vlan-id'] ?? ''] };
  }
  if (tableOf(router, '/interface/bridge').rows.every(({ values }) => values['name'] !== name)) {
    return { port: name, vlans: [] };
  }
  const port = portsOf(router, name).find((each) => isRunning(router, each));
  return port === undefined ? undefined : wireOf(router, port);
}

/** The interface on which the router takes in what comes by the wire; undefined: it comes to nobody. */
export function arrivalOf(router: RouterState, { port, vlans }: Wire): string | undefined {
  let at = port;
  for (let tag = 0; ; tag += 1) {
    if (!isRunning(router, at)) {
      return undefined;
    }
    const bridge = bridgeOf(router, at);
    if (bridge !== undefined) {
      at = bridge;
    }
    if (bridge !== undefined && (!isRunning(router, at) || !asksForMacs(router, at))) {
      return undefined;
    }
    if (tag === vlans.length) {
      return at;
    }
    const vlan = tableOf(router, '/interface/vlan').rows.find(
      ({ values }) => values['interface'] === at && values['vlan-id'] === vlans[tag],
    );
    if (vlan === undefined) {
      return undefined;
    }
    at = vlan.values['name'] ?? '';
  }
}

/** Without ARP answers find nobody, but for entries that stand in the table (vendor's page ARP). */
function asksForMacs(router: RouterState, bridge: string): boolean {
  const row = tableOf(router, '/interface/bridge').rows.find(({ values }) => values['name'] === bridge);
  return !['disabled', 'reply-only'].includes(row?.values['arp'] ?? '');
}

/**
 * Whether an interface is on an interface list: as a member of its own, which is added last, or on a list that it
 * includes and on none that it excludes (vendor's page Interface Lists).
 */
export function isMember(router: RouterState, list: string, name: string): boolean {
  if (list === 'all') {
    return true;
  }
  const row = tableOf(router, '/interface/list').rows.find(({ values }) => values['name'] === list)?.values ?? {};
  const isOnOneOf = (text: string | undefined): boolean =>
    (text ?? '').split(',').some((other) => other !== '' && isMember(router, other, name));
  const isOwn = tableOf(router, '/interface/list/member').rows.some(
    ({ values }) => values['list'] === list && values['interface'] === name && values['disabled'] !== 'true',
  );
  return isOwn || (isOnOneOf(row['include']) && !isOnOneOf(row['exclude']));
}
