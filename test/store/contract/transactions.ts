import { expect, test } from 'vitest';
import { openStore } from '../../../controller/store/index.ts';
import type { Place } from '../places.ts';
import {
  approval,
  attempt,
  commitId,
  drift,
  entry,
  event,
  fleetPlan,
  noteApproval,
  planId,
  proposal,
  rollout,
  T0,
  used,
} from '../samples.ts';
import { freshStore } from './subject.ts';

export function transactionsContract(place: Place): void {
  const subject = freshStore(place);
  const auto = { kind: 'auto', by: 'policy/lab' } as const;

  test('a transaction is kept whole and gives its result', async () => {
    const opened = await subject.store.transaction(async (records) => {
      const entered = await records.attempts.open(attempt('r1'));
      await records.approvals.spend(planId('a'), 'r1', entered.id, [auto, used('b')]);
      await records.attempts.step(entered.id, 'one', 'arming', T0, '');
      return entered;
    });
    expect(await subject.store.approvals.spentFor(opened.id)).toEqual([auto, used('b')]);
    expect((await subject.store.attempts.openOf('r1'))?.steps).toHaveLength(1);
  });

  test('a transaction that throws leaves nothing, and what it threw comes out unchanged', async () => {
    const thrown = new TypeError('from the work');
    const work = subject.store.transaction(async (records) => {
      await records.plans.propose(proposal('r1', 'a'));
      await records.audit.append(event('plan'));
      throw thrown;
    });
    await expect(work).rejects.toBe(thrown);
    expect(await subject.store.plans.current('r1')).toBeNull();
    expect(await subject.store.audit.list({ limit: 9 })).toEqual([]);
  });

  test('a refusal that the work handles does not undo the rest', async () => {
    await subject.store.attempts.open(attempt('r1'));
    await subject.store.transaction(async (records) => {
      await records.attempts.open(attempt('r1')).catch(() => undefined);
      await records.audit.append(event('refused'));
    });
    expect(await subject.store.audit.list({ limit: 9 })).toHaveLength(1);
  });

  test('a statement that failed takes the whole transaction with it, even when the work hides the error', async () => {
    const { id } = await subject.store.attempts.open(attempt('r1'));
    const hiding = subject.store.transaction(async (records) => {
      await records.freeze.set({ by: 'alice', reason: '', since: T0 });
      await expect(records.attempts.open(attempt('r2', { id }))).rejects.toMatchObject({ code: 'StoreUnavailable' });
      await records.audit.append(event('after')).catch(() => undefined);
    });
    await expect(hiding).rejects.toMatchObject({ code: 'StoreUnavailable' });
    expect(await subject.store.freeze.get()).toBeNull();
    await subject.store.freeze.set({ by: 'alice', reason: '', since: T0 });
    expect(await subject.store.audit.list({ limit: 9 })).toEqual([]);
  });

  test('transactions that run at the same time do not mix', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 12 }, (_, index) =>
        subject.store.transaction(async (records) => {
          await records.devices.pinSerial(`r${index}`, `HEX${index}`);
          await new Promise(setImmediate);
          if (index % 2 === 0) throw new Error('even');
          await records.devices.setProbed(`r${index}`, { version: '7.20', tier: 'full' });
        }),
      ),
    );
    expect(results.filter((each) => each.status === 'rejected')).toHaveLength(6);
    const devices = await subject.store.devices.list();
    expect(devices.map((device) => device.name).toSorted()).toEqual(['r1', 'r11', 'r3', 'r5', 'r7', 'r9']);
    const probed = await Promise.all(devices.map(async ({ name }) => (await subject.store.devices.get(name))?.probed));
    expect(probed.every((each) => each !== null && each !== undefined)).toBe(true);
  });

  test('the store itself cannot be used inside its own transaction: it would wait for ever', async () => {
    const { store } = subject;
    await expect(store.transaction(() => store.freeze.get())).rejects.toThrow(/records it hands out/);
    await expect(store.transaction(() => store.plans.propose(proposal('r1', 'a')))).rejects.toThrow(/hands out/);
    await expect(store.transaction(() => store.transaction(() => Promise.resolve()))).rejects.toThrow(/hands out/);
    expect(await store.freeze.get()).toBeNull();
  });

  test('reading writes nothing, whole passes of it', async () => {
    const { store } = subject;
    await store.plans.propose(proposal('r1', 'a'));
    await store.drift.report(drift('r1', 'd1'));
    await store.fleetPlans.record(fleetPlan('f', { r1: 'a' }));
    await store.trust.anchor('git', commitId('0'), T0, 'operator:alice');
    await noteApproval(store, approval('1', planId('f')));
    await store.history.append('git', [entry('1', 'c1')]);
    await store.rollouts.add(rollout('1'));
    expect(
      await subject.writes(async () => {
        for (let pass = 0; pass < 20; pass += 1) {
          await store.devices.get('r1');
          await store.attempts.openOf('r1');
          await store.attempts.lastOf('r1', planId('a'));
          await store.plans.propose(proposal('r1', 'a', T0 + pass));
          await store.drift.report(drift('r1', 'd1', T0 + pass));
          await store.fleetPlans.record(fleetPlan('f', { r1: 'a' }, T0 + pass));
          await store.trust.get('git');
          await noteApproval(store, approval('1', planId('f'), { firstSeenAt: T0 + pass }));
          await store.history.append('git', [entry('1', 'c1')]);
          expect(await store.approvals.consentsFor('git', planId('a'), 'r1')).toHaveLength(1);
          await store.history.changesAfter('git', 0);
          await store.history.changesOf('git', [{ kind: 'RouterConfig', name: 'c1' }]);
          await store.revocations.list();
          expect(await store.rollouts.listOpen('git')).toHaveLength(1);
          await store.rollouts.lastWith('git', 'r1', planId('a'));
          await store.transaction((records) => records.freeze.get());
          await store.audit.verify();
          await store.prune({ days: 30 }, T0);
        }
      }),
    ).toBe(false);
  });

  test('a store that a newer release wrote is refused and left as it is', async () => {
    const later = `insert into kysely_migration (name, timestamp) values ('9999-later', '2026-01-01T00:00:00.000Z')`;
    await expect(subject.meddle(later)).rejects.toMatchObject({
      code: 'StoreTooNew',
      message: expect.stringContaining('9999-later') as string,
    });
    await expect(openStore(subject.location)).rejects.toMatchObject({ code: 'StoreTooNew' });
    await place.meddle(subject.location, `delete from kysely_migration where name = '9999-later'`);
    await (await openStore(subject.location)).close();
  });

  test('a store of before statements is refused with what to do, and left as it is', async () => {
    const older = `update kysely_migration set name = '0001-first' where name = '0001-statements'`;
    await expect(subject.meddle(older)).rejects.toMatchObject({
      code: 'StoreTooOld',
      message: expect.stringContaining('Begin with an empty state folder') as string,
    });
    await place.meddle(
      subject.location,
      `update kysely_migration set name = '0001-statements' where name = '0001-first'`,
    );
    await (await openStore(subject.location)).close();
  });

  test('what was written is there after the store is opened again', async () => {
    await subject.store.plans.propose(proposal('r1', 'a'));
    await subject.meddle('select 1');
    expect((await subject.store.plans.current('r1'))?.id).toBe(planId('a'));
  });

  test('a closed store says that it is not available', async () => {
    const store = await openStore(await place.create());
    await store.close();
    await expect(store.freeze.get()).rejects.toMatchObject({ code: 'StoreUnavailable' });
    await expect(store.transaction((records) => records.freeze.get())).rejects.toMatchObject({
      code: 'StoreUnavailable',
    });
    await expect(store.prune({ days: 1 }, T0)).rejects.toMatchObject({ code: 'StoreUnavailable' });
  });

  test('a folder has one controller, a PostgreSQL many', () => {
    expect(subject.store.exclusive).toBe(place.name === 'SQLite');
  });
}
