import { interfaceTowards } from '../engine/network.ts';
import { tableOf } from '../engine/table.ts';
import { destinationOf, jittered } from '../engine/way-out.ts';
import { durationText, millisecondsOf } from '../kinds/time.ts';
import type { Caller, Properties } from '../model/console.ts';
import { refusal } from '../model/refusals.ts';
import type { CommandSpec, Destination, RouterState } from '../model/state.ts';
import { wordsOf } from './fields.ts';
import { addressedBy, inOrder } from './ping.ts';

const DIRECTIONS = { receive: ['rx'], transmit: ['tx'], both: ['rx', 'tx'] } as const;

/** The speed that somebody asks for, where they ask for one, and the least and most of a second. */
interface Test {
  readonly address: string;
  readonly direction: keyof typeof DIRECTIONS;
  readonly protocol: 'tcp' | 'udp';
  readonly limits: Readonly<Record<'rx' | 'tx', number>>;
  /** Milliseconds. */
  readonly duration: number;
}

/**
 * A row a second, each in a `.section` of its own: connecting, running, done testing (routeros-rest.md §2.6). A server
 * that is not there or does not know the user says so in the last row's status, not by a refusal.
 */
async function test(
  router: RouterState,
  args: Properties,
  _caller: Caller,
  signal?: AbortSignal,
): Promise<readonly Properties[]> {
  if (tableOf(router, '/system/device-mode').rows[0]?.values['bandwidth-test'] === 'false') {
    throw refusal('notByDeviceMode');
  }
  const asked = testOf(router, args);
  const server = destinationOf(router, asked.address)?.bandwidth;
  const told = (row: Properties, section: number): Properties => inOrder({ '.section': String(section), ...row });
  const rows = [told({ status: 'connecting' }, 0)];
  const refused = refusedBecause(router, asked, server, args);
  if (refused !== undefined || server === undefined) {
    await router.clock.sleep(refused === 'authentication failed' ? 100 : 3000, signal);
    return [...rows, told({ status: refused ?? '' }, 1)];
  }
  const received: Record<string, readonly number[]> = { rx: [], tx: [] };
  for (let second = 0; second * 1000 < asked.duration; second += 1) {
    const length = Math.min(1000, asked.duration - second * 1000);
    await router.clock.sleep(length, signal);
    for (const way of DIRECTIONS[asked.direction]) {
      const most = Math.min(server.megabits * 1_000_000, asked.limits[way]);
      received[way] = [
        ...(received[way] ?? []),
        Math.floor(jittered(router, most * 0.9, `${way} ${asked.address}`, second)),
      ];
    }
    const isDone = (second + 1) * 1000 >= asked.duration;
    rows.push(told(progress(asked, received, second, isDone ? 'done testing' : 'running'), second + 1));
  }
  return rows;
}

function progress(test: Test, received: Record<string, readonly number[]>, second: number, status: string): Properties {
  const rates = DIRECTIONS[test.direction].flatMap((way) => {
    const all = received[way] ?? [];
    const mean = (of: readonly number[]): string =>
      String(Math.floor(of.reduce((sum, rate) => sum + rate, 0) / Math.max(1, of.length)));
    return [
      [`${way}-current`, String(all.at(-1) ?? 0)],
      [`${way}-10-second-average`, mean(all.slice(-10))],
      [`${way}-total-average`, mean(all)],
      [`${way}-size`, '1500'],
    ] as const;
  });
  return {
    'connection-count': test.protocol === 'tcp' ? '20' : '1',
    direction: test.direction,
    duration: durationText(Math.min(test.duration, (second + 1) * 1000)),
    'local-cpu-load': '23',
    'lost-packets': '0',
    'random-data': 'false',
    'remote-cpu-load': '31',
    status,
    ...Object.fromEntries(rates),
  };
}

/** The words of the last row when there is nothing to measure. */
function refusedBecause(
  router: RouterState,
  { address }: Test,
  server: Destination['bandwidth'],
  { user = '', password = '' }: Properties,
): string | undefined {
  const isThere =
    interfaceTowards(router, address) !== undefined && destinationOf(router, address)?.fails === undefined;
  if (server === undefined || !isThere) {
    return "can't connect";
  }
  return server.user === user && server.password === password ? undefined : 'authentication failed';
}

function testOf(router: RouterState, args: Properties): Test {
  const { direction = 'receive', protocol = 'udp' } = args;
  if (direction !== 'receive' && direction !== 'transmit' && direction !== 'both') {
    throw refusal('noMatch', 'direction');
  }
  if (protocol !== 'tcp' && protocol !== 'udp') {
    throw refusal('noMatch', 'protocol');
  }
  const duration = args['duration'] === undefined ? Infinity : millisecondsOf(args['duration']);
  if (duration === undefined) {
    throw refusal('invalidTime', 'duration');
  }
  return {
    address: addressedBy(router, args['address']),
    direction,
    protocol,
    limits: { tx: speedOf(args, 'local-tx-speed'), rx: speedOf(args, 'remote-tx-speed') },
    duration,
  };
}

/** Bits a second; 0 or none is no limit. `10M` is read as the console reads it. */
function speedOf(args: Properties, name: string): number {
  const [, digits, unit = ''] = /^(\d+)([kMG]?)$/.exec(args[name] ?? '0') ?? [];
  if (digits === undefined) {
    throw refusal('invalidValue', name);
  }
  const speed = Number(digits) * ({ k: 1e3, M: 1e6, G: 1e9 }[unit] ?? 1);
  return speed === 0 ? Infinity : speed;
}

const ARGS = wordsOf(`address append as-value connection-count direction do duration file interval local-tx-speed
  local-udp-tx-size once password protocol random-data remote-tx-speed remote-udp-tx-size user without-paging`);

/** /tool/bandwidth-test; it needs `test` (vendor's page User). */
export const bandwidthTest: CommandSpec = {
  path: '/tool/bandwidth-test',
  args: ARGS,
  policies: ['test'],
  run: test,
};
