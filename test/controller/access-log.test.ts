import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type Store } from '#controller';
import { steppedClock, type SteppedClock } from '#test/stepped-clock.ts';
import { temporaryFolder, until } from '#test/rig.ts';
import { auditRows } from '../../controller/operations/audit-rows.ts';
import type { Access } from '../../controller/records/accesses.ts';
import { AccessLog } from '../../controller/reports/access-log.ts';
import { createLog } from '../../controller/telemetry/log.ts';

let folder: string;
let store: Store;
let clock: SteppedClock;
let down: boolean;
let log: AccessLog;
let stopping: AbortController;

beforeEach(async () => {
  folder = await temporaryFolder();
  store = await openStore({ folder });
  clock = steppedClock();
  down = false;
  stopping = new AbortController();
  const transaction: Store['transaction'] = (work) =>
    down ? Promise.reject(new Error('the disk is full')) : store.transaction(work);
  const pace = {
    now: () => clock.now(),
    monotonic: () => clock.now(),
    sleep: (milliseconds: number, signal?: AbortSignal) => clock.sleep(milliseconds, signal),
  };
  log = new AccessLog({ store: { transaction }, clock, pace, log: createLog('silent') });
  void log.run(stopping.signal);
});
afterEach(async () => {
  stopping.abort();
  await store.close();
  await rm(folder, { recursive: true });
});

const GRAFANA: Access = { actor: 'token:grafana', operation: 'status', device: null, outcome: 'ok' };
const ANN: Access = { ...GRAFANA, actor: 'operator:ann' };

async function second(...accesses: readonly Access[]): Promise<void> {
  for (const access of accesses) log.note(access);
  await clock.advance(1000);
  // A commit takes real time.
  await until(
    () => clock.sleeping,
    (sleeping) => sleeping > 0,
  );
}

async function counts(): Promise<readonly number[]> {
  return (await store.accesses.list({ limit: 100 })).map(({ count }) => count).toReversed();
}

async function chained(): Promise<number> {
  return (await store.audit.search({ action: 'reads.gathered', limit: 100 })).records.length;
}

describe('who asked for what', () => {
  it('is written once a second: equal requests as one row, and one record of the chain with their digest', async () => {
    await second(GRAFANA, GRAFANA, { ...GRAFANA, device: 'r1' });
    await second();
    await second(GRAFANA);
    expect(await counts()).toEqual([2, 1, 1]);
    expect(await chained()).toBe(2);
    expect((await store.audit.search({ action: 'reads.gathered', limit: 9 })).records[1]).toMatchObject({
      actor: 'controller',
      detail: { rows: 2, reads: 3 },
    });
    expect(await auditRows(store).brokenAt('all')).toBeNull();
    expect(await store.audit.verify()).toBeNull();
  });

  it('is written once a minute for an operator who looks again and again, and at once when they look elsewhere', async () => {
    await second(ANN);
    for (let at = 0; at < 30; at += 1) await second(ANN);
    expect(await counts()).toEqual([1]);
    expect(log.waiting()).toBe(30);
    await second({ ...ANN, operation: 'history', device: 'r1' });
    expect(await counts()).toEqual([1, 30, 1]);
    for (let at = 0; at < 70; at += 1) await second(ANN);
    expect(await chained()).toBeLessThanOrEqual(4);
    await log.close();
    expect((await counts()).reduce((sum, count) => sum + count, 0)).toBe(102);
  }, 60_000);

  it('waits while the store takes nothing, and is written as a count then', async () => {
    down = true;
    for (let at = 0; at < 5; at += 1) await second(GRAFANA);
    expect(log.waiting()).toBe(5);
    expect(await counts()).toEqual([]);
    down = false;
    await second();
    expect(await counts()).toEqual([5]);
    expect(log.waiting()).toBe(0);
    expect(await auditRows(store).brokenAt('all')).toBeNull();
  });

  it('is bounded for those whom nobody knows, and for names that nobody has', async () => {
    for (let at = 0; at < 500; at += 1)
      log.note({
        actor: `address:2001:db8::${at}`,
        operation: 'authenticate',
        device: null,
        outcome: 'NotAuthenticated',
      });
    for (let at = 0; at < 5000; at += 1)
      log.note({ ...GRAFANA, device: `made-up-${at}`.repeat(50), outcome: 'NotFound' });
    expect(log.waiting()).toBe(5500);
    await second();
    const rows = await store.accesses.list({ limit: 9999 });
    expect(rows.filter(({ actor }) => actor.startsWith('address:'))).toHaveLength(21);
    expect(rows.length).toBeLessThanOrEqual(2001);
    expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(5500);
    expect(Math.max(...rows.map(({ device }) => device?.length ?? 0))).toBe(200);
  });
});
