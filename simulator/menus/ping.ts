import { resolveName } from '../engine/network.ts';
import { destinationOf, type Probe, probe } from '../engine/way-out.ts';
import { ip4Of } from '../kinds/address.ts';
import { durationText, millisecondsOf } from '../kinds/time.ts';
import type { Caller, Properties } from '../model/console.ts';
import { refusal } from '../model/refusals.ts';
import type { CommandSpec, RouterState } from '../model/state.ts';
import { wordsOf } from './fields.ts';

/** The address that an argument means, itself or by name. @throws {ConsoleFailure} */
export function addressedBy(router: RouterState, given: string | undefined): string {
  if (given === undefined) {
    throw refusal('missing', 'address');
  }
  const address = ip4Of(given) === undefined ? resolveName(router, given)[0] : given;
  if (address === undefined) {
    throw refusal('invalidValue', 'address');
  }
  return address;
}

/**
 * One row per probe, counters cumulative (routeros-rest.md §2.6). A probe to a destination of the seeds takes its time,
 * one that is lost the whole interval.
 */
async function ping(
  router: RouterState,
  args: Properties,
  _caller: Caller,
  signal?: AbortSignal,
): Promise<readonly Properties[]> {
  const address = addressedBy(router, args['address']);
  const interval = millisecondsOf(args['interval'] ?? '1s') ?? 1000;
  const count = args['count'] === undefined ? Infinity : Number(args['count']);
  const takesTime = destinationOf(router, address) !== undefined;
  const rows: Properties[] = [];
  const times: number[] = [];
  for (let seq = 0; seq < count; seq += 1) {
    if (seq > 0) {
      await router.clock.sleep(interval, signal);
    }
    const found = probe(router, address, seq);
    if (takesTime) {
      await router.clock.sleep('milliseconds' in found ? found.milliseconds : interval, signal);
    }
    if (found.kind === 'answered') {
      times.push(found.milliseconds);
    }
    rows.push(rowOf(found, { address, seq, size: args['size'] ?? '56', times }));
  }
  return rows;
}

interface Counted {
  readonly address: string;
  readonly seq: number;
  readonly size: string;
  /** How long each answer took so far. */
  readonly times: readonly number[];
}

function rowOf(found: Probe, { address, seq, size, times }: Counted): Properties {
  const sent = seq + 1;
  const counters = {
    'packet-loss': String(Math.round(((sent - times.length) / sent) * 100)),
    received: String(times.length),
    sent: String(sent),
    seq: String(seq),
  };
  const known: Properties =
    times.length === 0
      ? {}
      : {
          'avg-rtt': durationText(times.reduce((sum, time) => sum + time, 0) / times.length),
          'max-rtt': durationText(Math.max(...times)),
          'min-rtt': durationText(Math.min(...times)),
        };
  switch (found.kind) {
    case 'answered':
      return inOrder({ ...known, ...counters, host: address, size, time: durationText(found.milliseconds), ttl: '64' });
    case 'unreachable':
      return inOrder({
        ...known,
        ...counters,
        host: found.by,
        status: 'host unreachable',
        time: durationText(found.milliseconds),
        ttl: '64',
      });
    case 'timeout':
      return inOrder({ ...known, ...counters, host: address, status: 'timeout' });
    case 'no route':
      return inOrder({ ...known, ...counters, host: address, status: 'no route to host' });
  }
}

/** A record as REST prints it. */
export function inOrder(row: Properties): Properties {
  return Object.fromEntries(Object.entries(row).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

const PING = wordsOf(
  'address arp-ping as-value count do-not-fragment dscp interface interval size src-address ttl vrf without-paging',
);

/** /tool/ping; root `/ping` is gone from 7.23 (armed-rollback.md §7; command trees). */
export const pings: readonly CommandSpec[] = [
  { path: '/tool/ping', args: PING, policies: ['test'], run: ping },
  { path: '/ping', args: PING, policies: ['test'], until: '7.23', run: ping },
];

/** A server that answers no probe answers no question either: ten seconds, then a refusal. */
async function resolve(router: RouterState, args: Properties, _caller: Caller, signal?: AbortSignal): Promise<string> {
  const name = args['domain-name'] ?? args[''];
  if (name === undefined) {
    throw refusal('missing', 'domain-name');
  }
  const server = args['server'] === undefined ? undefined : destinationOf(router, args['server']);
  if (server?.fails !== undefined) {
    await router.clock.sleep(10_000, signal);
    throw refusal('resolverSilent');
  }
  if (server?.milliseconds !== undefined) {
    await router.clock.sleep(server.milliseconds, signal);
  }
  const address = resolveName(router, name)[0];
  if (address === undefined) {
    throw refusal('nameNotResolved');
  }
  return address;
}

const RESOLVE = ['domain-name', 'server', 'server-port'];

/** /resolve (routeros-rest.md §2.6; command trees). */
export const resolves: readonly CommandSpec[] = [
  { path: '/resolve', args: RESOLVE, policies: ['read'], until: '7.15', run: resolve },
  { path: '/resolve', args: [...RESOLVE, 'type'], policies: ['read'], since: '7.15', run: resolve },
];
