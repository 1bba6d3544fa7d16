import { BlockList, isIP } from 'node:net';
import { unbracketed } from '#hosts';

const HOST_NAME =
  /^(?=.{1,253}$)(?!.*\.[0-9]+$)(?![0-9]+$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;
const BITS = { 4: 32, 6: 128 } as const;

/** What an entry of `hosts` must be; null when it is that. */
export function hostFault(host: string): string | null {
  const network = networkOf(host);
  if (network !== null || HOST_NAME.test(host)) return null;
  return 'an IP address, a network such as 192.0.2.0/24, or a host name in lower case without wildcards';
}

/**
 * Whether the address of a device is one of these hosts. Names are compared as spelt and never resolved: DNS is not
 * the operator.
 */
export function isAllowedHost(hosts: readonly string[], address: URL): boolean {
  const host = unbracketed(address.hostname);
  const version = isIP(host);
  if (version === 0) return hosts.includes(host);
  return networksAmong(hosts).check(host, familyOf(version));
}

const networks = new WeakMap<readonly string[], BlockList>();

/** Made once for each list: it is asked in every pass over every device. */
function networksAmong(hosts: readonly string[]): BlockList {
  const known = networks.get(hosts);
  if (known !== undefined) return known;
  const list = new BlockList();
  for (const network of hosts.map(networkOf)) {
    if (network !== null) list.addSubnet(network.address, network.bits, network.family);
  }
  networks.set(hosts, list);
  return list;
}

interface Network {
  readonly address: string;
  readonly bits: number;
  readonly family: 'ipv4' | 'ipv6';
}

function networkOf(text: string): Network | null {
  const [address = '', length, ...more] = text.split('/');
  const version = isIP(address) as 0 | 4 | 6;
  if (version === 0 || address.includes('%') || more.length > 0) return null;
  if (length === undefined) return { address, bits: BITS[version], family: familyOf(version) };
  const bits = Number(length);
  if (!/^[0-9]{1,3}$/.test(length) || bits > BITS[version]) return null;
  return { address, bits, family: familyOf(version) };
}

function familyOf(version: number): 'ipv4' | 'ipv6' {
  return version === 4 ? 'ipv4' : 'ipv6';
}
