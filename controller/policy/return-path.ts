import { networkOf, readPrefix, readRange, type Row } from '#routeros';

/** The way a router's answers take to one address: `ether1 via 192.0.2.1`, or `ether1` when directly connected. */
export interface ReturnPath {
  readonly interface: string;
  readonly gateway: string | null;
}

interface Candidate {
  readonly length: number;
  readonly connected: boolean;
  readonly row: Row;
}

/**
 * Longest-prefix match over the connected routes that the given addresses make and the active routes of table main.
 * null when the router has no way there, or more than one equally good: what can't be told is refused.
 */
export function returnPathTo(target: string, addresses: readonly Row[], routes: readonly Row[]): ReturnPath | null {
  const point = readRange(target)?.first;
  if (point === undefined) return null;
  const direct = connectedTo(point, addresses);
  const far = routes.filter(isUsable).flatMap((row) => candidateOf(row, point));
  const best = longestOf([...direct, ...far]);
  if (best === null) return null;
  if (best.connected) return { interface: best.row['interface'] ?? '', gateway: null };
  return throughGateway(best.row, addresses);
}

/** Whether two ways are the same. */
export function samePath(one: ReturnPath | null, other: ReturnPath | null): boolean {
  return one !== null && other !== null && one.interface === other.interface && one.gateway === other.gateway;
}

/** The connected routes that enabled addresses make and that hold the point. */
function connectedTo(point: number, addresses: readonly Row[]): readonly Candidate[] {
  return addresses
    .filter((row) => row['disabled'] !== 'true' && row['invalid'] !== 'true')
    .flatMap((row) =>
      candidateOf({ ...row, 'dst-address': row['address'] ?? '' }, point).map((candidate) => ({
        ...candidate,
        connected: true,
      })),
    );
}

function candidateOf(row: Row, point: number): readonly Candidate[] {
  const prefix = readPrefix(row['dst-address'] ?? '');
  if (prefix === undefined || networkOf(prefix.address, prefix.length) !== networkOf(point, prefix.length)) return [];
  return [{ length: prefix.length, connected: false, row }];
}

/** Active routes of table main other than the connected ones, which follow from the addresses (routeros-rest.md §5.20). */
function isUsable(row: Row): boolean {
  const table = row['routing-table'] ?? 'main';
  return row['active'] === 'true' && row['connect'] !== 'true' && row['disabled'] !== 'true' && table === 'main';
}

/** null for none, and for two that are equally long and of one kind. */
function longestOf(candidates: readonly Candidate[]): Candidate | null {
  const longest = Math.max(-1, ...candidates.map((candidate) => candidate.length));
  const equals = candidates.filter((candidate) => candidate.length === longest);
  const connected = equals.filter((candidate) => candidate.connected);
  const rivals = connected.length > 0 ? connected : equals;
  return rivals.length === 1 ? (rivals[0] ?? null) : null;
}

function throughGateway(route: Row, addresses: readonly Row[]): ReturnPath | null {
  const [hop = '', outgoing] = (route['gateway'] ?? '').split('%');
  const point = readRange(hop)?.first;
  if (point === undefined) return hop === '' || hop.includes(',') ? null : { interface: hop, gateway: null };
  const direct = longestOf(connectedTo(point, addresses));
  const exit = outgoing ?? direct?.row['interface'];
  return exit === undefined ? null : { interface: exit, gateway: hop };
}
