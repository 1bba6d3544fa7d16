import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Store } from '../../../controller/records/store.ts';
import { openStore, type StoreLocation } from '../../../controller/store/index.ts';
import { openPostgres } from '../../../controller/store/postgres.ts';
import { urlOf, type Place } from '../places.ts';
import {
  approval,
  attempt,
  drift,
  entry,
  event,
  fleetPlan,
  member,
  noteApproval,
  planId,
  proposal,
  rollout,
  sighted,
  T0,
  used,
} from '../samples.ts';

export function sharedContract(place: Place): void {
  let location: StoreLocation;
  let one: Store;
  let two: Store;
  beforeEach(async () => {
    location = await place.create();
    // Together, so that every test also shows that both may make the tables.
    [one, two] = await Promise.all([openStore(location), openStore(location)]);
  });
  afterEach(async () => {
    await Promise.all([one.close(), two.close()]);
  });

  test('controllers that start together on an empty database all come up', async () => {
    const empty = await place.create();
    const stores = await Promise.all(Array.from({ length: 6 }, () => openStore(empty)));
    await stores[0]?.audit.append(event('up'));
    expect(await stores[5]?.audit.list({ limit: 9 })).toHaveLength(1);
    await Promise.all(stores.map((store) => store.close()));
  });

  test('two controllers race for a device: exactly one opens the attempt, every time', async () => {
    for (let round = 1; round <= 50; round += 1) {
      const tries = await Promise.allSettled([
        one.attempts.open(attempt('r1', { holder: 'one' })),
        two.attempts.open(attempt('r1', { holder: 'two' })),
      ]);
      const won = tries.filter((each) => each.status === 'fulfilled').map((each) => each.value);
      const lost = tries.filter((each) => each.status === 'rejected').map((each) => each.reason as unknown);
      expect(won).toMatchObject([{ number: round }]);
      expect(lost).toMatchObject([{ code: 'AttemptOpen' }]);
      for (const { id, holder } of won) await (holder === 'one' ? one : two).attempts.end(id, holder, 'closed', T0, '');
    }
  });

  test('two controllers use one approval: exactly one enters, every time', async () => {
    for (let round = 0; round < 30; round += 1) {
      const device = `r${round}`;
      const entering = (store: Store, id: string) =>
        store.transaction(async (records) => {
          await records.approvals.spend(planId('a'), device, id, [used('b')]);
          await records.audit.append(event('entered', { device }));
        });
      const tries = await Promise.allSettled([entering(one, `one-${round}`), entering(two, `two-${round}`)]);
      const lost = tries.filter((each) => each.status === 'rejected').map((each) => each.reason as unknown);
      expect(lost).toMatchObject([{ code: 'ApprovalSpent' }]);
      const winner = tries[0].status === 'fulfilled' ? 'one' : 'two';
      expect(await two.approvals.spentFor(`${winner}-${round}`)).toEqual([used('b')]);
      expect(await one.audit.list({ device, limit: 9 })).toHaveLength(1);
    }
  });

  test('two controllers save one version of a rollout: exactly one wins, every time', async () => {
    await one.rollouts.add(rollout('1'));
    for (let version = 2; version < 32; version += 1) {
      const tries = await Promise.allSettled([
        one.rollouts.save(rollout('1', { version, reason: 'one', members: [member('r1', 'a')] })),
        two.rollouts.save(rollout('1', { version, reason: 'two', members: [member('r1', 'a'), member('r2', 'b')] })),
      ]);
      const lost = tries.filter((each) => each.status === 'rejected').map((each) => each.reason as unknown);
      expect(lost).toMatchObject([{ code: 'RolloutMoved' }]);
      const winner = tries[0].status === 'fulfilled' ? 'one' : 'two';
      expect(await one.rollouts.get(rollout('1').id)).toMatchObject({ version, reason: winner });
      expect(await one.rollouts.lastWith('git', 'r2', planId('b'))).toEqual(
        winner === 'two' ? await two.rollouts.get(rollout('1').id) : null,
      );
    }
  });

  test('one begins what a rollout released while the other takes it back: exactly one of both, every time', async () => {
    const { id } = rollout('1');
    await one.rollouts.add(rollout('1', { members: [member('r1', 'a')] }));
    for (let version = 2; version < 62; version += 2) {
      await one.rollouts.save(rollout('1', { version, members: [member('r1', 'a', { state: 'released' })] }));
      const begins = one.transaction(async (records) => {
        const held = await records.rollouts.hold(id);
        if (held?.members[0]?.state !== 'released') return null;
        return await records.attempts.open(attempt('r1'));
      });
      const takesBack = two.rollouts
        .save(rollout('1', { version: version + 1, members: [member('r1', 'a', { state: 'skipped' })] }))
        .then(
          () => 'skipped',
          (error: unknown) => {
            expect(error).toMatchObject({ code: 'RolloutMoved' });
            return 'refused';
          },
        );
      const [begun, end] = await Promise.all([begins, takesBack]);
      expect([begun !== null, end]).toEqual(begun === null ? [false, 'skipped'] : [true, 'refused']);
      if (begun !== null) await one.attempts.end(begun.id, 'one', 'closed', T0, '');
      const members = [member('r1', 'a', { state: 'released' as const })];
      if (end === 'refused') await one.rollouts.save(rollout('1', { version: version + 1, members }));
    }
  });

  test('two controllers advance the trusted head: exactly one moves it, every time', async () => {
    await one.trust.anchor('git', 'start', T0, 'operator:alice');
    let head = 'start';
    for (let round = 0; round < 30; round += 1) {
      const tries = await Promise.allSettled([
        one.trust.advance('git', head, `${round}-one`, T0),
        two.trust.advance('git', head, `${round}-two`, T0),
      ]);
      const lost = tries.filter((each) => each.status === 'rejected').map((each) => each.reason as unknown);
      expect(lost).toMatchObject([{ code: 'TrustMoved' }]);
      head = tries[0].status === 'fulfilled' ? `${round}-one` : `${round}-two`;
      expect((await two.trust.get('git'))?.head).toBe(head);
    }
  });

  test('two controllers see the same statements: both are told one time, and one of them noted each approval', async () => {
    for (let round = 0; round < 20; round += 1) {
      const seen = ['a', 'b', 'c', 'd'].map((letter) => sighted(letter, { statement: `${letter}${round}` }));
      const noted = approval('a', planId('1'), { id: `a${round}` });
      const [seenByOne, seenByTwo] = await Promise.all([
        one.statements.note('git', seen, T0 + 1),
        two.statements.note('git', seen.toReversed(), T0 + 2),
      ]);
      const [byOne, byTwo] = await Promise.all([one, two].map((store) => noteApproval(store, noted)));
      expect(seenByOne).toEqual(seenByTwo);
      expect(byOne).toBe(!byTwo);
    }
  });

  test('an attempt whose controller went away is taken over once its lease is over', async () => {
    const { id } = await one.attempts.open(attempt('r1', { holder: 'one', leaseUntil: T0 + 100 }));
    expect(await two.attempts.takeOver(id, 'two', T0 + 50, T0 + 900)).toBe(false);
    expect(await two.attempts.takeOver(id, 'two', T0 + 101, T0 + 900)).toBe(true);
    await expect(one.attempts.step(id, 'one', 'applying', T0, '')).rejects.toMatchObject({ code: 'AttemptLost' });
    await two.attempts.end(id, 'two', 'undone', T0, '');
  });

  test('a step and a takeover at the same moment: never a step of somebody who has lost', async () => {
    for (let round = 0; round < 20; round += 1) {
      const { id } = await one.attempts.open(attempt('r1', { holder: 'one', leaseUntil: T0 }));
      const [step] = await Promise.allSettled([
        one.attempts.step(id, 'one', 'arming', T0, 'one'),
        two.attempts
          .takeOver(id, 'two', T0 + 1, T0 + 900)
          .then(() => two.attempts.step(id, 'two', 'undoing', T0, 'two')),
      ]);
      const details = (await two.attempts.openOf('r1'))?.steps.map((each) => each.detail);
      expect(details).toEqual(step.status === 'fulfilled' ? ['one', 'two'] : ['two']);
      await two.attempts.end(id, 'two', 'closed', T0, '');
    }
  });

  test('the audit is one chain, whoever appends', async () => {
    await Promise.all(
      Array.from({ length: 60 }, (_, index) => (index % 2 === 0 ? one : two).audit.append(event(`${index}`))),
    );
    expect((await two.audit.list({ limit: 99 })).map((each) => each.sequence)).toEqual(
      Array.from({ length: 60 }, (_, index) => 60 - index),
    );
    expect(await one.audit.verify()).toBeNull();
  });

  test('both report the same and it is there once', async () => {
    const revision = { id: 'rev-1', source: 'folder', firstSeenAt: T0, files: {} };
    const revocation = { key: 'SHA256:abc', at: T0, by: 'operator:alice', reason: '' };
    await Promise.all(
      [one, two].flatMap((store) => [
        store.revisions.accept(revision),
        store.fleetPlans.record(fleetPlan('a', { r1: 'a' })),
        store.statements.note('git', [sighted('a')], T0).then(() => store.history.append('git', [entry('a', 'c1')])),
        store.revocations.revoke(revocation),
        store.plans.propose(proposal('r1', 'a')),
        store.drift.report(drift('r1', 'd1')),
        store.devices.pinSerial('r1', 'HEX1'),
      ]),
    );
    for (const table of [
      'revisions',
      'fleet_plans',
      'statements',
      'history',
      'object_changes',
      'revocations',
      'plans',
      'drift',
      'devices',
    ]) {
      expect(await place.meddle(location, `select 1 from ${table}`)).toHaveLength(1);
    }
  });

  test('connections that the server drops are made anew', async () => {
    await one.freeze.get();
    await place.meddle(
      location,
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await expect
      .poll(() =>
        one.freeze.get().then(
          () => 'up',
          () => 'down',
        ),
      )
      .toBe('up');
    await one.audit.append(event('after'));
    expect(await one.audit.verify()).toBeNull();
  });

  test('commits wait for the disk even where the server says they need not', async () => {
    const [row] = await place.meddle(location, 'select current_database() as name');
    await place.meddle(location, `alter database ${String(row?.name)} set synchronous_commit = off`);
    const db = openPostgres(urlOf(location));
    expect((await sql`show synchronous_commit`.execute(db)).rows).toEqual([{ synchronous_commit: 'on' }]);
    await db.destroy();
  });

  test('a database that does not answer is named without its password', async () => {
    const url = new URL(urlOf(location));
    url.port = '1';
    url.password = 'hunter2';
    const failure = await openStore({ databaseUrl: url.href }).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'StoreUnavailable',
      message: expect.stringContaining('127.0.0.1:1') as string,
    });
    expect((failure as Error).message).not.toContain('hunter2');
  });

  test('a wrong password is no secret in the message', async () => {
    const url = new URL(urlOf(location));
    url.password = 'hunter2';
    const failure = await openStore({ databaseUrl: url.href }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'StoreUnavailable' });
    expect(JSON.stringify([failure, String(failure)])).not.toContain('hunter2');
  });
}
