import { describe, expect, it } from 'vitest';
import { makePace } from '../../controller/apply/pace.ts';

/** A pace on a clock that a script moves by so many milliseconds a row. */
function paceAt(msPerRow: number) {
  let now = 0;
  const pace = makePace({ monotonic: () => now });
  const run = async (rows: number, kind = 'create /x'): Promise<void> =>
    await pace.run(kind, rows, async () => {
      now += rows * msPerRow;
      await Promise.resolve();
    });
  return { pace, run };
}

describe('the pace of scripts', () => {
  it('starts small and grows until a script takes a quarter of the longest request', async () => {
    const { pace, run } = paceAt(10);
    const sizes: number[] = [];
    for (let scripts = 0; scripts < 5; scripts += 1) {
      sizes.push(pace.rowsNext('create /x'));
      await run(sizes.at(-1) as number);
    }
    expect(sizes).toEqual([100, 400, 1500, 1500, 1500]);
    expect(pace.rowsPerSecond()).toBe(100);
  });

  it('goes down to what a slow router writes in that time, and to a row at least', async () => {
    const { pace, run } = paceAt(300);
    await run(100);
    expect(pace.rowsNext('create /x')).toBe(50);
    const slowest = paceAt(60_000);
    await slowest.run(1);
    expect(slowest.pace.rowsNext('create /x')).toBe(1);
  });

  it('goes down when nobody knows how a script ended, and counts each kind of change apart', async () => {
    const { pace, run } = paceAt(1);
    await run(100);
    await expect(pace.run('create /x', 400, () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
    expect(pace.rowsNext('create /x')).toBe(100);
    expect(pace.rowsNext('remove /x')).toBe(100);
    await run(100, 'remove /x');
    expect(pace.rowsNext('remove /x')).toBe(400);
  });

  it('knows no rate before a script has ended', () => {
    expect(makePace({ monotonic: () => 0 }).rowsPerSecond()).toBeNull();
  });
});
