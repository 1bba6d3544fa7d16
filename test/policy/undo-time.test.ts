import { expect, test } from 'vitest';
import { confirmWithinSeconds, rememberedPace, undoSeconds } from '../../controller/apply/deadline.ts';

test('a plan gets 0.2 s a change where nobody measured the router, and while it is short', () => {
  expect(confirmWithinSeconds(1, 65, 140)).toBe(196);
  expect(confirmWithinSeconds(22_000, 65, 300)).toBe(4_595);
  expect(confirmWithinSeconds(200, 65, 140, 4_096)).toBe(235);
});

test('a long plan gets twice what the router was found to need, never more than one by one', () => {
  expect(confirmWithinSeconds(22_000, 65, 300, 256)).toBe(449);
  expect(confirmWithinSeconds(22_000, 65, 300, 1)).toBe(4_595);
});

test('the policy can only make it longer', () => {
  expect(confirmWithinSeconds(22_000, 65, 3_600, 256)).toBe(3_600);
});

test.each([
  [0.3, 1],
  [100, 64],
  [128, 128],
  [4_097, 4_096],
])('%d rows a second are remembered as %d', (measured, kept) => {
  expect(rememberedPace(measured)).toBe(kept);
});

test('an undo gets more patience with more rows, and more on a slow router', () => {
  const inverse = Array.from({ length: 22_000 }, () => ({ menu: '/ip/dns', match: null, rows: [] }) as const);
  expect(undoSeconds({ inverse: [] })).toBe(180);
  expect(undoSeconds({ inverse })).toBe(1_280);
  expect(undoSeconds({ inverse }, 8)).toBe(5_680);
});
