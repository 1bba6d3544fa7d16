import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { forgetLargest } from '../../controller/reconcile/last-read.ts';
import type { DeviceMemory, LastRead } from '../../controller/observed/memory.ts';

it('the largest last reads are forgotten, and no more than it takes', () => {
  const sizes = fc.array(fc.option(fc.integer({ min: 0, max: 100 })), { maxLength: 20 });
  fc.assert(
    fc.property(sizes, fc.integer({ min: 0, max: 800 }), (all, most) => {
      const memory = new Map(all.map((bytes, at) => [`d${at}`, memoryOf(bytes)]));
      forgetLargest(memory, most);
      const kept = [...memory.values()].flatMap(({ lastRead }) => lastRead?.bytes ?? []);
      const sum = kept.reduce((total, bytes) => total + bytes, 0);
      expect(sum).toBeLessThanOrEqual(most);
      const gone = all.filter((bytes, at) => bytes !== null && memory.get(`d${at}`)?.lastRead === null);
      const least = Math.min(...gone.map(Number));
      expect(kept.filter((bytes) => bytes > least)).toEqual([]);
      if (gone.length > 0) expect(sum + least).toBeGreaterThan(most);
      expect(memory.size).toBe(all.length);
    }),
  );
});

function memoryOf(bytes: number | null): DeviceMemory {
  const lastRead = bytes === null ? null : ({ bytes } as LastRead);
  return { serialSource: null, serial: null, router: null, session: null, lastRead };
}
