import { expect, test } from 'vitest';
import { makeRateLimit } from '../../routeros/rest/rate.ts';

test('a burst goes at once, what follows is spread over time', () => {
  const rate = makeRateLimit({ perSecond: 10, burst: 3 });
  expect([0, 0, 0, 0, 0].map((now) => rate.take(now))).toEqual([0, 0, 0, 100, 200]);
});

test('idle time fills the bucket, never above its burst', () => {
  const rate = makeRateLimit({ perSecond: 10, burst: 2 });
  rate.take(0);
  rate.take(0);
  expect(rate.take(100)).toBe(0);
  expect([60_000, 60_000, 60_000].map((now) => rate.take(now))).toEqual([0, 0, 100]);
});
