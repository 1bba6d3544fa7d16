import { describe, expect, test } from 'vitest';
import type { RolloutMemberState, RolloutState } from '../../../controller/records/rollouts.ts';
import type { Place } from '../places.ts';
import { attempt, fleetPlan, member, planId, rollout, T0 } from '../samples.ts';
import { freshStore } from './subject.ts';

const OPEN: readonly RolloutState[] = ['running', 'paused', 'halted', 'undoing'];
const ENDED: readonly RolloutState[] = ['done', 'aborted', 'superseded', 'undone'];

export function rolloutsContract(place: Place): void {
  const subject = freshStore(place);

  describe('fleet plans', () => {
    test('each is recorded once, and recording it again writes nothing', async () => {
      const { fleetPlans } = subject.store;
      expect(await fleetPlans.latest()).toBeNull();
      expect(await fleetPlans.get(planId('a'))).toBeNull();
      await fleetPlans.record(fleetPlan('a', { r2: '2', r1: '1' }));
      await fleetPlans.record(fleetPlan('b', {}, T0 + 1));
      expect(
        await subject.writes(() => fleetPlans.record({ ...fleetPlan('a', { r2: '2', r1: '1' }), createdAt: T0 + 2 })),
      ).toBe(false);
      expect(await fleetPlans.latest()).toEqual(fleetPlan('b', {}, T0 + 1));
      expect(await fleetPlans.get(planId('a'))).toEqual(fleetPlan('a', { r2: '2', r1: '1' }));
    });

    test('one of thousands of devices is recorded with each of them', async () => {
      const devices = Array.from({ length: 5000 }, (_, index) => [`r${index}`, '1'] as const);
      await subject.store.fleetPlans.record(fleetPlan('a', Object.fromEntries(devices)));
      expect((await subject.store.fleetPlans.get(planId('a')))?.plans).toHaveLength(5000);
    });
  });

  describe('rollouts', () => {
    test('one comes back as it was added and saved', async () => {
      const { rollouts } = subject.store;
      const added = rollout('1', { policy: null, members: [member('r1', '1'), member('r2', '2', { wave: 1 })] });
      await rollouts.add(added);
      expect(await rollouts.get(added.id)).toEqual(added);
      const saved = {
        ...added,
        state: 'halted' as const,
        reason: 'r1 said \0',
        since: T0 + 5,
        wave: 1,
        waveDoneAt: T0 + 4,
        nextWave: 'asked' as const,
        forgivenAt: T0 + 3,
        members: [
          member('r1', '1', { state: 'failed', since: T0 + 5, reason: 'health' }),
          member('r2', '2', { wave: 1 }),
        ],
        version: 2,
      };
      await rollouts.save(saved);
      expect(await rollouts.get(added.id)).toEqual(saved);
      expect(await rollouts.get('ro-none')).toBeNull();
      await expect(rollouts.add(added)).rejects.toMatchObject({ code: 'StoreUnavailable' });
    });

    test('members are as they are stored, whatever was decided and rolled back', async () => {
      const { store } = subject;
      const added = rollout('1', { members: [member('r1', '1'), member('r2', '2')] });
      const next = { ...added, members: [member('r1', '1', { state: 'released' }), member('r2', '2')], version: 2 };
      const other = rollout('2', { policy: 'other', members: [member('r3', '3')] });
      await store.rollouts.add(added);
      await store.rollouts.add(other);
      const held = (): Promise<unknown> =>
        store.transaction(async ({ rollouts }) => await rollouts.holdLastWith('git', 'r1', planId('1')));
      expect(await held()).toEqual(added);
      await expect(
        store.transaction(async ({ rollouts }) => {
          await rollouts.save(next);
          expect(await rollouts.holdLastWith('git', 'r1', planId('1'))).toEqual(next);
          throw new Error('changed its mind');
        }),
      ).rejects.toThrow('changed its mind');
      expect(await held()).toEqual(added);
      expect(await store.rollouts.listOpen('git')).toEqual([added, other]);
      await store.rollouts.save(next);
      expect(await store.rollouts.listOpen('git')).toEqual([next, other]);
      expect(await held()).toEqual(next);
    });

    test('what was decided on another version is not written', async () => {
      const { rollouts } = subject.store;
      await rollouts.add(rollout('1'));
      await rollouts.save(rollout('1', { version: 2, reason: 'second' }));
      expect(
        await subject.writes(async () => {
          for (const version of [1, 2, 4]) {
            await expect(rollouts.save(rollout('1', { version, reason: 'late' }))).rejects.toMatchObject({
              code: 'RolloutMoved',
              message: expect.stringContaining('version 2') as string,
            });
          }
          await expect(rollouts.save(rollout('2', { version: 2 }))).rejects.toMatchObject({ code: 'RolloutMoved' });
        }),
      ).toBe(false);
      expect(await rollouts.get(rollout('1').id)).toMatchObject({ version: 2, reason: 'second' });
    });

    test('no device is taken for waiting or left out whose change has begun meanwhile, but by one that is aborted', async () => {
      const { attempts, rollouts } = subject.store;
      const members = [member('r1', '1', { state: 'released' }), member('r2', '2', { state: 'undoing' })];
      await rollouts.add(rollout('1', { members }));
      const next = (one: RolloutMemberState, other: RolloutMemberState, state: RolloutState = 'paused') =>
        rollouts.save(
          rollout('1', {
            members: [member('r1', '1', { state: one }), member('r2', '2', { state: other })],
            state,
            version: 2,
          }),
        );
      const moved = { code: 'RolloutMoved', message: expect.stringContaining('before the change of') as string };
      await attempts.open(attempt('r1', { planId: planId('1') }));
      for (const state of ['pending', 'deferred', 'skipped', 'superseded'] as const)
        await expect(next(state, 'undoing')).rejects.toMatchObject(moved);
      await attempts.open(attempt('r2', { planId: planId('9') }));
      await expect(next('released', 'skipped')).rejects.toMatchObject(moved);
      expect(await attempts.listOpen(['r1', 'r3', 'r2'])).toEqual([
        { device: 'r1', planId: planId('1') },
        { device: 'r2', planId: planId('9') },
      ]);
      await next('skipped', 'skipped', 'aborted');
      expect(await rollouts.get(rollout('1').id)).toMatchObject({ state: 'aborted', version: 2 });
    });

    test('a change of another plan is none of the rollout, and neither is one that has ended', async () => {
      const { attempts, rollouts } = subject.store;
      await rollouts.add(rollout('1', { members: [member('r1', '1', { state: 'released' })] }));
      const other = await attempts.open(attempt('r1', { planId: planId('2') }));
      await rollouts.save(rollout('1', { members: [member('r1', '1')], version: 2 }));
      await rollouts.save(rollout('1', { members: [member('r1', '1', { state: 'released' })], version: 3 }));
      await attempts.end(other.id, 'one', 'undone', T0, '');
      const own = await attempts.open(attempt('r1', { planId: planId('1') }));
      await attempts.end(own.id, 'one', 'closed', T0, '');
      await rollouts.save(rollout('1', { members: [member('r1', '1')], version: 4 }));
      expect(await attempts.listOpen(['r1'])).toEqual([]);
      expect(await attempts.listOpen([])).toEqual([]);
    });

    test('of many that save one version, one wins', async () => {
      const { rollouts } = subject.store;
      await rollouts.add(rollout('1'));
      const deciders = ['1', '2', '3', '4', '5', '6'];
      const tries = await Promise.allSettled(
        deciders.map((reason) => rollouts.save(rollout('1', { version: 2, reason }))),
      );
      const won = deciders.filter((_reason, index) => tries[index]?.status === 'fulfilled');
      expect([(await rollouts.get(rollout('1').id))?.reason]).toEqual(won);
      expect(tries.filter((each) => each.status === 'rejected').map((each) => each.reason as unknown)).toMatchObject(
        Array.from({ length: 5 }, () => ({ code: 'RolloutMoved' })),
      );
    });

    test('the open ones of a source are those without an ending, in the order they were added', async () => {
      const { rollouts } = subject.store;
      for (const [index, state] of [...ENDED, ...OPEN].entries()) await rollouts.add(rollout(`${index}`, { state }));
      await rollouts.add(rollout('f', { source: 'other' }));
      expect((await rollouts.listOpen('git')).map((each) => each.state)).toEqual(OPEN);
      expect((await rollouts.list('git', 9)).map((each) => each.state)).toEqual([...ENDED, ...OPEN].toReversed());
      expect(await rollouts.list('git', 2)).toHaveLength(2);
    });

    test.each(ENDED)('it is open until it is saved as %s', async (state) => {
      const { rollouts } = subject.store;
      await rollouts.add(rollout('1'));
      expect(await rollouts.listOpen('git')).toEqual([rollout('1')]);
      await rollouts.save(rollout('1', { state, version: 2 }));
      expect(await rollouts.listOpen('git')).toEqual([]);
    });

    test('those that are open or ended since a time are found together, the newest last', async () => {
      const { rollouts } = subject.store;
      await rollouts.add(rollout('1', { state: 'aborted', since: 10 }));
      await rollouts.add(rollout('2', { state: 'done', since: 20 }));
      await rollouts.add(rollout('3', { since: 5 }));
      await rollouts.add(rollout('4', { since: 30, source: 'other' }));
      const since = async (at: number) => (await rollouts.listSince('git', at)).map(({ id }) => id);
      expect(await since(0)).toEqual(['1', '2', '3'].map((letter) => rollout(letter).id));
      expect(await since(20)).toEqual(['2', '3'].map((letter) => rollout(letter).id));
      expect(await since(21)).toEqual([rollout('3').id]);
    });

    test('the newest rollout with a pair is found, ended or not', async () => {
      const { rollouts } = subject.store;
      const last = async (device: string, letter: string) =>
        (await rollouts.lastWith('git', device, planId(letter)))?.id ?? null;
      await rollouts.add(rollout('1', { members: [member('r1', '1'), member('r2', '2')] }));
      await rollouts.add(rollout('2', { members: [member('r1', '1')] }));
      await rollouts.add(rollout('3', { members: [member('r1', '1')], source: 'other' }));
      await rollouts.add(rollout('4', { members: [member('r1', '9')] }));
      await rollouts.save(rollout('2', { members: [member('r1', '1')], state: 'aborted', version: 2 }));
      expect(await last('r1', '1')).toBe(rollout('2').id);
      expect(await last('r2', '2')).toBe(rollout('1').id);
      expect(await last('r2', '1')).toBeNull();
      expect(await last('r3', '1')).toBeNull();
    });

    test('a pair that is saved into a rollout is found in it, and one that is saved out of it is not', async () => {
      const { rollouts } = subject.store;
      await rollouts.add(rollout('1', { members: [member('r1', '1')] }));
      await rollouts.save(rollout('1', { members: [member('r1', '2')], version: 2 }));
      expect(await rollouts.lastWith('git', 'r1', planId('1'))).toBeNull();
      expect((await rollouts.lastWith('git', 'r1', planId('2')))?.version).toBe(2);
      await rollouts.save(rollout('1', { members: [member('r1', '2'), member('r2', '3')], version: 3 }));
      expect((await rollouts.lastWith('git', 'r2', planId('3')))?.version).toBe(3);
    });
  });
}
