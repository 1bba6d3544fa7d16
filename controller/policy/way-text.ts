import { holdsAddress, readPrefix, readRange, type Row } from '#routeros';
import type { ReturnPath } from './return-path.ts';

/** `route 192.0.2.0/24` for a connected one, `route 0.0.0.0/0 via 10.10.0.254` for one with a gateway. */
export function wayText(target: string, way: ReturnPath, addresses: readonly Row[], routes: readonly Row[]): string {
  const point = readRange(target)?.first;
  const holds = (prefix: string): boolean => point !== undefined && holdsAddress(prefix, point);
  const longest = (prefixes: readonly string[]): string =>
    prefixes
      .filter(holds)
      .toSorted((one, other) => (readPrefix(other)?.length ?? 32) - (readPrefix(one)?.length ?? 32))[0] ?? target;
  if (way.gateway !== null) {
    const through = routes.filter((row) => (row['gateway'] ?? '').split('%')[0] === way.gateway);
    return `route ${longest(through.map((row) => row['dst-address'] ?? ''))} via ${way.gateway}`;
  }
  const connected = addresses
    .filter((row) => (row['actual-interface'] ?? row['interface']) === way.interface)
    .map((row) => {
      const [host = '', length = '32'] = (row['address'] ?? '').split('/');
      return `${row['network'] ?? host}/${length}`;
    });
  const direct = routes.filter((row) => row['gateway'] === way.interface).map((row) => row['dst-address'] ?? '');
  return `route ${longest([...connected, ...direct])}`;
}
