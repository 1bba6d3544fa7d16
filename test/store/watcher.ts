/** A controller of its own process: captures, flushes and sums up until it is killed, and says each round once it is stored. */
import { openStore, type StoreLocation } from '../../controller/store/index.ts';
import { sample } from './contract/sample.ts';
import { DAY, T0 } from './samples.ts';

const location = JSON.parse(process.argv[2] ?? '') as StoreLocation;
const store = await openStore(location);
process.stdout.write('open\n');
for (let round = 0; ; round += 1) {
  const at = T0 + (round * DAY) / 8;
  await store.samples.add([sample('r1', at), sample('r2', at)]);
  await store.samples.rollUp('r1', at, { samples: 0, hours: 0, days: 0 });
  const menus = new Map([
    ['/ip/dns', [{ servers: String(round) }]],
    ['/ip/pool', [{ name: 'a' }]],
  ] as const);
  await store.captures.add({ device: 'r1', at, why: 'daily', version: '7.20.8', unread: [] }, menus);
  process.stdout.write(`${round}\n`);
}
