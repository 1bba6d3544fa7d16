import { describe, expect, it } from 'vitest';
import { createClock } from '../../controller/clock.ts';
import { VisitQueue } from '../../controller/visits/queue.ts';
import { until } from '#test/rig.ts';

/** A queue whose visits are counted; each takes `visitMs` and asks to come back after `againMs`. */
function counting(concurrency: number, visitMs: number, againMs: (device: string) => number) {
  const counts = new Map<string, number>();
  const now = { running: 0, most: 0, same: 0 };
  const inside = new Set<string>();
  const queue = new VisitQueue(createClock(), concurrency, async (device) => {
    if (inside.has(device)) now.same += 1;
    inside.add(device);
    now.running += 1;
    now.most = Math.max(now.most, now.running);
    await new Promise((resolve) => setTimeout(resolve, visitMs));
    counts.set(device, (counts.get(device) ?? 0) + 1);
    now.running -= 1;
    inside.delete(device);
    return againMs(device);
  });
  return { queue, counts, now };
}

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `r${at}`);

describe('the queue of visits', () => {
  it('visits every device although the first ones are always due again', async () => {
    const { queue, counts } = counting(2, 1, () => 0);
    queue.setDevices(names(40));
    const running = queue.run();
    const visited = await until(
      () => counts.size,
      (size) => size === 40,
    );
    await queue.stop();
    await running;
    expect(visited).toBe(40);
  });

  it('visits no more devices side by side than allowed, and each by one visit at a time', async () => {
    const { queue, counts, now } = counting(3, 2, () => 0);
    queue.setDevices(names(10));
    const running = queue.run();
    await until(
      () => Math.min(...names(10).map((name) => counts.get(name) ?? 0)),
      (least) => least >= 3,
    );
    await queue.stop();
    await running;
    expect(now.most).toBe(3);
    expect(now.same).toBe(0);
  });

  it('lends the places of visits that rest to others, and lets them go on at once afterwards', async () => {
    const rested = Promise.withResolvers<void>();
    const now = { resting: 0, working: 0, most: 0 };
    const queue = new VisitQueue(createClock(), 2, async () => {
      now.resting += 1;
      await queue.lendWhile(() => rested.promise);
      now.working += 1;
      now.most = Math.max(now.most, now.working);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now.working -= 1;
      return 3_600_000;
    });
    queue.setDevices(names(6));
    const running = queue.run();
    await until(
      () => now.resting,
      (resting) => resting === 6,
    );
    rested.resolve();
    await until(
      () => now.working,
      (working) => working === 0,
    );
    await queue.stop();
    await running;
    expect(now.most).toBe(6);
  });

  it('comes back when it was asked for, also during a visit', async () => {
    const { queue, counts } = counting(2, 5, () => 3_600_000);
    queue.setDevices(['r0', 'r1']);
    const running = queue.run();
    await until(
      () => counts.size,
      (size) => size === 2,
    );
    queue.visitNow(['r0']);
    await until(
      () => counts.get('r0'),
      (count) => count === 2,
    );
    queue.visitNow(['r0']);
    queue.visitNow(['r0', 'unknown']);
    await until(
      () => counts.get('r0'),
      (count) => (count ?? 0) >= 3,
    );
    expect(counts.get('r1')).toBe(1);
    await queue.stop();
    await running;
  });

  it('visits at once what comes into the fleet while nothing is due', async () => {
    const { queue, counts } = counting(2, 1, () => 3_600_000);
    const running = queue.run();
    for (const fleet of [['r0'], ['r0', 'r1']]) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      queue.setDevices(fleet);
      await until(
        () => counts.size,
        (size) => size === fleet.length,
        10,
      );
    }
    expect(counts.get('r0')).toBe(1);
    await queue.stop();
    await running;
  });

  it('forgets devices that left the fleet and waits for visits under way when it stops', async () => {
    const { queue, counts, now } = counting(4, 20, () => 0);
    queue.setDevices(names(4));
    const running = queue.run();
    await until(
      () => counts.size,
      (size) => size === 4,
    );
    queue.setDevices(['r0']);
    await queue.stop();
    await running;
    expect(now.running).toBe(0);
  });

  it('never visits a device twice at a time, although it leaves and comes back during a visit', async () => {
    const { queue, counts, now } = counting(4, 30, () => 3_600_000);
    queue.setDevices(['r0']);
    const running = queue.run();
    await until(
      () => now.running,
      (visits) => visits === 1,
    );
    queue.setDevices([]);
    queue.setDevices(['r0']);
    queue.visitNow(['r0']);
    await until(
      () => counts.get('r0'),
      (count) => count === 2,
    );
    queue.setDevices([]);
    await queue.stop();
    await running;
    expect(now.same).toBe(0);
  });
});
