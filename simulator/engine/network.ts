import { covers, ip4Text, isHostName } from '../kinds/address.ts';
import type { RouterState } from '../model/state.ts';
import { tableOf } from './table.ts';

/** Addresses a name has for this router: its own static rows, else what a working resolver would say; empty: none. */
export function resolveName(router: RouterState, name: string): readonly string[] {
  if (router.effects().resolveFails === true) {
    return [];
  }
  const own = tableOf(router, '/ip/dns/static').rows.filter(
    (row) => row.values['name'] === name && row.values['disabled'] !== 'true' && row.values['address'] !== undefined,
  );
  if (own.length > 0) {
    return own.map((row) => row.values['address'] ?? '');
  }
  const dns = tableOf(router, '/ip/dns').rows[0]?.values ?? {};
  const asks =
    (dns['servers'] ?? '') !== '' || (dns['dynamic-servers'] ?? '') !== '' || (dns['use-doh-server'] ?? '') !== '';
  return asks && isHostName(name) && name.includes('.') && !name.endsWith('.invalid') ? [inventedAddress(name)] : [];
}

/** The same address for the same name, inside 203.0.113.0/24, which no real network uses. */
function inventedAddress(name: string): string {
  let sum = 0;
  for (const character of name) {
    sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 251;
  }
  return ip4Text(0xcb_00_71_00 + 1 + sum);
}

/** True when a ping from the router to the address is answered: there is a route, and no fault says otherwise. */
export function answersPing(router: RouterState, address: string): boolean {
  const lost = router.effects().pingLost;
  if (lost === 'all' || lost?.includes(address) === true) {
    return false;
  }
  return interfaceTowards(router, address) !== undefined;
}

/** The interface of the longest matching route to the address; undefined: no route. */
export function interfaceTowards(router: RouterState, address: string): string | undefined {
  const connected = connectedRoutes(router);
  let best: { readonly length: number; readonly interface: string } | undefined;
  for (const route of connected) {
    const length = Number(route.destination.split('/')[1]);
    if (covers(route.destination, address) && (best === undefined || length > best.length)) {
      best = { length, interface: route.interface };
    }
  }
  for (const { values } of tableOf(router, '/ip/route').rows) {
    const destination = values['dst-address'] ?? '';
    const length = Number(destination.split('/')[1] ?? 32);
    if (
      values['disabled'] === 'true' ||
      !covers(destination, address) ||
      (best !== undefined && length <= best.length)
    ) {
      continue;
    }
    const gateway = values['gateway'] ?? '';
    const through = connected.find((route) => covers(route.destination, gateway));
    if (through !== undefined) {
      best = { length, interface: through.interface };
    }
  }
  return best?.interface;
}

/** A route that exists because an interface has an address. */
export interface ConnectedRoute {
  readonly destination: string;
  readonly interface: string;
  readonly address: string;
}

/** The connected routes of the enabled addresses on interfaces that run. */
export function connectedRoutes(router: RouterState): readonly ConnectedRoute[] {
  return tableOf(router, '/ip/address').rows.flatMap(({ values }) => {
    const [address = '', length = '32'] = (values['address'] ?? '').split('/');
    const name = values['interface'] ?? '';
    return values['disabled'] === 'true' || !isRunning(router, name)
      ? []
      : [{ destination: `${values['network'] ?? address}/${length}`, interface: name, address }];
  });
}

/** True when an interface of that name is enabled and up. */
export function isRunning(router: RouterState, name: string): boolean {
  const row = tableOf(router, '/interface').rows.find((candidate) => candidate.values['name'] === name);
  return (
    row !== undefined &&
    row.values['disabled'] !== 'true' &&
    row.values['running'] === 'true' &&
    router.effects().interfacesDown?.includes(name) !== true
  );
}
