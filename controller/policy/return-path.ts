import { holdsAddress, readPrefix, readRange, type Row } from '#routeros';

/** The way a router's answers take to one address: `ether1 via 192.0.2.1`, or `ether1` when directly connected. */
export interface ReturnPath {
  readonly interface: string;
  readonly gateway: string | null;
}

/** What decides on a way besides the addresses. */
export interface Routing {
  readonly routes: readonly Row[];
  readonly interfaces: readonly Row[];
}

/**
 * A route that could be taken. `ways` is null when it can't be told where it leads; `certain`: no lesser route is taken
 * instead of it.
 */
interface Candidate {
  readonly length: number;
  readonly distance: number;
  readonly certain: boolean;
  readonly ways: readonly ReturnPath[] | null;
}

/**
 * The ways that answers to the target may take while the router has these addresses, the preferred one first: longest
 * prefix, then distance, over the connected routes that the addresses make and the enabled routes of table main. A
 * route that is inactive now may become active once its gateway is connected, one with `check-gateway` or over an
 * interface that does not run may be up or not: the next best then counts too. null: no way, or one that can't be told
 * (equals, recursion, other tables), which is refused (armed-rollback.md §6).
 */
export function routesTo(target: string, addresses: readonly Row[], routing: Routing): readonly ReturnPath[] | null {
  const point = pointOf(target);
  if (point === undefined) return null;
  const far = routing.routes
    .filter((row) => isOfMain(row) && holdsAddress(row['dst-address'] ?? '', point))
    .flatMap((row) => candidateOf(row, addresses, routing));
  return preferred([...connectedTo(point, addresses, routing), ...far])?.ways ?? null;
}

/** Whether the ways are known and the same, in the same order. */
export function sameRoutes(one: readonly ReturnPath[] | null, other: readonly ReturnPath[] | null): boolean {
  return one !== null && other !== null && one.map(textOf).join() === other.map(textOf).join();
}

function textOf(way: ReturnPath): string {
  return `${way.interface}%${way.gateway ?? ''}`;
}

/** Goes from the best candidate down to the first certain one. null: there is none, or one of them can't be told. */
function preferred(candidates: readonly Candidate[]): { ways: readonly ReturnPath[]; certain: boolean } | null {
  const ranked = candidates.toSorted((one, other) => other.length - one.length || one.distance - other.distance);
  const ways = new Map<string, ReturnPath>();
  for (const best of ranked) {
    const equals = ranked.filter(({ length, distance }) => length === best.length && distance === best.distance);
    if (best !== equals[0]) continue;
    if (equals.some((equal) => equal.ways === null)) return null;
    const several = new Set(equals.map((equal) => equal.ways?.map(textOf).join()));
    if (several.size > 1) return null;
    for (const way of best.ways ?? []) ways.set(textOf(way), way);
    if (equals.some((equal) => equal.certain)) return { ways: [...ways.values()], certain: true };
  }
  return ways.size === 0 ? null : { ways: [...ways.values()], certain: false };
}

/**
 * The connected routes that enabled addresses make and that hold the point. On a point-to-point link `network` is the
 * far end.
 */
function connectedTo(point: number, addresses: readonly Row[], { interfaces }: Routing): readonly Candidate[] {
  return addresses
    .filter((row) => row['disabled'] !== 'true' && row['invalid'] !== 'true')
    .flatMap((row) => {
      const [host = '', bits = '32'] = (row['address'] ?? '').split('/');
      const name = row['actual-interface'] ?? row['interface'] ?? '';
      const network = pointOf(row['network'] ?? '') === undefined ? host : row['network'];
      if (!holdsAddress(`${network}/${bits}`, point)) return [];
      const certain = isRunning(name, interfaces);
      return [{ length: Number(bits), distance: 0, certain, ways: [{ interface: name, gateway: null }] }];
    });
}

/** Routes of table main other than the connected ones, which follow from the addresses (routeros-rest.md §5.20). */
function isOfMain(row: Row): boolean {
  return row['connect'] !== 'true' && row['disabled'] !== 'true' && (row['routing-table'] ?? 'main') === 'main';
}

/** Nothing for a route that no address can wake: its gateway is neither connected nor found through another route. */
function candidateOf(row: Row, addresses: readonly Row[], routing: Routing): readonly Candidate[] {
  const length = readPrefix(row['dst-address'] ?? '')?.length ?? 0;
  const rank = { length, distance: Number(row['distance'] ?? '1') };
  const active = row['active'] === 'true' && (row['check-gateway'] ?? 'none') === 'none';
  const unclear = [{ ...rank, certain: false, ways: null }];
  const [hop = '', outgoing] = (row['gateway'] ?? '').split('%');
  const point = pointOf(hop);
  if (point === undefined) {
    if (!routing.interfaces.some(({ name }) => name === hop)) return unclear;
    const certain = active && isRunning(hop, routing.interfaces);
    return [{ ...rank, certain, ways: [{ interface: hop, gateway: null }] }];
  }
  const connected = connectedTo(point, addresses, routing);
  if (isFoundThroughRoute(point, row, routing)) return unclear;
  if (connected.length === 0) return row['active'] === 'true' ? unclear : [];
  const exits = preferred(connected);
  if (exits === null) return unclear;
  const ways = exits.ways.map((exit) => ({ interface: outgoing ?? exit.interface, gateway: hop }));
  return [{ ...rank, certain: active && exits.certain, ways }];
}

/**
 * Recursion: a gateway is looked up in routes whose scope is not above the route's target scope (routeros-rest.md
 * §5.20).
 */
function isFoundThroughRoute(gateway: number, row: Row, { routes }: Routing): boolean {
  const limit = Number(row['target-scope'] ?? '10');
  return routes.some(
    (other) =>
      other !== row &&
      isOfMain(other) &&
      Number(other['scope'] ?? '30') <= limit &&
      holdsAddress(other['dst-address'] ?? '', gateway),
  );
}

function isRunning(name: string, interfaces: readonly Row[]): boolean {
  return interfaces.some((row) => row['name'] === name && row['running'] === 'true' && row['disabled'] !== 'true');
}

/** One IPv4 address; a prefix or an interface is none. */
function pointOf(text: string): number | undefined {
  return text.includes('/') || text.includes('-') ? undefined : readRange(text)?.first;
}
