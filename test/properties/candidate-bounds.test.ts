import { describe, expect, test } from 'vitest';
import { COSTLY, LARGE } from '#test/candidates.ts';
import { sampleOf } from '#test/sample.ts';
import { BOUND_MS, watched } from '#test/thread-watch.ts';
import { READING_LIMITS } from '../../controller/source/read-apart.ts';
import { readRevision } from '../../controller/source/read-revision.ts';

const NEVER = new AbortController().signal;
const COSTLY_NAMES = sampleOf('costly', Object.keys(COSTLY), 2);
const LARGE_NAMES = sampleOf('large', Object.keys(LARGE), 1);

/** What fills all of the heap takes minutes for it, and does so twice. */
const LESS = { ...READING_LIMITS, heapBytes: READING_LIMITS.heapBytes / 4 };

async function read(files: Readonly<Record<string, string>>, limits = READING_LIMITS) {
  return await watched(() => readRevision({ kind: 'files', id: 'x', files, before: null }, nothing, NEVER, limits));
}

function nothing(): Promise<never> {
  return Promise.reject(new Error('no object is asked for'));
}

describe('a candidate is read without keeping anybody waiting', () => {
  test.each(COSTLY_NAMES)('%s: refused, with the reason', { timeout: 600_000 }, async (name) => {
    const costly = COSTLY[name];
    const { result: reading, longestMs } = await read(costly?.files() ?? {}, LESS);
    if (reading.ok) throw new Error('it was taken');
    expect(reading.message).toMatch(costly?.says ?? /^$/);
    expect(reading.message.length).toBeLessThan(500_000);
    expect(reading.faults.length).toBeLessThan(300);
    expect(longestMs).toBeLessThan(BOUND_MS);
  });

  test.each(LARGE_NAMES)('%s: taken', { timeout: 600_000 }, async (name) => {
    const { result: reading, longestMs } = await read(LARGE[name]?.() ?? {});
    expect(reading).toMatchObject({ ok: true });
    expect(longestMs).toBeLessThan(BOUND_MS);
  });
});

describe('a process that takes more than it may', () => {
  const long = LARGE['a list of 100,000 entries']?.() ?? {};
  const task = { kind: 'files', id: 'x', files: long, before: null } as const;

  test.each([
    ['time', { cpuMs: 1000 }, /more than 1 s of CPU time/],
    ['memory', { heapBytes: 80 * 2 ** 20 }, /more than 80 MiB of memory/],
  ])('of %s is ended and tried once more, then the candidate is refused', async (_, less, says) => {
    const reading = await readRevision(task, nothing, NEVER, { ...READING_LIMITS, ...less });
    expect(reading).toMatchObject({ ok: false, code: 'SourceTooCostly', message: expect.stringMatching(says) });
    expect(reading).toMatchObject({ message: expect.stringMatching(/given up twice/) });
  });

  test('is ended when the controller stops', async () => {
    const stop = new AbortController();
    const reading = readRevision(task, nothing, stop.signal);
    setImmediate(() => stop.abort(new Error('the controller is shutting down')));
    await expect(reading).rejects.toThrow('shutting down');
  });
});
