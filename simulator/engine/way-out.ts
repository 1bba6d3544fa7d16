import { covers, ip4Of, ip4Text, spanOf } from '../kinds/address.ts';
import type { Destination, RouterState } from '../model/state.ts';
import { drawn } from './drawn.ts';
import { answersPing, connectedRoutes, interfaceTowards } from './network.ts';
import { uplinkOf } from './surroundings.ts';

/** A router on the way, or the target itself. */
export interface Hop {
  /** `''`: it answers no probe. */
  readonly address: string;
  readonly milliseconds: number;
}

/** What comes of one probe. */
export type Probe =
  | { readonly kind: 'answered'; readonly milliseconds: number }
  | { readonly kind: 'timeout' }
  /** A router on the way says so. */
  | { readonly kind: 'unreachable'; readonly by: string; readonly milliseconds: number }
  | { readonly kind: 'no route' };

/** The entry of the seeds that covers the address; of several the one of the longest prefix. */
export function destinationOf(router: RouterState, address: string): Destination | undefined {
  const size = (destination: Destination): number => {
    const held = spanOf(destination.address);
    return held === undefined ? Infinity : held.last - held.first;
  };
  return (router.facts.destinations ?? [])
    .filter((destination) => covers(destination.address, address))
    .toSorted((left, right) => size(left) - size(right))[0];
}

/**
 * The way to an address, the target last: what the seeds say, else drawn, the same way at each look; a network that the
 * router is in is one hop away. Undefined: there is no route.
 */
export function wayTo(router: RouterState, address: string): readonly Hop[] | undefined {
  if (interfaceTowards(router, address) === undefined) {
    return undefined;
  }
  const seeded = destinationOf(router, address);
  const isNear = connectedRoutes(router).some(({ destination }) => covers(destination, address));
  const hops = seeded?.hops ?? (isNear ? [] : drawnHops(router, address));
  const whole =
    seeded?.milliseconds ?? (isNear ? 0.2 : 4) + drawn(router, isNear ? 900 : 40_000, 'way', address) / 1000;
  return [...hops, address].map((hop, index) => ({
    address: hop,
    milliseconds: Math.round(((whole * (index + 1)) / (hops.length + 1)) * 1000) / 1000,
  }));
}

/** The gateway, then two to eight routers of 198.18.0.0/15, where nobody lives; one in five keeps silent. */
function drawnHops(router: RouterState, address: string): readonly string[] {
  const gateway = uplinkOf(router)?.gateway;
  const beyond = Array.from({ length: 2 + drawn(router, 7, 'hops', address) }, (_, index) =>
    drawn(router, 5, 'silent', address, index) === 0
      ? ''
      : ip4Text(0xc6_12_00_00 + drawn(router, 0x1_ff_ff, 'hop', ip4Of(address) ?? 0, index)),
  );
  return gateway === undefined ? beyond : [gateway, ...beyond];
}

/** One probe; `number` tells those that are lost and how long each takes. */
export function probe(router: RouterState, address: string, number: number): Probe {
  const way = wayTo(router, address);
  if (way === undefined) {
    return { kind: 'no route' };
  }
  const { fails, lost = 0 } = destinationOf(router, address) ?? {};
  const milliseconds = jittered(router, way.at(-1)?.milliseconds ?? 0, address, number);
  if (fails === 'host unreachable') {
    return {
      kind: 'unreachable',
      by: way.findLast((hop) => hop.address !== '' && hop.address !== address)?.address ?? address,
      milliseconds,
    };
  }
  const isLost = Math.floor(((number + 1) * lost) / 100) > Math.floor((number * lost) / 100);
  return fails !== undefined || isLost || !answersPing(router, address)
    ? { kind: 'timeout' }
    : { kind: 'answered', milliseconds };
}

/** A tenth more or less each time. */
export function jittered(router: RouterState, milliseconds: number, address: string, number: number): number {
  return Math.max(0.05, Math.round(milliseconds * (900 + drawn(router, 201, 'jitter', address, number))) / 1000);
}
