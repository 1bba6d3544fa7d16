import { Client } from 'undici';
import { readLive } from '#controller';
import { makePlan, type DesiredState } from '#differ';
import { rowsOf, SECTIONS, type Row } from '#routeros';
import { connectRouter } from '#routeros/rest';
import type { RouterSeed } from '#simulator';
import { AUTHORIZATION, LOGIN, nameOf, seedsInSync } from './fleet.ts';
import { interleave, ratiosOf, spreadOf, type Sample } from './measure.ts';
import { rounded, type Benchmark, type Size } from './result.ts';
import { startSimulator } from './simulator.ts';

const ROWS: Readonly<Record<Size, number>> = { full: 1_880, tiny: 40 };
/** Reads in one measured run. */
const READS: Readonly<Record<Size, number>> = { full: 20, tiny: 2 };
const MENU = SECTIONS.dnsStatic.menus[0].menu.path;
/** One row in so many, of those with a declared ttl, has another one: there is something to plan. */
const CHANGED_EVERY = 52;

/** (a) What reading and planning add to the bare reading of a menu. */
export const dnsStatic: Benchmark = {
  name: 'a',
  title: 'Read and plan a DNS static menu of 1,880 rows, against undici GETs and JSON.parse of the same menu',
  async run({ size, rounds, progress }) {
    const records = Array.from({ length: ROWS[size] }, (_, index) => recordAt(index));
    const simulator = await startSimulator([seedWith(records)]);
    const url = simulator.urls[0] ?? '';
    const session = connectRouter({ url, ...LOGIN });
    const client = new Client(url);
    try {
      const desired = desiredOf(records);
      const readAndPlan = async (): Promise<number> => {
        const live = await readLive(session, [MENU]);
        return makePlan({ desired, base: desired, live }).changes.length;
      };
      const changes = await readAndPlan();
      const [request] = await simulator.requestsOf(nameOf(0));
      if (request === undefined || changes !== Math.ceil(records.length / CHANGED_EVERY))
        throw new Error(`planned ${changes} changes of ${records.length} rows`);
      const readAndParse = async (): Promise<void> => {
        const { body } = await client.request({
          method: 'GET',
          path: request.path,
          headers: { authorization: AUTHORIZATION },
        });
        JSON.parse(await body.text());
      };
      progress(`${rounds} rounds of ${READS[size]} reads of ${records.length} rows`);
      const comparison = await interleave(
        rounds,
        async () => await times(READS[size], readAndParse),
        async () => await times(READS[size], readAndPlan),
      );
      const wall = ratiosOf(comparison, 'wallMs');
      const cpu = ratiosOf(comparison, 'cpuUs');
      const bound = { kind: 'most', value: 1.3 } as const;
      const cpuBound = { kind: 'most', value: 2 } as const;
      return {
        name: 'a',
        title: this.title,
        figures: [
          { what: 'time, as a multiple of the control', value: wall.median, unit: '×', bound, spread: wall },
          {
            what: 'CPU time, as a multiple of the control',
            value: cpu.median,
            unit: '×',
            bound: cpuBound,
            spread: cpu,
          },
        ],
        notes: Object.entries<readonly Sample[]>({ control: comparison.control, subject: comparison.subject }).map(
          ([who, samples]) => {
            const wallMs = spreadOf(samples.map((sample) => sample.wallMs)).median / READS[size];
            const cpuUs = spreadOf(samples.map((sample) => sample.cpuUs)).median / READS[size];
            return `${who}: ${rounded(wallMs)} ms, ${rounded(cpuUs)} cpu-µs a read`;
          },
        ),
      };
    } finally {
      await client.close();
      await session.close();
      await simulator.close();
    }
  },
};

async function times(count: number, work: () => Promise<unknown>): Promise<void> {
  for (let done = 0; done < count; done += 1) await work();
}

/** What a user writes under `dnsStatic`. */
type DnsRecord = Readonly<Record<string, string>>;

function recordAt(index: number): DnsRecord {
  const name = `host-${index}.site-${index % 40}.example.net`;
  if (index % 10 === 9) return { name, type: 'CNAME', cname: `host-${index - 1}.site-${index % 40}.example.net` };
  const address = `10.${index % 40}.${Math.floor(index / 250)}.${1 + (index % 250)}`;
  return index % 4 === 0 ? { name, address, ttl: '1h', comment: `rack ${index % 12}` } : { name, address };
}

function seedWith(records: readonly DnsRecord[]): RouterSeed {
  const rows = records.map((record, index) => (index % CHANGED_EVERY === 0 ? { ...record, ttl: '5m' } : record));
  const [seed] = seedsInSync(1, 'http');
  if (seed === undefined) throw new Error('no seed');
  return { ...seed, menus: { ...seed.menus, [MENU]: rows } };
}

function desiredOf(records: readonly DnsRecord[]): DesiredState {
  const rows = records.map((record) => ({ fields: canonicalRowOf(record), owners: ['fleet'] }));
  return { menus: { [MENU]: { shape: 'list', declaredBy: ['fleet'], unlisted: 'tolerate', rows } } };
}

function canonicalRowOf(record: DnsRecord): Row {
  const result = rowsOf(SECTIONS.dnsStatic, record);
  if ('faults' in result) throw new Error(JSON.stringify(result.faults));
  return result.rows[0]?.fields ?? {};
}
