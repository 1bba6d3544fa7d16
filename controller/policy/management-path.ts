import { applyChanges, type Change, type LiveState, type Plan } from '#differ';
import { readRange, type Row } from '#routeros';
import { gateOf, type Gate, type Reason } from '../gate.ts';
import { listReasons } from './list-membership.ts';
import { returnPathTo, samePath } from './return-path.ts';

/** The controller's way to one router, as the router sees it (armed-rollback.md §6). */
export interface ManagementPath {
  /** Our source address as the router's own log tells it; null when it does not. */
  readonly controller: string | null;
  /** The router's address that we talk to, when it is known. */
  readonly management: string | null;
  readonly routes: readonly Row[];
  readonly addresses: readonly Row[];
  readonly interfaces: readonly Row[];
  readonly addressLists: readonly Row[];
  /** Rules of every firewall table, with `table` among the properties. */
  readonly rules: readonly Row[];
}

/** Interface types whose own endpoint address, or whose transport, other settings decide. */
const TUNNELS = /^(wg|wireguard|ovpn|l2tp|pptp|sstp|pppoe|gre|eoip|ipip|ipipv6|6to4|vxlan|ppp|lte|zerotier)/;

const ADDRESSES = '/ip/address';
const LISTS = '/ip/firewall/address-list';
const STATIC = '/ip/dns/static';

/** Menus whose change can matter to the path: only for these the facts are read. */
export function mayCutPath(plan: Plan): boolean {
  return plan.changes.some((change) => change.menu === ADDRESSES || change.menu === LISTS || isNameMenu(change.menu));
}

/**
 * Opens when no state on the way, in the order of the changes, cuts the controller's own path. What can't be modelled is refused.
 * `live` holds the menus that the plan touches.
 */
export function proveManagementPath(plan: Plan, live: LiveState, path: ManagementPath): Gate {
  const risky = plan.changes.filter(
    (change) => change.menu === ADDRESSES || change.menu === LISTS || namesList(change),
  );
  if (risky.length === 0) return gateOf([]);
  if (path.controller === null) {
    return gateOf([
      {
        code: 'PathUnknown',
        message:
          'The router does not tell from which address the controller reaches it, so address and list changes cannot be proven harmless.',
      },
    ]);
  }
  return gateOf([
    ...addressReasons(plan, live, path, path.controller),
    ...listChanges(plan, live, path, path.controller),
  ]);
}

/** What makes a plan high risk although it does not cut the path at once (armed-rollback.md §6). */
export function pathRisks(plan: Plan, path: ManagementPath): readonly string[] {
  const risks: string[] = [];
  const way = path.controller === null ? null : returnPathTo(path.controller, path.addresses, path.routes);
  const exit = path.interfaces.find((row) => row['name'] === way?.interface);
  const touchesNames = plan.changes.some((change) => isNameMenu(change.menu));
  if (touchesNames && TUNNELS.test(exit?.['type'] ?? '')) {
    risks.push(
      `the management path runs through the tunnel ${exit?.['name']}, whose endpoint may depend on DNS, time or identity`,
    );
  }
  const timed = path.rules.some((rule) => rule['time'] !== undefined && rule['disabled'] !== 'true');
  if (timed && plan.changes.some((change) => change.menu === '/system/ntp/client')) {
    risks.push('firewall rules depend on the time of day, and the time source changes');
  }
  return risks;
}

function isNameMenu(menu: string): boolean {
  return menu === '/ip/dns' || menu === STATIC || menu === '/system/ntp/client' || menu === '/system/identity';
}

function addressReasons(plan: Plan, live: LiveState, path: ManagementPath, controller: string): readonly Reason[] {
  const changes = plan.changes.filter((change) => change.menu === ADDRESSES);
  if (changes.length === 0) return [];
  const start = live.menus[ADDRESSES] ?? [];
  const way = returnPathTo(controller, start, path.routes);
  if (way === null) {
    return [
      {
        code: 'PathUnknown',
        message: `The way back to the controller (${controller}) is not clear from the router's routes, so address changes cannot be proven harmless.`,
      },
    ];
  }
  const reasons: Reason[] = changes.flatMap((change) => [...ownAddress(change, path), ...dependants(change, path)]);
  if (start.some((row) => row['vrf'] !== undefined && row['vrf'] !== 'main')) {
    reasons.push({ code: 'PathNotModelled', message: 'Addresses lie in several VRFs, which is not modelled.' });
  }
  const forbidden = [controller, ...(way.gateway === null ? [] : [way.gateway])];
  let state: LiveState = { menus: { [ADDRESSES]: start } };
  for (const change of changes) {
    state = applyChanges(state, [change]);
    const rows = state.menus[ADDRESSES] ?? [];
    const what = describe(change);
    if (!samePath(returnPathTo(controller, rows, path.routes), way)) {
      reasons.push({ code: 'PathCut', message: `${what} changes the way back to the controller (${controller}).` });
    }
    if (rows.some((row) => forbidden.includes(hostOf(row)) && row['disabled'] !== 'true')) {
      reasons.push({
        code: 'PathCut',
        message: `${what} gives the router the address of the controller or of its gateway.`,
      });
    }
    if (path.management !== null && holds(start, path.management) && !holds(rows, path.management)) {
      reasons.push({
        code: 'PathCut',
        message: `${what} takes away ${path.management}, the address that the controller talks to.`,
      });
    }
  }
  return reasons;
}

/** The row that holds the management address is never touched, not even its comment. */
function ownAddress(change: Change, path: ManagementPath): readonly Reason[] {
  if (change.kind === 'create' || path.management === null || hostOf(change.match ?? {}) !== path.management) return [];
  return [
    {
      code: 'PathCut',
      message: `${describe(change)} touches the address that the controller talks to, which is never touched.`,
    },
  ];
}

/** An address that goes may be the local address of something we cannot see whole. */
function dependants(change: Change, path: ManagementPath): readonly Reason[] {
  const goes = change.kind === 'remove' || (change.kind === 'set' && change.fields['disabled'] === 'true');
  if (!goes) return [];
  const host = hostOf(change.match ?? {});
  const what = describe(change);
  const reasons: Reason[] = [];
  if (path.routes.some((route) => route['pref-src'] === host)) {
    reasons.push({ code: 'PathCut', message: `${what} takes away the preferred source address of a route.` });
  }
  const tunnel = path.interfaces.find((row) => TUNNELS.test(row['type'] ?? ''));
  if (tunnel !== undefined) {
    reasons.push({
      code: 'PathNotModelled',
      message: `${what} may take away the local address of the tunnel ${tunnel['name']}, which is not modelled.`,
    });
  }
  return reasons;
}

function listChanges(plan: Plan, live: LiveState, path: ManagementPath, controller: string): readonly Reason[] {
  const way = returnPathTo(controller, path.addresses, path.routes);
  const points = [controller, way?.gateway, path.management].filter(
    (point): point is string => point !== null && point !== undefined,
  );
  return listReasons(plan.changes, live.menus[LISTS] ?? path.addressLists, path.rules, points);
}

/** A static DNS row that feeds an address list (armed-rollback.md §6). */
function namesList(change: Change): boolean {
  if (change.menu !== STATIC || change.kind === 'move') return false;
  const rows =
    change.kind === 'create'
      ? [change.fields]
      : change.kind === 'set'
        ? [change.fields, change.before]
        : [change.before];
  return rows.some((row) => (row['address-list'] ?? '') !== '');
}

function hostOf(row: Row): string {
  return (row['address'] ?? '').split('/')[0] ?? '';
}

function holds(rows: readonly Row[], address: string): boolean {
  const first = readRange(address)?.first;
  return rows.some((row) => row['disabled'] !== 'true' && readRange(hostOf(row))?.first === first);
}

function describe(change: Change): string {
  const row = change.kind === 'create' ? change.fields : (change.match ?? {});
  const verb = change.kind === 'create' ? 'Adding' : change.kind === 'remove' ? 'Removing' : 'Changing';
  return `${verb} ${row['address'] ?? ''} on ${row['interface'] ?? ''}`;
}
