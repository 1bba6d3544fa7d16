import type { Row } from '#routeros';

/** Types of `/interface` that depend on no name, clock or identity by themselves (routeros-rest.md §5.14). */
const PLAIN = new Set(['ether', 'loopback', 'lo', 'dummy']);
/** Types that are what carries them. */
const CARRIED = new Set(['bridge', 'vlan', 'bond', 'bonding']);
/** Types that are radios. */
const RADIOS = new Set(['wlan', 'wifi', 'cap']);
/** Types that take no local address of the router as an endpoint. */
const LINKS = new Set([...PLAIN, ...CARRIED, ...RADIOS, 'vrrp', 'macvlan', 'veth']);

/** Whether an interface of this type carries frames by itself: a wire or a radio. */
export function isLink(type: string): boolean {
  return PLAIN.has(type) || RADIOS.has(type);
}

/** False for tunnels and for every type that is not known. */
export function hasNoOwnAddress(type: string): boolean {
  return LINKS.has(type);
}

/**
 * Whether an interface rests on wires alone, all the way down. `carriers` says what carries what: `interface` under
 * `name`. What is not
 * told, or of a type that is not known, does not.
 */
export function isPlain(name: string, interfaces: readonly Row[], carriers: readonly Row[]): boolean {
  return plainBelow(name, interfaces, carriers, []);
}

function plainBelow(
  name: string,
  interfaces: readonly Row[],
  carriers: readonly Row[],
  above: readonly string[],
): boolean {
  const type = interfaces.find((row) => row['name'] === name)?.['type'] ?? '';
  if (PLAIN.has(type)) return true;
  if (!CARRIED.has(type) || above.includes(name)) return false;
  const below = carriers.filter((row) => row['name'] === name);
  return (
    below.length > 0 && below.every((row) => plainBelow(row['interface'] ?? '', interfaces, carriers, [...above, name]))
  );
}
