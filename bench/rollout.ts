import { startChild } from './child.ts';
import { compile } from './compiled.ts';
import { nameOf, seedsInSync } from './fleet.ts';
import { rounded, type Benchmark, type Size } from './result.ts';
import { openRolloutFleet } from './rollout-fleet.ts';
import type { RolloutQuestion, Usage } from './rollout-process.ts';
import { startSimulator, type Simulator } from './simulator.ts';

const DEVICES: Readonly<Record<Size, number>> = { full: 1_000, tiny: 4 };
/** What a router takes to answer (routeros-rest.md §1.2). */
const LATENCY = { perRequestMs: 5, perRowMs: 0.7 };
const MODULE = 'rollout-process.ts';
const MEGABYTE = 1_000_000;
const KILOBYTE = 1_000;

/** (g) How long an approved change takes to be on every router, each armed, checked and confirmed. */
export const rollout: Benchmark = {
  name: 'g',
  title:
    'Rollout of an approved change to 1,000 devices over HTTPS, in waves, each device armed, checked and confirmed',
  async run({ size, progress }) {
    const devices = DEVICES[size];
    const compiled = await compile(MODULE);
    progress(`starting ${devices} routers`);
    const simulator = await startSimulator(
      seedsInSync(devices, 'https').map((seed) => ({ ...seed, latency: LATENCY })),
    );
    const fleet = await openRolloutFleet(simulator.urls, simulator.caPem, size);
    const controller = startChild(compiled.urlOf(MODULE));
    const ask = (question: RolloutQuestion): Promise<Usage> => controller.ask(question);
    try {
      const idle = await ask({ start: fleet.config });
      progress('first visits');
      await ask({ trust: fleet.first });
      await fleet.change();
      progress('planning');
      const planning = await timed(() => ask({ plan: true }));
      await requestsOf(simulator, devices);
      await fleet.approve(planning.usage.answer);
      progress('rollout');
      const rolled = await timed(() => ask({ rollOut: true }));
      if (rolled.usage.answer !== `${devices} confirmed`) throw new Error(`it ended with ${rolled.usage.answer}`);
      const requests = await requestsOf(simulator, devices);
      const cpuUs = rolled.usage.cpuUs - planning.usage.cpuUs;
      const { mostResident } = rolled.usage;
      return {
        name: 'g',
        title: this.title,
        figures: [
          {
            what: `from the approval to the last of ${devices} devices confirmed and watched`,
            value: rolled.ms / 60_000,
            unit: ' min',
            bound: { kind: 'most', value: 2.5 },
            spread: null,
          },
        ],
        notes: [
          `controller: ${rounded(cpuUs / 1e6)} cpu-s, ${rounded(cpuUs / 1000 / devices)} cpu-ms a device`,
          `controller: at most ${rounded(mostResident / MEGABYTE)} MB resident, ${rounded((mostResident - idle.resident) / devices / KILOBYTE)} kB a device beyond one without devices`,
          `${rounded(requests / devices)} requests a device`,
          `before, from the change to the plans of all devices: ${rounded(planning.ms / 1000)} s`,
        ],
      };
    } finally {
      await controller.close();
      await simulator.close();
      await fleet.remove();
      await compiled.remove();
    }
  },
};

async function timed(work: () => Promise<Usage>): Promise<{ readonly usage: Usage; readonly ms: number }> {
  const startedAt = performance.now();
  const usage = await work();
  return { usage, ms: performance.now() - startedAt };
}

/** All requests since this was last asked. */
async function requestsOf(simulator: Simulator, devices: number): Promise<number> {
  let sum = 0;
  for (let index = 0; index < devices; index += 1) sum += (await simulator.requestsOf(nameOf(index))).length;
  return sum;
}
