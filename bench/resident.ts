import type { Config } from '#controller';
import { startChild } from './child.ts';
import { compile } from './compiled.ts';
import type { ControllerQuestion, Memory } from './controller-process.ts';
import { seedsInSync, writeFleet } from './fleet.ts';
import { rounded, type Benchmark, type Size } from './result.ts';
import { startSimulator } from './simulator.ts';

const DEVICES: Readonly<Record<Size, number>> = { full: 100, tiny: 3 };
const MODULE = 'controller-process.ts';
const MEGABYTE = 1_000_000;
const LOOPBACK = { host: '127.0.0.1', port: 0, tls: null, publicUrl: null, behindProxy: false };

/**
 * (e) What a controller with a usual fleet takes of a machine's memory while it works; nobody collects its garbage for
 * it.
 */
export const residentMemory: Benchmark = {
  name: 'e',
  title: 'Resident memory of a controller with 100 devices over HTTPS',
  async run({ size, rounds, progress }) {
    const compiled = await compile(MODULE);
    const simulator = await startSimulator(seedsInSync(DEVICES[size], 'https'));
    const folder = await writeFleet(simulator.urls, simulator.caPem);
    const controller = startChild(compiled.urlOf(MODULE));
    const ask = (question: ControllerQuestion): Promise<Memory> => controller.ask(question);
    try {
      progress('first visits');
      const seen = [await ask({ start: folder.config })];
      for (let round = 1; round <= rounds; round += 1) {
        progress(`visits ${round} of ${rounds}`);
        seen.push(await ask({ visitAll: true }));
      }
      progress('the same with the API, idle');
      await controller.close();
      const without = await idle(compiled.urlOf(MODULE), folder.config);
      const withHttp = await idle(compiled.urlOf(MODULE), { ...folder.config, http: LOOPBACK });
      const most = Math.max(...seen.map((memory) => memory.resident));
      const heap = Math.max(...seen.map((memory) => memory.heap));
      return {
        name: 'e',
        title: this.title,
        figures: [
          {
            what: `most resident after any of ${seen.length} visits to all ${DEVICES[size]} devices`,
            value: most / MEGABYTE,
            unit: ' MB',
            bound: { kind: 'most', value: 140 },
            spread: null,
          },
          {
            what: 'resident with --http, idle, beyond the same without it',
            value: (withHttp - without) / MEGABYTE,
            unit: ' MB',
            bound: { kind: 'most', value: 45 },
            spread: null,
          },
        ],
        notes: [`of it JavaScript heap: at most ${rounded(heap / MEGABYTE)} MB`],
      };
    } finally {
      await controller.close();
      await simulator.close();
      await folder.remove();
      await compiled.remove();
    }
  },
};

/** Bytes of a controller that has visited every device and rests. */
async function idle(module: URL, config: Config): Promise<number> {
  const controller = startChild(module);
  try {
    await controller.ask({ start: config } satisfies ControllerQuestion);
    return (await controller.ask<Memory>({ rest: true } satisfies ControllerQuestion)).resident;
  } finally {
    await controller.close();
  }
}
