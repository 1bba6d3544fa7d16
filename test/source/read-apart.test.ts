import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { LARGE } from '#test/candidates.ts';
import { policyYaml } from '#test/documents.ts';
import { allowanceOf, readApart, READING_LIMITS, type ReadingLimits } from '../../controller/source/read-apart.ts';
import { keepReader, takeReader } from '../../controller/source/reader-process.ts';
import type { ReadingTask } from '../../controller/source/reading-task.ts';

const HONEST_TEXT = policyYaml('Roster', 'people', 'people: [{name: ana, roles: [policy]}]');
const HONEST: ReadingTask = { kind: 'objects', bytes: Buffer.from(HONEST_TEXT) };
const FAULTY: ReadingTask = { kind: 'files', id: 'x', files: { 'f.yaml': 'a: 1\n' }, before: null };
const LONG: ReadingTask = { kind: 'files', id: 'x', files: LARGE['a list of 100,000 entries']?.() ?? {}, before: null };

const MODULES = new URL('../../controller/source/', import.meta.url).href;
const MIB = 2 ** 20;

async function read(
  task: ReadingTask,
  limits: ReadingLimits = READING_LIMITS,
  signal = new AbortController().signal,
  piece: () => void = () => {},
) {
  const asker = { object: () => Promise.reject(new Error('nothing is asked for')), piece };
  return await readApart(task, () => asker, signal, allowanceOf(limits));
}

/** The process that does the next task: the one that waits, or else a new one. It waits on. */
function next(): ChildProcess {
  const reader = takeReader(READING_LIMITS.heapBytes, READING_LIMITS.heapBytes, false);
  expect(keepReader(reader, 0)).toBe(true);
  return reader.child;
}

function isThere(pid: number | undefined): boolean {
  try {
    return process.kill(pid ?? -1, 0);
  } catch {
    return false;
  }
}

async function isGone(child: ChildProcess): Promise<void> {
  await expect.poll(() => child.exitCode ?? child.signalCode).not.toBeNull();
}

describe('a process that reads', () => {
  afterEach(async () => {
    const child = next();
    child.kill('SIGKILL');
    await isGone(child);
  });

  test('does one task after the other', async () => {
    const first = next();
    expect(await read(HONEST)).toMatchObject({ is: 'objects', text: expect.stringContaining('Roster') });
    expect(await read(FAULTY)).toMatchObject({ is: 'faulty' });
    expect(await read(HONEST)).toMatchObject({ is: 'objects' });
    expect(next().pid).toBe(first.pid);
  });

  test('has each task begin with nothing spent', async () => {
    const limits = { ...READING_LIMITS, cpuMs: 3000 };
    const first = next();
    await read(FAULTY);
    const before = process.hrtime.bigint();
    let tasks = 0;
    // Together they take more than one may.
    while (process.hrtime.bigint() - before < 4_000_000_000n || tasks < 10) {
      expect(await read(FAULTY, limits)).toMatchObject({ is: 'faulty' });
      tasks += 1;
    }
    expect(next().pid).toBe(first.pid);
  });

  test.each([
    ['took too much time', { cpuMs: 500 }],
    ['held too much', { bytes: 16 * MIB }],
  ])('is not used again when a task %s, and neither is that of the second try', async (_, less) => {
    const first = next();
    expect(await read(LONG, { ...READING_LIMITS, ...less })).toMatchObject({ is: 'exhausted' });
    await isGone(first);
    const second = next();
    expect(second.pid).not.toBe(first.pid);
    expect(await read(HONEST)).toMatchObject({ is: 'objects' });
    expect(next().pid).toBe(second.pid);
  });

  test('is not used again when somebody broke off', async () => {
    const stop = new AbortController();
    const first = next();
    const reading = read(LONG, READING_LIMITS, stop.signal);
    setImmediate(() => stop.abort(new Error('the controller is shutting down')));
    await expect(reading).rejects.toThrow('shutting down');
    await isGone(first);
    const second = next();
    const unheard = read(LONG, READING_LIMITS, undefined, () => {
      throw new RangeError('a piece without its place');
    });
    await expect(unheard).rejects.toThrow('without its place');
    await isGone(second);
    expect(await read(HONEST)).toMatchObject({ is: 'objects' });
  });

  test('is not used again when it ends with much in its memory, or was made for another heap', async () => {
    const reader = takeReader(READING_LIMITS.heapBytes, READING_LIMITS.heapBytes, false);
    expect(keepReader(reader, 513 * MIB)).toBe(false);
    reader.child.kill('SIGKILL');
    await isGone(reader.child);
    const first = next();
    expect(await read(HONEST, { ...READING_LIMITS, heapBytes: 256 * MIB })).toMatchObject({ is: 'objects' });
    await isGone(first);
  });

  test('that was ended while it waited costs nobody a task', async () => {
    const first = next();
    first.kill('SIGKILL');
    expect(await read(HONEST)).toMatchObject({ is: 'objects' });
  });
});

/** A program that has a process, does this, and tells the process's id. */
function program(then: string): ChildProcess {
  const script = `
    const { readApart, allowanceOf, READING_LIMITS } = await import('${MODULES}read-apart.ts');
    const { takeReader, keepReader } = await import('${MODULES}reader-process.ts');
    const reader = takeReader(READING_LIMITS.heapBytes, READING_LIMITS.heapBytes, false);
    keepReader(reader, 0);
    const asker = { object: () => {}, piece: () => {} };
    const read = (task) => readApart(task, () => asker, new AbortController().signal, allowanceOf(READING_LIMITS));
    ${then}
    console.log(reader.child.pid);`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function saidBy(program: ChildProcess): Promise<number> {
  if (program.stdout === null) throw new Error('a program that nobody hears');
  const [text] = (await once(program.stdout, 'data')) as [Buffer];
  return Number(text.toString());
}

function cpuSecondsOf(pid: number): number {
  const time = spawnSync('ps', ['-o', 'time=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
  return time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

describe('a program whose process waits', () => {
  test('ends when it has nothing else to do, and takes the process along', { timeout: 25_000 }, async () => {
    const waits = program(`await read({ kind: 'files', id: 'x', files: {}, before: null });`);
    const ended = once(waits, 'exit');
    const pid = await saidBy(waits);
    expect(await ended).toEqual([0, null]);
    await expect.poll(() => isThere(pid), { timeout: 5000 }).toBe(false);
  });

  test('takes the process along when it is killed, whatever that is at work on', async () => {
    const works = program(`
      const text = 'a: [' + 'x, '.repeat(99_000) + ']\\n';
      const files = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [\`f\${index}.yaml\`, text]));
      void read({ kind: 'files', id: 'x', files, before: null });`);
    const pid = await saidBy(works);
    // More than its start takes: it is at work, and does not hear that its channel is closed.
    await expect.poll(() => cpuSecondsOf(pid), { timeout: 60_000, interval: 200 }).toBeGreaterThan(3);
    works.kill('SIGKILL');
    await expect.poll(() => isThere(pid), { timeout: 5000 }).toBe(false);
  });
});
