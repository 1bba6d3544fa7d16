import { expect, test } from 'vitest';
import { makeFifo } from '../../routeros/rest/fifo.ts';

test('works run in order, one at a time, whatever becomes of the others', async () => {
  const fifo = makeFifo();
  const steps: string[] = [];
  const work = (name: string) => async () => {
    steps.push(`${name} starts`);
    await new Promise((resolve) => setImmediate(resolve));
    steps.push(`${name} ends`);
    if (name === 'b') throw new Error('b failed');
    return name;
  };
  const results = await Promise.allSettled(['a', 'b', 'c'].map((name) => fifo.run(work(name))));
  expect(steps).toEqual(['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends']);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('one that gives up waiting does not let the next one overtake the one that runs', async () => {
  const fifo = makeFifo();
  const held = Promise.withResolvers<void>();
  const steps: string[] = [];
  const first = fifo.run(async () => {
    await held.promise;
    steps.push('first');
  });
  const abort = new AbortController();
  const second = fifo.run(async () => steps.push('second'), abort.signal);
  const third = fifo.run(async () => steps.push('third'));
  abort.abort(new Error('no more'));
  await expect(second).rejects.toThrow('no more');
  await new Promise((resolve) => setImmediate(resolve));
  expect(steps).toEqual([]);
  held.resolve();
  await Promise.all([first, third]);
  expect(steps).toEqual(['first', 'third']);
});

test('a signal that aborted before keeps the work from running at all', async () => {
  const fifo = makeFifo();
  await expect(fifo.run(async () => 'ran', AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
  expect(await fifo.run(async () => 'next')).toBe('next');
});
