import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { startController } from '#controller';
import { operator } from '../controller/access/principal.ts';
import { operationsOf } from '../controller/operations/api.ts';
import { seedsInSync, writeFleet } from './fleet.ts';
import { interleave, ratiosOf, spreadOf } from './measure.ts';
import { rounded, type Benchmark, type Size } from './result.ts';
import { startSimulator } from './simulator.ts';
import { everyDeviceInSync } from './visits.ts';

const DEVICES: Readonly<Record<Size, number>> = { full: 500, tiny: 4 };
const ROSCTL = path.resolve(import.meta.dirname, '../bin/rosctl.mjs');

/** (m) What people wait for who ask what a change would do: the edit, the files read again, a plan for each device. */
export const previews: Benchmark = {
  name: 'm',
  title: 'Preview of a change of 500 devices, against rosctl validate of their fleet',
  async run({ size, rounds, progress }) {
    const devices = DEVICES[size];
    progress(`starting ${devices} routers`);
    const simulator = await startSimulator(seedsInSync(devices, 'http'));
    const folder = await writeFleet(simulator.urls, simulator.caPem);
    const controller = await startController(folder.config);
    try {
      progress('first visits');
      await everyDeviceInSync(controller, 0);
      const operations = operationsOf(controller.api);
      let asked = 0;
      const preview = async (): Promise<void> => {
        asked += 1;
        const shown = await operations.ask(operator('bench'), 'previewChange', {
          section: 'dns',
          whom: { config: 'fleet' },
          set: { servers: [`192.0.2.${1 + (asked % 50)}`] },
          reason: 'to measure it',
        });
        if (shown.plans.length !== devices) throw new Error(`${shown.plans.length} of ${devices} have a plan`);
      };
      const validate = async (): Promise<void> =>
        void (await promisify(execFile)(process.execPath, [ROSCTL, 'validate', folder.config.sourceFolder]));
      progress(`${rounds} rounds`);
      const times = await interleave(rounds, validate, preview);
      const ratio = ratiosOf(times, 'wallMs');
      const median = (of: keyof typeof times): string =>
        rounded(spreadOf(times[of].map(({ wallMs }) => wallMs)).median);
      return {
        name: 'm',
        title: this.title,
        figures: [
          {
            what: 'time, as a multiple of the control',
            value: ratio.median,
            unit: '×',
            bound: { kind: 'most', value: 1.5 },
            spread: ratio,
          },
        ],
        notes: [`rosctl validate: ${median('control')} ms; preview: ${median('subject')} ms`],
      };
    } finally {
      await controller.stop();
      await simulator.close();
      await folder.remove();
    }
  },
};
