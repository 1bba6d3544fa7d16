import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makePlan, remainingChanges, type DesiredState } from '#differ';
import type { MenuPath, Row } from '#routeros';
import { connectRouter, type RestSession } from '#routeros/rest';
import { callerWith } from '#test/memory-console.ts';
import { declared, desiredOf, list, liveOf } from '#test/planning.ts';
import { batchAt, stepsOf, type Batch } from '../../controller/apply/batches.ts';
import { indexTouched } from '../../controller/apply/relation.ts';
import { armedNamesOf } from '../../controller/apply/token.ts';
import { writeBatch } from '../../controller/apply/write-batch.ts';
import type { AttemptRecord } from '../../controller/records/attempts.ts';
import { oneRouter, type OneRouter } from './rest.ts';

const LIST = '/ip/firewall/address-list';
const STATIC = '/ip/dns/static';
const PLAN_ID = `sha256:${'b'.repeat(64)}` as const;
const GUARD = armedNamesOf(PLAN_ID, 1).armed;
const CALLER = callerWith();
const MANY = 120;
const never = new AbortController().signal;

let one: OneRouter;
let session: RestSession;
beforeAll(async () => {
  one = await oneRouter({ version: '7.20.8' });
  session = connectRouter({ url: one.router.url, username: 'ctl', password: 'pw' });
});
afterAll(async () => {
  await session.close();
  await one.fleet.close();
});
beforeEach(() => {
  for (const menu of [LIST, STATIC, '/system/script'])
    for (const row of one.router.console.rows(menu, CALLER))
      one.router.console.remove(menu, row['.id'] as string, CALLER);
  one.router.console.add('/system/script', { name: GUARD, source: ':put 1', policy: 'read,write' }, CALLER);
});

const entry = (index: number, more: Row = {}): Row => ({
  list: 'feed',
  address: `198.51.${index >> 7}.${index & 127}`,
  ...more,
});
const entries = (count: number, more: (index: number) => Row = () => ({})): readonly Row[] =>
  Array.from({ length: count }, (_, index) => entry(index, more(index)));

function seed(menu: MenuPath, rows: readonly Row[]): void {
  for (const row of rows) one.router.console.add(menu, row, CALLER);
}

function held(menu: MenuPath = LIST): readonly Row[] {
  return one.router.console.rows(menu, CALLER);
}

/** Writes the plan from what the router holds to `rows`; `base` is what was declared before. */
async function bring(menu: MenuPath, rows: readonly Row[], base: readonly Row[], most = 1000) {
  const state = (of: readonly Row[]): DesiredState => desiredOf({ [menu]: list(declared(of)) });
  const plan = makePlan({
    desired: state(rows),
    base: state(base),
    live: liveOf({ [menu]: await session.print(menu) }),
  });
  const attempt = { planId: PLAN_ID, number: 1, payload: { plan } } as unknown as AttemptRecord;
  const read = async () => liveOf({ [menu]: await session.print(menu) });
  const index = indexTouched(plan, await read());
  const steps = stepsOf(plan.changes, index);
  const batches: Batch[] = [];
  let failed = 0;
  for (let at = 0; at < steps.length;) {
    const batch = batchAt(steps, at, index, most, GUARD);
    batches.push(batch);
    failed += await writeBatch(session, attempt, batch, index, never);
    at += 'one' in batch ? 1 : batch.count;
  }
  return { batches, failed, plan, left: async () => remainingChanges(plan, await read()) };
}

const scripts = (batches: readonly Batch[]) => batches.filter((batch) => 'script' in batch);

describe('many changes of one menu', () => {
  it('are added by one script, whatever their texts and fields', async () => {
    const rows = entries(MANY, (index) => ({ comment: index % 3 === 0 ? `it's $x "${index}" ü` : 'same' }));
    const { batches, failed, left } = await bring(LIST, rows, []);
    expect(failed).toBe(0);
    expect(await left()).toEqual([]);
    expect(batches).toHaveLength(1);
    expect(held()).toHaveLength(MANY);
  });

  it('are added by one script for each set of fields, those without comment apart', async () => {
    const rows = entries(MANY, (index): Row => (index % 2 === 0 ? { comment: `no ${index}` } : {}));
    const { batches, left } = await bring(LIST, rows, []);
    expect(scripts(batches)).toHaveLength(2);
    expect(batches).toHaveLength(2);
    expect(await left()).toEqual([]);
  });

  it('are set and removed by scripts that read the list once, and other rows stay', async () => {
    const before = entries(MANY, (index) => ({ comment: `old ${index}` }));
    seed(LIST, [...before, { list: 'other', address: '198.51.0.1', comment: 'mine' }]);
    const changed = before.slice(0, 80).map((row, index) => ({ ...row, comment: `new ${index}` }));
    const { batches, failed, left } = await bring(LIST, changed, before);
    expect(failed).toBe(0);
    expect(batches.map((batch) => ('script' in batch ? [batch.kind, batch.count] : 'one'))).toEqual([
      ['set', 80],
      ['remove', 40],
    ]);
    for (const batch of scripts(batches)) {
      if (!('script' in batch)) continue;
      expect(batch.script.match(/ print /g)).toHaveLength(1);
      expect(batch.script).not.toContain('address-list find');
      expect(batch.script).not.toMatch(/\*[0-9A-F]+/);
    }
    expect(await left()).toEqual([]);
    expect(held().filter((row) => row['list'] === 'other')).toHaveLength(1);
  });

  it('are found by several fields where one does not tell them apart', async () => {
    const before = Array.from({ length: MANY }, (_, index): Row => ({
      name: `host-${index % 60}`,
      type: index % 2 === 0 ? 'A' : 'TXT',
      ...(index % 2 === 0 ? { address: `192.0.2.${index}` } : { text: `${index}:1` }),
    }));
    seed(STATIC, before);
    const { failed, left, batches } = await bring(STATIC, [], before);
    expect(failed).toBe(0);
    expect(await left()).toEqual([]);
    expect(scripts(batches)).toHaveLength(1);
    expect(held(STATIC)).toEqual([]);
  });

  it('are not mistaken for rows whose fields read the same when they are put together', async () => {
    const before = Array.from({ length: 30 }, (_, index): Row => ({ list: `l${index}`, address: `1.192.0.${index}` }));
    seed(LIST, [...before, { list: 'l11', address: '192.0.2.9' }]);
    const { left } = await bring(LIST, [], before);
    expect(await left()).toEqual([]);
    expect(held().map((row) => row['list'])).toEqual(['l11']);
  });

  it('fit the size of a script, and the number of rows asked for', async () => {
    const rows = entries(300, (index) => ({ comment: `${'long '.repeat(60)}${index}` }));
    const { batches, left } = await bring(LIST, rows, []);
    expect(batches.length).toBeGreaterThan(1);
    for (const batch of batches) expect('script' in batch ? batch.script.length : 0).toBeLessThanOrEqual(48_000);
    expect(await left()).toEqual([]);
    const removed = await bring(LIST, [], rows, 50);
    expect(removed.batches).toHaveLength(6);
  });

  it('count as failed where the router refuses them, and the others are written', async () => {
    seed(LIST, [entry(3, { timeout: '1d' }), entry(5, { timeout: '1d' })]);
    const rows = entries(MANY);
    const script = batchOf(rows);
    expect(await writeBatch(session, attemptOf(), script, new Map(), never)).toBe(2);
    expect(held()).toHaveLength(MANY);
  });

  it('are left alone when somebody added rows that read like them', async () => {
    const before = entries(MANY);
    seed(LIST, before);
    const live = liveOf({ [LIST]: await session.print(LIST) });
    const none = desiredOf({ [LIST]: list([]) });
    const plan = makePlan({ desired: none, base: desiredOf({ [LIST]: list(declared(before)) }), live });
    const rows = indexTouched(plan, live);
    const batch = batchAt(stepsOf(plan.changes, rows), 0, rows, 1000, GUARD);
    one.router.console.add(LIST, entry(7, { disabled: 'yes' }), CALLER);
    expect(await writeBatch(session, attemptOf(), batch, rows, never)).toBe(MANY);
    expect(held()).toHaveLength(MANY + 1);
  });

  it('are not removed when one is gone and somebody added a disabled twin of another', async () => {
    const before = entries(MANY);
    seed(LIST, before);
    const live = liveOf({ [LIST]: await session.print(LIST) });
    const none = desiredOf({ [LIST]: list([]) });
    const plan = makePlan({ desired: none, base: desiredOf({ [LIST]: list(declared(before)) }), live });
    const rows = indexTouched(plan, live);
    const batch = batchAt(stepsOf(plan.changes, rows), 0, rows, 1000, GUARD);
    const gone = held().find((row) => row['address'] === entry(9)['address']);
    one.router.console.remove(LIST, gone?.['.id'] as string, CALLER);
    one.router.console.add(LIST, entry(7, { disabled: 'yes', comment: 'of somebody else' }), CALLER);
    await writeBatch(session, attemptOf(), batch, rows, never);
    expect(held().map((row) => row['comment'])).toContain('of somebody else');
  });

  it('nor changed in place then', async () => {
    const before = entries(MANY, (index) => ({ comment: `old ${index}` }));
    seed(LIST, before);
    const live = liveOf({ [LIST]: await session.print(LIST) });
    const wanted = before.map((row, index) => ({ ...row, comment: `new ${index}` }));
    const plan = makePlan({
      desired: desiredOf({ [LIST]: list(declared(wanted)) }),
      base: desiredOf({ [LIST]: list(declared(before)) }),
      live,
    });
    const rows = indexTouched(plan, live);
    const batch = batchAt(stepsOf(plan.changes, rows), 0, rows, 1000, GUARD);
    const gone = held().find((row) => row['address'] === entry(9)['address']);
    one.router.console.remove(LIST, gone?.['.id'] as string, CALLER);
    one.router.console.add(LIST, entry(7, { disabled: 'yes', comment: 'of somebody else' }), CALLER);
    await writeBatch(session, attemptOf(), batch, rows, never);
    expect(held().map((row) => row['comment'])).toContain('of somebody else');
  });

  it('go in the order of the plan where they take over from each other', async () => {
    const LEASE = '/ip/dhcp-server/lease';
    const before = Array.from({ length: 30 }, (_, index): Row => ({
      'mac-address': `02:00:00:00:00:${(index + 16).toString(16).toUpperCase()}`,
      address: `10.0.0.${index + 10}`,
    }));
    seed(LEASE, before);
    const wanted = before.map((row, index) => ({
      ...row,
      address: `10.0.0.${index + 11}`,
      ...(index % 2 === 0 ? { comment: 'x' } : {}),
    }));
    const { failed, left, batches } = await bring(LEASE, wanted, before);
    expect(scripts(batches)).toEqual([]);
    expect(failed).toBe(0);
    expect(await left()).toEqual([]);
  });

  it('are not written where no undo is armed', async () => {
    const batch = batchOf(entries(MANY));
    one.router.console.remove(
      '/system/script',
      one.router.console.rows('/system/script', CALLER)[0]?.['.id'] as string,
      CALLER,
    );
    await expect(writeBatch(session, attemptOf(), batch, new Map(), never)).rejects.toMatchObject({
      code: 'Refused',
      effect: 'none',
    });
    expect(held()).toEqual([]);
  });

  it('go one by one where a tuple has twins, or there are few', async () => {
    const before = entries(MANY);
    seed(LIST, [...before, entry(9, { disabled: 'yes' })]);
    const some = await bring(LIST, before.slice(19), before);
    expect(scripts(some.batches)).toEqual([]);
    seed(LIST, [entry(40, { disabled: 'yes' })]);
    const rest = await bring(LIST, [], before.slice(19));
    expect(rest.batches.map((batch) => ('script' in batch ? batch.count : 'one'))).toEqual(['one', MANY - 20]);
    expect(held().map((row) => row['disabled'])).toEqual(['true', 'true']);
  });
});

function attemptOf(): AttemptRecord {
  return { planId: PLAN_ID, number: 1, payload: { plan: { changes: [] } } } as unknown as AttemptRecord;
}

/** The script that adds these rows to a router that holds none. */
function batchOf(rows: readonly Row[]): Batch {
  const plan = makePlan({
    desired: desiredOf({ [LIST]: list(declared(rows)) }),
    base: null,
    live: liveOf({ [LIST]: [] }),
  });
  const index = indexTouched(plan, liveOf({ [LIST]: [] }));
  return batchAt(stepsOf(plan.changes, index), 0, index, 1000, GUARD);
}
