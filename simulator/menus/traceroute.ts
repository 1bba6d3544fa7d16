import { destinationOf, type Hop, jittered, wayTo } from '../engine/way-out.ts';
import { millisecondsOf } from '../kinds/time.ts';
import type { Caller, Properties } from '../model/console.ts';
import { refusal } from '../model/refusals.ts';
import type { CommandSpec, RouterState } from '../model/state.ts';
import { wordsOf } from './fields.ts';
import { addressedBy, inOrder } from './ping.ts';

/** What one hop has come to after some rounds; an entry of null is a probe that nobody answered. */
type Times = readonly (number | null)[];

/**
 * One row for each hop and round, in the `.section` of its round, counters cumulative (routeros-rest.md §2.6). Hops are
 * asked one after the other: one that keeps silent takes the whole timeout. It ends with the target, or `max-hops`.
 */
async function trace(
  router: RouterState,
  args: Properties,
  _caller: Caller,
  signal?: AbortSignal,
): Promise<readonly Properties[]> {
  const address = addressedBy(router, args['address']);
  const most = numberOf(args, 'max-hops', 30, 1, 255);
  const rounds = args['count'] === undefined ? Infinity : numberOf(args, 'count', 1, 1, 4_294_967_295);
  const timeout = timeoutOf(args);
  const end = router.clock.now() + (millisecondsOf(args['duration'] ?? '') ?? Infinity);
  const hops = hopsOf(router, address, most);
  const times: (number | null)[][] = hops.map(() => []);
  const rows: Properties[] = [];
  for (let round = 0; round < rounds && router.clock.now() < end; round += 1) {
    for (const [index, hop] of hops.entries()) {
      const time = hop.address === '' ? null : jittered(router, hop.milliseconds, hop.address, round);
      const answered = time === null || time > timeout ? null : time;
      await router.clock.sleep(answered ?? timeout, signal);
      times[index]?.push(answered);
    }
    rows.push(...hops.map((hop, index) => rowOf(hop, times[index] ?? [], round)));
  }
  return rows;
}

/** Behind one that fails nobody answers; nor does anybody where there is no route. */
function hopsOf(router: RouterState, address: string, most: number): readonly Hop[] {
  const way = wayTo(router, address) ?? [];
  const fails = way.length === 0 || destinationOf(router, address)?.fails !== undefined;
  const answering = fails ? way.slice(0, -1) : way;
  const silent = { address: '', milliseconds: 0 };
  return fails ? Array.from({ length: most }, (_, index) => answering[index] ?? silent) : answering.slice(0, most);
}

function rowOf({ address }: Hop, times: Times, round: number): Properties {
  const answered = times.filter((time) => time !== null);
  const sent = times.length;
  const average = answered.reduce((sum, time) => sum + time, 0) / Math.max(1, answered.length);
  const deviation = Math.sqrt(
    answered.reduce((sum, time) => sum + (time - average) ** 2, 0) / Math.max(1, answered.length),
  );
  const last = times.at(-1);
  const known: Properties =
    answered.length === 0
      ? {}
      : {
          avg: plain(average),
          best: plain(Math.min(...answered)),
          worst: plain(Math.max(...answered)),
          'std-dev': plain(deviation),
        };
  return inOrder({
    '.section': String(round),
    address: answered.length === 0 ? '' : address,
    ...known,
    last: typeof last === 'number' ? plain(last) : 'timeout',
    loss: String(Math.round(((sent - answered.length) / sent) * 100)),
    sent: String(sent),
    status: '',
  });
}

/** Milliseconds, not a duration. */
function plain(milliseconds: number): string {
  return String(Math.round(milliseconds * 10) / 10);
}

function timeoutOf(args: Properties): number {
  const given = millisecondsOf(args['timeout'] ?? '1s');
  if (given === undefined) {
    throw refusal('invalidTime', 'timeout');
  }
  if (given < 10 || given > 3000) {
    throw refusal('outOfRange', 'timeout', '00:00:00.010', '00:00:03');
  }
  return given;
}

function numberOf(args: Properties, name: string, otherwise: number, least: number, most: number): number {
  const given = args[name];
  if (given === undefined) {
    return otherwise;
  }
  if (!/^\d+$/.test(given)) {
    throw refusal('invalidValue', name);
  }
  if (Number(given) < least || Number(given) > most) {
    throw refusal('outOfRange', name, least, most);
  }
  return Number(given);
}

/** /tool/traceroute. */
export const traceroute: CommandSpec = {
  path: '/tool/traceroute',
  args: wordsOf(`address as-value count do-not-fragment dscp duration freeze-frame-interval interface max-hops port
    protocol size src-address timeout use-dns vrf without-paging`),
  policies: ['test'],
  run: trace,
};
