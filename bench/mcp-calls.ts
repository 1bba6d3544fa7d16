import path from 'node:path';
import { startController } from '#controller';
import { startChild } from './child.ts';
import { compile } from './compiled.ts';
import { nameOf, seedsInSync, writeFleet } from './fleet.ts';
import { interleave, ratiosOf, spreadOf } from './measure.ts';
import type { Called, Calls } from './mcp-clients.ts';
import { accessWith, servedBy, withReadUser } from './read-user.ts';
import { rounded, type Benchmark, type Figure, type Size } from './result.ts';
import { startSimulator } from './simulator.ts';
import { everyDeviceInSync } from './visits.ts';

const CALLS: Readonly<Record<Size, number>> = { full: 1_000, tiny: 10 };
const TOKEN = 'bench-token-of-the-mcp-server';
const MODULE = 'mcp-process.ts';
/** As bin/rosctl.mjs runs it. */
const AS_ROSCTL = ['--optimize-for-size'];
const TOOL = 'menu_read';
const ROWS = 50;
const MEGABYTE = 1024 ** 2;

/** (l) What the way through our server costs a read of 50 rows, and the memory of its process. */
export const mcpCalls: Benchmark = {
  name: 'l',
  title: "Calls of a 50-row read over MCP, against the SDK's smallest server with the same result",
  async run({ size, rounds, progress }) {
    const seeds = seedsInSync(1, 'http').map((seed) => ({ ...seed, menus: { ...seed.menus, '/ip/arp': arp() } }));
    const simulator = await startSimulator(withReadUser(seeds));
    const folder = await writeFleet(simulator.urls, simulator.caPem);
    const access = accessWith(TOKEN).replace('for: api', 'for: mcp');
    const controller = await startController(await servedBy(folder.config, access, false));
    const compiled = await compile(MODULE);
    const ours = startChild(compiled.urlOf(MODULE), AS_ROSCTL);
    const [clients, bare] = ['mcp-clients.ts', 'mcp-bare.ts'].map((module) =>
      startChild(new URL(module, import.meta.url)),
    );
    if (clients === undefined || bare === undefined) throw new RangeError('no processes');
    try {
      await everyDeviceInSync(controller, 0);
      const socketPath = path.join(folder.config.stateFolder, 'mcp.sock');
      const url = await ours.ask<string>({ socketPath });
      const given = { device: nameOf(0), menu: '/ip/arp', limit: ROWS };
      const asked = { url, authorization: `Bearer ${TOKEN}`, tool: TOOL, given };
      const { result } = await clients.ask<Called>({ ...asked, clients: 1, calls: 1 } satisfies Calls);
      const bareUrl = await bare.ask<string>({ name: TOOL, result });
      const figures: Figure[] = [];
      const notes = [`${String(result.length)} bytes a result`];
      for (const count of [10, 100]) {
        progress(`${String(rounds)} rounds of ${String(CALLS[size])} calls by ${String(count)} clients`);
        const milliseconds: number[] = [];
        const call = async (to: string): Promise<readonly number[]> =>
          (await clients.ask<Called>({ ...asked, url: to, clients: count, calls: CALLS[size] } satisfies Calls))
            .milliseconds;
        const comparison = await interleave(
          rounds,
          async () => void (await call(bareUrl)),
          async () => void milliseconds.push(...(await call(url))),
        );
        const slower = ratiosOf(comparison, 'wallMs').median;
        const perSecond = (CALLS[size] * 1000) / spreadOf(comparison.subject.map(({ wallMs }) => wallMs)).median;
        const p95 = milliseconds.toSorted((a, b) => a - b)[Math.floor(milliseconds.length * 0.95)] ?? NaN;
        notes.push(`${String(count)} clients: ${rounded(100 / slower)} % of the bare rate, p95 ${rounded(p95)} ms`);
        if (count === 10)
          figures.push(
            {
              what: 'rate of 10 clients, of the bare rate',
              value: 100 / slower,
              unit: ' %',
              bound: { kind: 'least', value: 40 },
              spread: null,
            },
            {
              what: 'calls a second of 10 clients',
              value: perSecond,
              unit: '',
              bound: { kind: 'least', value: 100 },
              spread: null,
            },
            { what: 'p95 of 10 clients', value: p95, unit: ' ms', bound: { kind: 'most', value: 1000 }, spread: null },
          );
      }
      const resident = (await ours.ask<number>('resident')) / MEGABYTE;
      figures.push({
        what: 'resident with 100 clients',
        value: resident,
        unit: ' MB',
        bound: { kind: 'most', value: 130 },
        spread: null,
      });
      return { name: 'l', title: this.title, figures, notes };
    } finally {
      await Promise.all([clients.close(), ours.close(), bare.close()]);
      await controller.stop();
      await simulator.close();
      await folder.remove();
      await compiled.remove();
    }
  },
};

function arp(): readonly Readonly<Record<string, string>>[] {
  return Array.from({ length: ROWS }, (_, index) => ({
    address: `198.51.100.${String(index + 1)}`,
    'mac-address': `02:00:00:00:00:${index.toString(16).padStart(2, '0').toUpperCase()}`,
    interface: 'bridge',
  }));
}
