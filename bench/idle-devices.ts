import { startChild, type Child } from './child.ts';
import { compile, type Compiled } from './compiled.ts';
import type { ControllerQuestion, Memory } from './controller-process.ts';
import { seedsInSync, writeFleet } from './fleet.ts';
import { rounded, type Benchmark, type Size } from './result.ts';
import { startSimulator, type Simulator } from './simulator.ts';

const DEVICES: Readonly<Record<Size, number>> = { full: 5_000, tiny: 4 };
const MODULE = 'controller-process.ts';
const KILOBYTE = 1_000;

/** (d) What a device costs the controller that it has visited and need not visit now. */
export const idleDevices: Benchmark = {
  name: 'd',
  title: 'Memory per idle device at 5,000 devices over HTTPS, beyond a controller with one device',
  async run({ size, progress }) {
    const compiled = await compile(MODULE);
    progress(`starting ${DEVICES[size]} routers`);
    const simulator = await startSimulator(seedsInSync(DEVICES[size], 'https'));
    try {
      const one = await idle(compiled, simulator, simulator.urls.slice(0, 1));
      progress(`visiting ${DEVICES[size]} devices`);
      const all = await idle(compiled, simulator, simulator.urls);
      const more = DEVICES[size] - 1;
      return {
        name: 'd',
        title: this.title,
        figures: [
          {
            what: 'resident memory of an idle device',
            value: (all.resident - one.resident) / more / KILOBYTE,
            unit: ' kB',
            bound: { kind: 'most', value: 100 },
            spread: null,
          },
        ],
        notes: [
          `of it JavaScript heap: ${rounded((all.heap - one.heap) / more / KILOBYTE)} kB`,
          `resident: ${rounded(one.resident / 1e6)} MB with one device, ${rounded(all.resident / 1e6)} MB with ${DEVICES[size]}`,
        ],
      };
    } finally {
      await simulator.close();
      await compiled.remove();
    }
  },
};

/** A controller that has visited each of these routers once, then rested. */
async function idle(compiled: Compiled, simulator: Simulator, urls: readonly string[]): Promise<Memory> {
  const folder = await writeFleet(urls, simulator.caPem);
  const controller: Child = startChild(compiled.urlOf(MODULE), ['--expose-gc']);
  const ask = (question: ControllerQuestion): Promise<Memory> => controller.ask(question);
  try {
    await ask({ start: folder.config });
    return await ask({ rest: true });
  } finally {
    await controller.close();
    await folder.remove();
  }
}
