import { parseArgs } from 'node:util';
import { addressLists } from './address-lists.ts';
import { bulkWrites } from './bulk-writes.ts';
import { cachedReads } from './cached-reads.ts';
import { captures } from './captures.ts';
import { dnsStatic } from './dns-static.ts';
import { health } from './health.ts';
import { idleDevices } from './idle-devices.ts';
import { importing } from './import.ts';
import { longList } from './long-list.ts';
import { mcpCalls } from './mcp-calls.ts';
import { passes } from './passes.ts';
import { previews } from './previews.ts';
import { readsBeside } from './reads-beside.ts';
import { residentMemory } from './resident.ts';
import { rollout } from './rollout.ts';
import { verifyRange } from './verify-range.ts';
import { isMet, renderResult, type Benchmark, type Result, type Size } from './result.ts';

const BENCHMARKS: readonly Benchmark[] = [
  dnsStatic,
  addressLists,
  passes,
  idleDevices,
  residentMemory,
  verifyRange,
  rollout,
  cachedReads,
  readsBeside,
  health,
  captures,
  mcpCalls,
  previews,
  bulkWrites,
  longList,
  importing,
];
const ROUNDS: Readonly<Record<Size, number>> = { full: 9, tiny: 2 };

const USAGE = `npm run bench -- [NAME…] [--rounds N] [--output text|json] [--quick]

${BENCHMARKS.map(({ name, title }) => `  ${name}  ${title}`).join('\n')}

Without names all of them. --rounds: pairs of control and subject (${ROUNDS.full}). --quick: tiny sizes and no bounds, to see that they run.
Ends with 0 when every bound is met, 1 when one is missed or a benchmark fails, 64 when the command line is wrong.
`;

interface Arguments {
  readonly benchmarks: readonly Benchmark[];
  readonly rounds: number;
  readonly output: 'text' | 'json';
  readonly size: Size;
}

/** @throws {TypeError} with what is wrong. */
function argumentsOf(words: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      output: { type: 'string', default: 'text' },
      quick: { type: 'boolean', default: false },
    },
  });
  const size = values.quick ? 'tiny' : 'full';
  const rounds = Number(values.rounds ?? ROUNDS[size]);
  if (!Number.isInteger(rounds) || rounds < 1) throw new TypeError('--rounds takes a whole number from 1.');
  const { output } = values;
  if (output !== 'text' && output !== 'json') throw new TypeError('--output takes text or json.');
  for (const name of positionals) {
    if (!BENCHMARKS.some((benchmark) => benchmark.name === name)) throw new TypeError(`There is no benchmark ${name}.`);
  }
  const benchmarks = BENCHMARKS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  return { benchmarks, rounds, output, size };
}

async function main(words: readonly string[]): Promise<number> {
  let asked: Arguments;
  try {
    asked = argumentsOf(words);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 64;
  }
  const { benchmarks, rounds, output, size } = asked;
  const results: Result[] = [];
  for (const benchmark of benchmarks) {
    const progress = (message: string): void => void process.stderr.write(`${benchmark.name}: ${message}\n`);
    const result = await benchmark.run({ size, rounds, progress });
    results.push(result);
    if (output === 'text') process.stdout.write(`${renderResult(result, size)}\n`);
  }
  const met = size === 'tiny' || results.every(({ figures }) => figures.every(isMet));
  if (output === 'json') process.stdout.write(`${JSON.stringify({ size, rounds, met, results }, null, 2)}\n`);
  return met ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
