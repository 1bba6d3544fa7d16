import type { Codec } from '../catalogue/menu.ts';
import { hostCodec } from './host.ts';
import { InvalidValue } from './invalid-value.ts';
import { ipCodec } from './ip.ts';

/** A server and, where it is not the main one, the VRF it is reached through. */
export interface InVrf<T> {
  readonly server: T;
  readonly vrf?: string;
}

/** A DNS server: an IPv4 or IPv6 address, optionally `@vrf` (routeros-rest.md §5.1). */
export const dnsServerCodec: Codec<InVrf<number | bigint>> = withVrf(ipCodec);

/** An NTP server: an address or a name, optionally `@vrf` (routeros-rest.md §5.3). */
export const ntpServerCodec: Codec<InVrf<number | bigint | string>> = withVrf(hostCodec);

/** The VRFs, besides the main one, that a list of servers names. */
export function vrfsIn(servers: string): readonly string[] {
  const vrfs = servers.split(',').map((server) => server.split('@')[1] ?? 'main');
  return [...new Set(vrfs)].filter((vrf) => vrf !== 'main');
}

function withVrf<T>(codec: Codec<T>): Codec<InVrf<T>> {
  const expects = `${codec.expects}, optionally with @vrf`;
  return {
    expects,
    parse(text) {
      const at = text.indexOf('@');
      const vrf = at < 0 ? undefined : text.slice(at + 1);
      if (vrf !== undefined && !/^[^@,\s]+$/.test(vrf)) throw new InvalidValue(expects, text);
      try {
        const server = codec.parse(at < 0 ? text : text.slice(0, at));
        return vrf === undefined ? { server } : { server, vrf };
      } catch (error) {
        const tidy = error instanceof InvalidValue ? error.suggestion : undefined;
        throw new InvalidValue(expects, text, tidy === undefined || vrf === undefined ? tidy : `${tidy}@${vrf}`);
      }
    },
    format: ({ server, vrf }) => (vrf === undefined ? codec.format(server) : `${codec.format(server)}@${vrf}`),
  };
}
