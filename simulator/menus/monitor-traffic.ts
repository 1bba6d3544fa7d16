import { isRunning } from '../engine/network.ts';
import { wandering } from '../engine/surroundings.ts';
import { tableOf } from '../engine/table.ts';
import { millisecondsOf } from '../kinds/time.ts';
import type { Caller, Properties } from '../model/console.ts';
import { refusal } from '../model/refusals.ts';
import type { CommandSpec, RouterState } from '../model/state.ts';
import { wordsOf } from './fields.ts';
import { inOrder } from './ping.ts';

const RATES = wordsOf(`rx-packets-per-second rx-bits-per-second fp-rx-packets-per-second fp-rx-bits-per-second
  rx-drops-per-second rx-errors-per-second tx-packets-per-second tx-bits-per-second fp-tx-packets-per-second
  fp-tx-bits-per-second tx-drops-per-second tx-queue-drops-per-second tx-errors-per-second`);

/**
 * `once`: a row for each interface. With `duration` one for each and second, in a `.section`. With neither it goes on
 * until the session is closed; `once=false` is no `once` (routeros-rest.md §2.5, §2.6).
 */
async function monitor(
  router: RouterState,
  args: Properties,
  _caller: Caller,
  signal?: AbortSignal,
): Promise<readonly Properties[]> {
  const names = namesIn(router, args['interface']);
  if (args['once'] !== undefined && args['once'] !== 'false' && args['once'] !== 'no') {
    return names.map((name) => inOrder(ratesOf(router, name)));
  }
  const interval = millisecondsOf(args['interval'] ?? '1s') ?? 1000;
  const duration = args['duration'] === undefined ? Infinity : millisecondsOf(args['duration']);
  if (duration === undefined) {
    throw refusal('invalidTime', 'duration');
  }
  const rows: Properties[] = [];
  for (let section = 0; section * interval < duration; section += 1) {
    await router.clock.sleep(Math.min(interval, duration - section * interval), signal);
    rows.push(...names.map((name) => inOrder({ '.section': String(section), ...ratesOf(router, name) })));
  }
  return rows;
}

function namesIn(router: RouterState, given: string | undefined): readonly string[] {
  if (given === undefined) {
    throw refusal('missing', 'interface');
  }
  const rows = tableOf(router, '/interface').rows;
  return given.split(',').map((word) => {
    const found = rows.find((row) => row.values['name'] === word || row.id === word);
    if (found === undefined) {
      throw refusal('noMatch', 'interface');
    }
    return found.values['name'] ?? '';
  });
}

function ratesOf(router: RouterState, name: string): Properties {
  const moves = router.facts.surroundings !== undefined && isRunning(router, name);
  const rates = RATES.map((rate) => {
    const most = rate.includes('bits') ? 40_000_000 : 9000;
    const isFault = rate.includes('drops') || rate.includes('errors');
    return [rate, String(moves && !isFault ? wandering(router, 0, most, rate, name) : 0)] as const;
  });
  return { name, ...Object.fromEntries(rates) };
}

/** /interface/monitor-traffic. That `read` suffices is an assumption. */
export const monitorTraffic: CommandSpec = {
  path: '/interface/monitor-traffic',
  args: wordsOf('append as-value do duration file interface interval once without-paging'),
  policies: ['read'],
  run: monitor,
};
