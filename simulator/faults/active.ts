import { tableOf } from '../engine/table.ts';
import type { HealthEffects, RouterState } from '../model/state.ts';
import type { Fault, RequestMatch, RowCondition } from './fault.ts';

/** What faults look at in a request. */
export interface FaultyRequest {
  readonly method: string;
  /** Below /rest, with leading slash. */
  readonly path: string;
  /** From the Authorization header, whether it was right or not. */
  readonly user: string;
}

/** True for requests that may change a router: everything but GET and `…/print`. */
export function mayWrite(request: FaultyRequest): boolean {
  return request.method !== 'GET' && !request.path.endsWith('/print');
}

interface Active {
  readonly fault: Fault;
  seen: number;
  hit: number;
}

/** The faults of one device. */
export interface Faults {
  add(fault: Fault): void;
  /** Ends one fault that was added; others stay. */
  remove(fault: Fault): void;
  /** Ends every fault; the device is well again. */
  clear(): void;
  /** Counts the request and returns the faults that hit it, in the order they were added. */
  hitting(request: FaultyRequest): readonly Fault[];
  /** The standing fault of that kind, whatever the request. */
  standing<Kind extends Fault['kind']>(kind: Kind): Extract<Fault, { readonly kind: Kind }> | undefined;
  effects(router: RouterState): HealthEffects;
}

const well: HealthEffects = {};

/** No faults yet; `changed` is called when some are added or ended. */
export function createFaults(changed: () => void): Faults {
  const active: Active[] = [];
  return {
    add(fault) {
      active.push({ fault, seen: 0, hit: 0 });
      changed();
    },
    remove(fault) {
      const at = active.findIndex((entry) => entry.fault === fault);
      if (at === -1) return;
      active.splice(at, 1);
      changed();
    },
    clear() {
      active.length = 0;
      changed();
    },
    hitting: (request) => active.filter((entry) => countHit(entry, request)).map((entry) => entry.fault),
    standing<Kind extends Fault['kind']>(kind: Kind) {
      return active
        .map((entry) => entry.fault)
        .find((fault): fault is Extract<Fault, { kind: Kind }> => fault.kind === kind);
    },
    effects(router) {
      let merged = well;
      for (const { fault } of active) {
        if (fault.kind === 'health' && (fault.when === undefined || holds(router, fault.when))) {
          merged = { ...merged, ...fault.effects };
        }
      }
      return merged;
    },
  };
}

function countHit(entry: Active, request: FaultyRequest): boolean {
  const { fault } = entry;
  if (
    fault.kind === 'health' ||
    fault.kind === 'offline' ||
    fault.kind === 'mixed-answers' ||
    !isMatch(fault.match, request)
  ) {
    return false;
  }
  entry.seen += 1;
  if (entry.seen <= (fault.skip ?? 0) || entry.hit >= (fault.times ?? Infinity)) {
    return false;
  }
  entry.hit += 1;
  return true;
}

function isMatch(match: RequestMatch | undefined, request: FaultyRequest): boolean {
  const { method, path, user, writes } = match ?? {};
  return (
    (method === undefined || method === request.method) &&
    (user === undefined || user === request.user) &&
    (path === undefined || fits(path, request.path)) &&
    (writes === undefined || mayWrite(request))
  );
}

function fits(expected: string | RegExp, actual: string): boolean {
  return typeof expected === 'string' ? expected === actual : expected.test(actual);
}

function holds(router: RouterState, condition: RowCondition): boolean {
  const fields = router.profile.menus.get(condition.menu)?.fields;
  return tableOf(router, condition.menu).rows.some((row) =>
    Object.entries(condition.where).every(([name, expected]) =>
      fits(expected, row.values[name] ?? fields?.get(name)?.default ?? ''),
    ),
  );
}
