import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { SAMPLED, sampleOf } from '#test/sample.ts';
import { ratiosOf, spreadOf } from '../../bench/measure.ts';
import { isMet, type Result } from '../../bench/result.ts';

async function bench(...words: readonly string[]) {
  const child = spawn(process.execPath, ['--expose-gc', 'bench/main.ts', ...words]);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { stdout, stderr, code };
}

const BOUNDS: Readonly<Record<string, readonly number[]>> = {
  a: [1.3, 2],
  b: [2, 6],
  c: [88],
  d: [100],
  e: [140, 45],
  f: [0.1],
  g: [2.5],
  h: [50, 50],
  i: [85, 1.1],
  j: [64, 2, 3],
  k: [60, 1],
  l: [40, 100, 1000, 130],
  m: [1.5],
  n: [1.2, 1, 40],
  o: [1.5],
  p: [1.5],
};

describe('npm run bench', () => {
  it('runs at tiny sizes, all of them without a name, and gives a number for each bound', async () => {
    const names = sampleOf('benchmarks', Object.keys(BOUNDS), 2);
    const { stdout, stderr, code } = await bench(
      ...(SAMPLED ? names : []),
      '--quick',
      '--rounds',
      '1',
      '--output',
      'json',
    );
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    const { results } = JSON.parse(stdout) as { readonly results: readonly Result[] };
    expect(results.map(({ name }) => name)).toEqual(names);
    expect(results.map(({ figures }) => figures.map(({ bound }) => bound.value))).toEqual(
      names.map((name) => BOUNDS[name]),
    );
    expect(results.flatMap(({ figures }) => figures).filter(({ value }) => !Number.isFinite(value))).toEqual([]);
  }, 400_000);

  it('says what is wrong with its command line', async () => {
    const { stderr, code } = await bench('z');
    expect(code).toBe(64);
    expect(stderr).toContain('There is no benchmark z.');
  });
});

describe('what benchmarks count', () => {
  it('ratios are taken round by round, then the middle one', () => {
    const control = [2, 4, 8].map((wallMs) => ({ wallMs, cpuUs: 1 }));
    const subject = [4, 4, 32].map((wallMs) => ({ wallMs, cpuUs: 3 }));
    expect(ratiosOf({ control, subject }, 'wallMs')).toEqual({ median: 2, least: 1, most: 4 });
    expect(ratiosOf({ control, subject }, 'cpuUs').median).toBe(3);
    expect(spreadOf([1, 2, 3, 10]).median).toBe(2.5);
  });

  it('a bound is met up to itself and from itself on', () => {
    const figure = { what: '', value: 60, unit: '', spread: null };
    expect(isMet({ ...figure, bound: { kind: 'most', value: 60 } })).toBe(true);
    expect(isMet({ ...figure, bound: { kind: 'most', value: 59 } })).toBe(false);
    expect(isMet({ ...figure, bound: { kind: 'least', value: 60 } })).toBe(true);
    expect(isMet({ ...figure, bound: { kind: 'least', value: 61 } })).toBe(false);
  });

  it("a controller's memory is measured as rosctl runs it", async () => {
    const option = /setFlagsFromString\('(.+)'\)/;
    const [program, lean] = await Promise.all([readFile('bin/rosctl.mjs', 'utf8'), readFile('bench/lean.ts', 'utf8')]);
    expect(option.exec(lean)?.[1]).toBe('--optimize-for-size');
    expect(option.exec(program)?.[1]).toBe('--optimize-for-size');
  });
});
