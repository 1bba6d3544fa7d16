import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { planIdOf } from '#differ';
import type { Store } from '../../controller/records/store.ts';
import { openStore } from '../../controller/store/index.ts';
import { startPostgres } from '../support/postgres.ts';
import { asThen, contentsOf, expectedContents, FIXTURE, placeFixture, rowsIn } from './fixture.ts';
import { postgres, sqlite } from './places.ts';
import { event } from './samples.ts';

const server = await startPostgres();
afterAll(async () => {
  if (typeof server !== 'string') await server.stop();
});

const shared = typeof server === 'string' ? [] : [postgres(server)];
const missing = typeof server === 'string' ? [server] : [];
const expected = expectedContents();
const LATER = 1_800_000_000_000;

describe.each([sqlite, ...shared])('a store of the first release in $name', (place) => {
  let store: Store;
  beforeEach(async () => {
    const location = await place.create();
    await placeFixture(location);
    store = await openStore(location);
  });
  afterEach(async () => await store.close());

  test('says what it said then', async () => {
    expect(asThen(await contentsOf(store))).toEqual(expected);
    for (const table of ['devices', 'plans', 'approvals', 'attempts', 'rollouts', 'snapshots', 'health'] as const)
      expect(expected[table]).toHaveLength(rowsIn(table));
  });

  test('holds plans whose ids are still the digests of their bodies', async () => {
    const { plans, attempts } = await contentsOf(store);
    for (const plan of plans) expect(planIdOf(plan?.body as never)).toBe(plan?.id);
    for (const { payload, planId } of attempts) expect(planIdOf(payload.body)).toBe(planId);
    expect(new Set(attempts.map(({ payload }) => payload.purpose))).toEqual(new Set(['apply', 'rollback']));
  });

  test('has an audit that is whole and goes on', async () => {
    expect(await store.audit.verify(expected.auditHead)).toBeNull();
    await store.audit.append(event('went.on'));
    expect(await store.audit.verify(expected.auditHead)).toBeNull();
    expect(await store.audit.head()).toMatchObject({ sequence: rowsIn('audit') + 1 });
  });

  test('lets another controller end the attempts that are open, and begin the next ones', async () => {
    for (const { device, planId } of expected.open) {
      const open = await store.attempts.openOf(device);
      if (open === null) throw new Error(`nothing is open on ${device}`);
      expect(await store.attempts.takeOver(open.id, 'next', open.leaseUntil, LATER)).toBe(true);
      await store.attempts.step(open.id, 'next', 'undoing', LATER, 'taken over');
      await store.attempts.end(open.id, 'next', 'undone', LATER, 'not confirmed in time');
      expect(await store.attempts.lastOf(device, planId)).toEqual({
        ...open,
        holder: 'next',
        leaseUntil: LATER,
        steps: [...open.steps, { step: 'undoing', at: LATER, detail: 'taken over' }],
        end: 'undone',
        endedAt: LATER,
        endReason: 'not confirmed in time',
      });
      const next = await store.attempts.open({ ...open, id: `next of ${device}`, holder: 'next', leaseUntil: LATER });
      expect(next).toMatchObject({ number: open.number + 1, payload: open.payload, end: null });
      expect((await store.attempts.list(device, 2)).map(({ id }) => id)).toEqual([next.id, open.id]);
    }
  });

  test('takes a current plan for the one that it is, and another one in its place', async () => {
    const [entry] = await store.plans.listCurrent();
    const current = entry === undefined ? null : await store.plans.get(entry.id);
    if (current === null) throw new Error('no plan');
    const { supersededAt: _none, ...plan } = current;
    expect(await store.plans.propose({ ...plan, createdAt: LATER })).toBe(current.createdAt);
    const body = { ...plan.body, confirmWithinSeconds: 90 };
    const next = { ...plan, body, id: planIdOf(body), createdAt: LATER };
    expect(await store.plans.propose(next)).toBe(LATER);
    expect(await store.plans.get(current.id)).toEqual({ ...current, supersededAt: LATER });
    expect(await store.plans.current(plan.device)).toEqual({ ...next, supersededAt: null });
  });

  test('spends no approval again, and lets rollouts and bases go on', async () => {
    const [attempt] = expected.attempts.filter(({ device, end }) => device === 'p2' && end === 'confirmed');
    if (attempt === undefined) throw new Error('p2 was not changed');
    const used = await store.approvals.spentFor(attempt.id);
    await expect(store.approvals.spend(attempt.planId, 'p2', 'again', used)).rejects.toMatchObject({
      code: 'ApprovalSpent',
    });
    for (const rollout of await store.rollouts.listOpen(FIXTURE.source)) {
      const next = { ...rollout, state: 'paused' as const, since: LATER, version: rollout.version + 1 };
      await store.rollouts.save(next);
      expect(await store.rollouts.get(rollout.id)).toEqual(next);
    }
    const known = expected.devices.find(({ name }) => name === 'p2');
    await store.devices.setBase('p2', attempt.payload.desired, 'next', LATER);
    expect(await store.devices.get('p2')).toEqual({
      ...known,
      base: attempt.payload.desired,
      baseRevision: 'next',
      confirmedAt: LATER,
    });
  });

  test('keeps what retention always keeps', async () => {
    expect(await store.prune({ days: 1 }, LATER)).toBeGreaterThan(0);
    const { current, open, openRollouts, drift, audit, secret, freeze } = await contentsOf(store);
    expect({ current, open, openRollouts, drift, audit, secret, freeze }).toEqual({
      current: expected.current,
      open: expected.open,
      openRollouts: expected.openRollouts,
      drift: expected.drift,
      audit: expected.audit,
      secret: expected.secret,
      freeze: expected.freeze,
    });
  });
});

test.each(missing)('PostgreSQL NOT TESTED on this machine; continuous integration has to have it', () => {
  expect(process.env['CI']).toBeUndefined();
});
