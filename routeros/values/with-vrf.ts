import type { Codec } from '../catalogue/menu.ts';
import { hostCodec } from './host.ts';
import { InvalidValue } from './invalid-value.ts';
import { ipCodec } from './ip.ts';

/** A server, the interface through which a link-local one is reached, and the VRF where it is not the main one. */
export interface InVrf<T> {
  readonly server: T;
  readonly zone?: string;
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

const PARTS = /^(?<server>[^@%]*)(?<zone>%[^@,]+)?(?<vrf>@[^@,]+)?$/;

function withVrf<T>(codec: Codec<T>): Codec<InVrf<T>> {
  const expects = `${codec.expects}, optionally with @vrf`;
  return {
    expects,
    parse(text) {
      const { server = text, zone, vrf } = PARTS.exec(text)?.groups ?? {};
      const rest = `${zone ?? ''}${vrf ?? ''}`;
      if (/\s/.test(rest) || (zone !== undefined && !/^fe[89ab]/i.test(server))) throw new InvalidValue(expects, text);
      try {
        return {
          server: codec.parse(server),
          ...(zone === undefined ? {} : { zone: zone.slice(1) }),
          ...(vrf === undefined ? {} : { vrf: vrf.slice(1) }),
        };
      } catch (error) {
        const tidy = error instanceof InvalidValue ? error.suggestion : undefined;
        throw new InvalidValue(expects, text, tidy === undefined ? undefined : `${tidy}${rest}`);
      }
    },
    format({ server, zone, vrf }) {
      return `${codec.format(server)}${zone === undefined ? '' : `%${zone}`}${vrf === undefined ? '' : `@${vrf}`}`;
    },
  };
}
