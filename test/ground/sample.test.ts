import { describe, expect, it } from 'vitest';
import { chosenBy, inSample, runs, SAMPLED, sampleOf } from '#test/sample.ts';

const CASES = Array.from({ length: 60 }, (_, at) => at);

describe('a sample of a matrix', () => {
  it('is as many of its cases as asked for, in their order', () => {
    const chosen = chosenBy(1, 'a', CASES, 10);
    expect(chosen).toHaveLength(10);
    expect(chosen).toEqual(chosen.toSorted((one, other) => one - other));
    expect(chosenBy(1, 'a', CASES, 100)).toEqual(CASES);
  });

  it('is the same for the same seed and name, and another for another', () => {
    const chosen = chosenBy(1, 'a', CASES, 10);
    expect(chosenBy(1, 'a', CASES, 10)).toEqual(chosen);
    expect(chosenBy(2, 'a', CASES, 10)).not.toEqual(chosen);
    expect(chosenBy(1, 'b', CASES, 10)).not.toEqual(chosen);
  });

  it('leaves nothing out over the days', () => {
    const days = Array.from({ length: 60 }, (_, day) => chosenBy(20_270_101 + day, 'a', CASES, 10));
    expect(new Set(days.flat()).size).toBe(CASES.length);
  });

  it('is all of it with CI', () => {
    expect(sampleOf('a', CASES, 10)).toHaveLength(SAMPLED ? 10 : 60);
    expect(CASES.filter((at) => inSample('a', String(at), 4)).length < CASES.length).toBe(SAMPLED);
    expect(runs(100).numRuns).toBe(SAMPLED ? 25 : 100);
  });
});
