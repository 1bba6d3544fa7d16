import type { Catalogue, Change, LiveState, Plan } from '#differ';
import { holdsAddress, readRange, type Row } from '#routeros';
import type { Reason } from '../reasons.ts';
import { hostOf, ownAddresses, type ManagementPath } from './management-facts.ts';
import { hasNoOwnAddress } from './interface-types.ts';
import { hasPathEffect } from './path-effects.ts';
import type { PathModel } from './path-model.ts';
import { sameRoutes, routesTo, type ReturnPath } from './return-path.ts';
import { rowsNow, statesOf } from './router-state.ts';

/** The menu of the router's addresses, the only one that is understood as such. */
export const ADDRESSES = '/ip/address';
/** Addresses that come and go, and the ways that follow from them. */
export const ADDRESS_MODEL: PathModel = {
  reads: [],
  judges: (effect, menu) => effect === 'addresses' && menu === ADDRESSES,
  concerns: ({ changes }, catalogue) => changes.some((change) => hasPathEffect(change, 'addresses', catalogue)),
  reasons: ({ plan, live, path, catalogue }) => addressReasons(plan, live, path, catalogue),
};

/** Fields in which RADIUS and IPsec name an address of the router. */
const SOURCES = ['src-address', 'local-address', 'sa-src-address'];

/**
 * Why changes of `/ip/address` could cut the path, in the order of the plan. The controllers of `path` are IPv4
 * addresses, unless nothing but comments changes: then only the rows that we talk to count.
 */
function addressReasons(plan: Plan, live: LiveState, path: ManagementPath, catalogue: Catalogue): readonly Reason[] {
  const touching = plan.changes.filter((change) => change.menu === ADDRESSES);
  const changes = touching.filter((change) => hasPathEffect(change, 'addresses', catalogue));
  const start = rowsNow(ADDRESSES, live, path);
  const own = ownAddresses(path, start);
  const steps = stepsOf(changes, live, path, catalogue);
  return [
    ...(changes.length === 0 ? [] : otherTables(start, path)),
    ...touching.flatMap((change) => [
      ...(own.length === 0 ? unknownOwn(change, path) : ownAddress(change, own, path)),
      ...dependants(change, path),
    ]),
    ...(changes.length === 0 ? [] : path.controllers).flatMap((controller) =>
      stepReasons(steps, start, path, controller),
    ),
    ...takenAway(steps, own, path),
  ];
}

/** What sends answers past table main. */
function otherTables(start: readonly Row[], path: ManagementPath): readonly Reason[] {
  const found = [
    ...(start.some((row) => (row['vrf'] ?? 'main') !== 'main') ? ['addresses in several VRFs'] : []),
    ...(path.rules.some((row) => row['action'] === 'mark-routing' && row['disabled'] !== 'true')
      ? ['a mangle rule with the action mark-routing']
      : []),
    ...new Set(
      path.otherTables.filter((row) => row['disabled'] !== 'true').map((row) => `a row in ${row['menu'] ?? ''}`),
    ),
  ];
  return found.map((what) => ({
    code: 'PathNotModelled',
    message: `The router has ${what}: answers to the controller may take another routing table, for which address changes cannot be proven harmless.`,
  }));
}

/**
 * After each change: the ways to this controller are what they were, and nobody on them has an address of the router.
 */
function stepReasons(
  steps: readonly AddressStep[],
  start: readonly Row[],
  path: ManagementPath,
  controller: string,
): readonly Reason[] {
  const ways = routesTo(controller, start, path);
  if (ways === null) {
    return [
      {
        code: 'PathUnknown',
        message: `The way back to the controller (${controller}) is not clear from the router's routes, so address changes cannot be proven harmless.`,
      },
    ];
  }
  const reasons: Reason[] = [];
  const others = new Set([controller, ...gatewaysOf(ways)]);
  for (const { change, rows } of steps) {
    const what = describe(change);
    if (!sameRoutes(routesTo(controller, rows, path), ways)) {
      reasons.push({
        code: 'PathCut',
        message: `${what} changes, or may change, the way back to the controller (${controller}).`,
      });
    }
    if (rows.some((row) => others.has(hostOf(row)) && row['disabled'] !== 'true')) {
      reasons.push({
        code: 'PathCut',
        message: `${what} gives the router the address of the controller or of its gateway.`,
      });
    }
  }
  return reasons;
}

/** The address that we talk to is there at every moment, whichever row it came from. */
function takenAway(steps: readonly AddressStep[], own: readonly string[], path: ManagementPath): readonly Reason[] {
  return steps.flatMap(({ change, rows }) =>
    own
      .filter((address) => !ownAddresses(path, rows).includes(address))
      .map((address) => ({
        code: 'PathCut',
        message: `${describe(change)} takes away ${address}, an address that the controller talks to.`,
      })),
  );
}

/** A change, and the addresses after it. */
interface AddressStep {
  readonly change: Change;
  readonly rows: readonly Row[];
}

function stepsOf(
  changes: readonly Change[],
  live: LiveState,
  path: ManagementPath,
  catalogue: Catalogue,
): readonly AddressStep[] {
  return statesOf({ changes }, live, path, [ADDRESSES], catalogue).map(({ change, after }) => ({
    change,
    rows: after.rows(ADDRESSES).map((row) => (isOf(change, row) ? { ...row, invalid: 'false' } : row)),
  }));
}

/** What a change writes may come into force by it. */
function isOf({ kind, match }: Change, row: Row): boolean {
  return kind === 'set' && match?.['address'] === row['address'] && match?.['interface'] === row['interface'];
}

/** When it is not known which address we talk to, it could be any that the plan touches. */
function unknownOwn(change: Change, { declared, dialled }: ManagementPath): readonly Reason[] {
  if (change.kind === 'create') return [];
  const why =
    declared !== null
      ? `The router has no enabled address ${declared.address}, which spec.management names`
      : dialled !== null
        ? `The router has no enabled address ${dialled}, which the controller connects to`
        : 'It is not known which address of the router the controller talks to';
  return [
    {
      code: 'PathUnknown',
      message: `${why}, so this is refused: ${describe(change)}. Name the router's own address in spec.management.`,
    },
  ];
}

/**
 * Rows that hold an address we talk to are never touched, not even their comment; nor are those of its network on the
 * declared interface.
 */
function ownAddress(change: Change, own: readonly string[], { declared }: ManagementPath): readonly Reason[] {
  const row = change.match ?? {};
  if (change.kind === 'create') return [];
  const beside = declared !== null && row['interface'] === declared.interface && covers(row, declared.address);
  if (!own.includes(hostOf(row)) && !beside) return [];
  return [
    {
      code: 'PathCut',
      message: `${describe(change)} touches the address that the controller talks to, or its network, which is never touched.`,
    },
  ];
}

/** An address that goes may be the local address of something we cannot see whole. */
function dependants(change: Change, path: ManagementPath): readonly Reason[] {
  const goes = change.kind === 'remove' || (change.kind === 'set' && change.fields['disabled'] === 'true');
  if (!goes) return [];
  return sourceReasons(describe(change), change.match ?? {}, path);
}

/** What an address that goes takes with it, as the local or source address of something else. */
export function sourceReasons(what: string, row: Row, path: ManagementPath): readonly Reason[] {
  const host = hostOf(row);
  const reasons: Reason[] = [];
  if (path.routes.some((route) => route['pref-src'] === host)) {
    reasons.push({ code: 'PathCut', message: `${what} takes away the preferred source address of a route.` });
  }
  const user = path.addressUsers.find((other) =>
    SOURCES.some((name) => hostOf({ address: other[name] ?? '' }) === host),
  );
  if (user !== undefined) {
    reasons.push({
      code: 'PathCut',
      message: `${what} takes away the source address of a row in ${user['menu'] ?? ''}.`,
    });
  }
  const tunnel = path.interfaces.find((other) => !hasNoOwnAddress(other['type'] ?? ''));
  if (tunnel !== undefined) {
    reasons.push({
      code: 'PathNotModelled',
      message: `${what} may take away the local address of ${tunnel['name']} (${tunnel['type']}), which is not modelled.`,
    });
  }
  return reasons;
}

function gatewaysOf(ways: readonly ReturnPath[]): readonly string[] {
  return ways.flatMap((way) => way.gateway ?? []);
}

function covers(row: Row, address: string): boolean {
  const point = readRange(address)?.first;
  return point !== undefined && holdsAddress(row['address'] ?? '', point);
}

function describe(change: Change): string {
  const row = change.kind === 'create' ? change.fields : (change.match ?? {});
  const verb = change.kind === 'create' ? 'Adding' : change.kind === 'remove' ? 'Removing' : 'Changing';
  return `${verb} ${row['address'] ?? ''} on ${row['interface'] ?? ''}`;
}
