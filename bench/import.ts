import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Writable } from 'node:stream';
import { main } from '#cli';
import { LOGIN, nameOf, seedsInSync, writeFleet } from './fleet.ts';
import { interleave, ratiosOf, spreadOf } from './measure.ts';
import { requestAll } from './passes.ts';
import { rounded, type Benchmark, type Size } from './result.ts';
import { startSimulator } from './simulator.ts';

const DEVICES: Readonly<Record<Size, number>> = { full: 500, tiny: 4 };

/** (p) What an import adds to its reads: declaring, sharing, writing and validating files, planning them. */
export const importing: Benchmark = {
  name: 'p',
  title: 'Import of 500 routers into a new folder, against a bare loop of the same reads over as many sockets',
  async run({ size, rounds, progress }) {
    const devices = DEVICES[size];
    progress(`starting ${devices} routers`);
    const simulator = await startSimulator(seedsInSync(devices, 'http'));
    const folder = await writeFleet(simulator.urls, simulator.caPem);
    try {
      const { sourceFolder, stateFolder } = folder.config;
      await mkdir(stateFolder, { recursive: true });
      await writeFile(path.join(stateFolder, 'credentials.yaml'), BINDINGS, { mode: 0o600 });
      const into = path.join(sourceFolder, '../imported');
      const importAll = async (): Promise<void> => {
        await rm(into, { recursive: true, force: true });
        await rosctl(['import', '--fleet', sourceFolder, '--state', stateFolder, '--into', into]);
      };
      await importAll();
      const requests = await simulator.requestsOf(nameOf(0));
      const bareLoop = (): Promise<void> => requestAll(simulator.urls, requests);
      progress(`${rounds} rounds of ${devices} imports with ${requests.length} requests each`);
      const comparison = await interleave(rounds, bareLoop, importAll);
      const times = ratiosOf(comparison, 'wallMs');
      const seconds = (of: keyof typeof comparison): string =>
        rounded(spreadOf(comparison[of].map(({ wallMs }) => wallMs)).median / 1000);
      return {
        name: 'p',
        title: this.title,
        figures: [
          {
            what: 'time, as a multiple of the bare reads',
            value: times.median,
            unit: '×',
            bound: { kind: 'most', value: 1.5 },
            spread: times,
          },
        ],
        notes: [
          `bare reads: ${seconds('control')} s, ${requests.length} requests a router`,
          `import: ${seconds('subject')} s`,
        ],
      };
    } finally {
      await simulator.close();
      await folder.remove();
    }
  },
};

const BINDINGS = `credentials: [{name: bench, username: ${LOGIN.username}, from: {env: BENCH_PASSWORD}, hosts: [127.0.0.0/8], tls: plaintext}]\n`;

/** @throws {Error} when the files that it wrote would change a router, or a router was not read. */
async function rosctl(args: readonly string[]): Promise<void> {
  const said: string[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      said.push(String(chunk));
      done();
    },
  });
  const code = await main(args, {
    stdout: stream,
    stderr: stream,
    env: { BENCH_PASSWORD: LOGIN.password },
    cwd: process.cwd(),
    signal: new AbortController().signal,
    stdin: () => process.stdin,
  });
  if (code !== 0) throw new Error(`rosctl ${args.join(' ')} ended with ${String(code)}\n${said.join('')}`);
}
