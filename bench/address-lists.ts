import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Row } from '#routeros';
import { blockListAnswer, blockListDesired, planBlockList } from './block-list.ts';
import type { PlanMemory, PlanQuestion } from './block-list-process.ts';
import { startChild } from './child.ts';
import { interleave, ratiosOf, spreadOf, type Sample } from './measure.ts';
import { rounded, type Benchmark, type Figure, type Size } from './result.ts';

const ROWS: Readonly<Record<Size, number>> = { full: 100_000, tiny: 500 };

/** (b) What planning a big list takes, beside parsing it. */
export const addressLists: Benchmark = {
  name: 'b',
  title: 'Canonicalise, diff and plan id of 100,000 address-list rows, against JSON.parse of the same payload',
  async run({ size, rounds, progress }) {
    const rows = ROWS[size];
    const answer = blockListAnswer(rows);
    const desired = blockListDesired(rows);
    const base = blockListDesired(rows);
    const live = JSON.parse(answer) as readonly Row[];
    progress(`${rounds} rounds of ${rows} rows`);
    const comparison = await interleave(
      rounds,
      () => void JSON.parse(answer),
      () => void planBlockList(desired, base, live),
    );
    const wall = ratiosOf(comparison, 'wallMs');
    const cpu = ratiosOf(comparison, 'cpuUs');
    progress('memory');
    const memory = await memoryOf(rows, answer);
    const time: Figure = {
      what: 'time, as a multiple of the control',
      value: wall.median,
      unit: '×',
      bound: { kind: 'most', value: 2 },
      spread: wall,
    };
    const peak: Figure = {
      what: 'most resident while it parses and plans, as a multiple of the payload',
      value: memory.resident / memory.answerBytes,
      unit: '×',
      bound: { kind: 'most', value: 6 },
      spread: null,
    };
    return {
      name: 'b',
      title: this.title,
      figures: [time, peak],
      notes: [
        `CPU time: ${rounded(cpu.median)}× (${rounded(cpu.least)} to ${rounded(cpu.most)})`,
        ...Object.entries<readonly Sample[]>({ control: comparison.control, subject: comparison.subject }).map(
          ([who, samples]) => `${who}: ${rounded(spreadOf(samples.map((sample) => sample.wallMs)).median)} ms`,
        ),
        `payload: ${rounded(memory.answerBytes / 1_000_000)} MB; parsed rows: ${rounded(memory.rows / memory.answerBytes)}×`,
      ],
    };
  },
};

async function memoryOf(rows: number, answer: string): Promise<PlanMemory> {
  const folder = await mkdtemp(path.join(tmpdir(), 'routeros-gitops-bench-'));
  const child = startChild(new URL('./block-list-process.ts', import.meta.url), ['--expose-gc']);
  try {
    const answerFile = path.join(folder, 'answer.json');
    await writeFile(answerFile, answer);
    return await child.ask<PlanMemory>({ answerFile, rows } satisfies PlanQuestion);
  } finally {
    await child.close();
    await rm(folder, { recursive: true });
  }
}
