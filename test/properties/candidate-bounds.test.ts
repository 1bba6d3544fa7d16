import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { COSTLY, LARGE } from '#test/candidates.ts';
import { readRevision, REVISION_LIMITS, type RevisionReading } from '../../controller/source/read-revision.ts';

const NEVER = new AbortController().signal;
const LOOK_MS = 5;

/**
 * Reads files, and tells for how long this thread itself was at work at one go meanwhile. Its own CPU time, not the clock's: what else the machine does
 * is nobody's doing here.
 */
async function watched(
  files: Readonly<Record<string, string>>,
): Promise<{ readonly reading: RevisionReading; readonly longestMs: number }> {
  await setTimeout(LOOK_MS);
  let longest = 0;
  let before = process.threadCpuUsage();
  const look = (): void => {
    const now = process.threadCpuUsage();
    longest = Math.max(longest, now.user + now.system - before.user - before.system);
    before = now;
  };
  const watch = setInterval(look, LOOK_MS);
  try {
    const reading = await readRevision({ kind: 'files', id: 'x', files, before: null }, nothing, NEVER);
    await setTimeout(LOOK_MS);
    look();
    return { reading, longestMs: longest / 1000 };
  } finally {
    clearInterval(watch);
  }
}

function nothing(): Promise<never> {
  return Promise.reject(new Error('no object is asked for'));
}

const BOUND_MS = 250;

describe('a candidate is read without keeping anybody waiting', () => {
  test.each(Object.keys(COSTLY))('%s: refused, with the reason', { timeout: 600_000 }, async (name) => {
    const costly = COSTLY[name];
    const { reading, longestMs } = await watched(costly?.files() ?? {});
    if (reading.ok) throw new Error('it was taken');
    expect(reading.message).toMatch(costly?.says ?? /^$/);
    expect(reading.message.length).toBeLessThan(500_000);
    expect(reading.faults.length).toBeLessThan(300);
    expect(longestMs).toBeLessThan(BOUND_MS);
  });

  test.each(Object.keys(LARGE))('%s: taken', { timeout: 600_000 }, async (name) => {
    const { reading, longestMs } = await watched(LARGE[name]?.() ?? {});
    expect(reading).toMatchObject({ ok: true });
    expect(longestMs).toBeLessThan(BOUND_MS);
  });
});

describe('a thread that takes more than it may', () => {
  const long = LARGE['a list of 100,000 entries']?.() ?? {};
  const task = { kind: 'files', id: 'x', files: long, before: null } as const;

  test.each([
    ['time', { cpuMs: 1000 }, /more than 1 s of CPU time/],
    ['memory', { heapBytes: 80 * 2 ** 20 }, /more than 80 MiB of memory/],
  ])('of %s is ended and tried once more, then the candidate is refused', async (_, less, says) => {
    const reading = await readRevision(task, nothing, NEVER, { ...REVISION_LIMITS, ...less });
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
