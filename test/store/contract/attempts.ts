import { describe, expect, test } from 'vitest';
import type { Place } from '../places.ts';
import { attempt, planId, T0 } from '../samples.ts';
import { freshStore } from './subject.ts';

export function attemptsContract(place: Place): void {
  const subject = freshStore(place);

  test('an attempt is numbered per plan and device, and comes back with its steps', async () => {
    const { attempts } = subject.store;
    const first = attempt('r1');
    expect(await attempts.open(first)).toEqual({
      ...first,
      number: 1,
      steps: [],
      end: null,
      endedAt: null,
      endReason: null,
    });
    await attempts.step(first.id, 'one', 'arming', T0 + 1, '');
    await attempts.step(first.id, 'one', 'armed', T0 + 2, 'nul \0, lone \ud800');
    expect((await attempts.openOf('r1'))?.steps).toEqual([
      { step: 'arming', at: T0 + 1, detail: '' },
      { step: 'armed', at: T0 + 2, detail: 'nul \0, lone \ud800' },
    ]);
    await attempts.end(first.id, 'one', 'undone', T0 + 3, 'health \0 bad');
    expect(await attempts.openOf('r1')).toBeNull();

    const second = await attempts.open(attempt('r1'));
    expect(second.number).toBe(2);
    await attempts.end(second.id, 'one', 'closed', T0 + 4, '');
    expect((await attempts.open(attempt('r1', { planId: planId('b') }))).number).toBe(1);
    expect((await attempts.open(attempt('r2'))).number).toBe(1);

    const listed = await attempts.list('r1', 2);
    expect(listed.map((each) => [each.planId, each.number])).toEqual([
      [planId('b'), 1],
      [planId('a'), 2],
    ]);
    expect(await attempts.lastOf('r1', planId('a'))).toEqual({
      ...second,
      end: 'closed',
      endedAt: T0 + 4,
      endReason: '',
    });
    expect((await attempts.list('r1', 9)).at(-1)).toMatchObject({
      end: 'undone',
      endReason: 'health \0 bad',
      steps: [{ step: 'arming' }, { step: 'armed' }],
    });
    expect(await attempts.lastOf('r1', planId('f'))).toBeNull();
    expect(await attempts.list('r9', 9)).toEqual([]);
  });

  test('an attempt is found by how its plan begins and by its number, unless that could be two', async () => {
    const { attempts } = subject.store;
    const [one, other] = [`sha256:${'a'.repeat(63)}1`, `sha256:${'a'.repeat(63)}2`] as const;
    for (const planIdOf of [one, one, other]) {
      const { id } = await attempts.open(attempt('r1', { planId: planIdOf }));
      await attempts.end(id, 'one', 'undone', T0, '');
    }
    const found = await attempts.named('r1', `sha256:${'a'.repeat(12)}`, 2);
    expect(found).toMatchObject({ planId: one, number: 2, end: 'undone' });
    expect(await attempts.named('r1', `sha256:${'a'.repeat(12)}`, 1)).toBeNull();
    expect(await attempts.named('r1', `sha256:${'a'.repeat(12)}`, 3)).toBeNull();
    expect(await attempts.named('r1', `sha256:${'b'.repeat(12)}`, 2)).toBeNull();
    expect(await attempts.named('r2', `sha256:${'a'.repeat(12)}`, 2)).toBeNull();
  });

  test('an undone attempt is let go again once, and no other', async () => {
    const { attempts } = subject.store;
    const ends = ['undone', 'closed', 'confirmed', 'stalled'] as const;
    for (const end of ends) {
      const { id } = await attempts.open(attempt('r1'));
      expect(await attempts.retry(id, T0)).toBe(false);
      await attempts.end(id, 'one', end, T0 + 1, end);
      expect([end, await attempts.retry(id, T0 + 2), await attempts.retry(id, T0 + 3)]).toEqual([
        end,
        end === 'undone',
        false,
      ]);
      const last = await attempts.lastOf('r1', planId('a'));
      expect([last?.end, last?.retriedAt]).toEqual([end, end === 'undone' ? T0 + 2 : undefined]);
    }
    expect(await attempts.retry('nobody', T0)).toBe(false);
  });

  test('a device has one open attempt, and a refused one leaves nothing', async () => {
    const { attempts } = subject.store;
    await attempts.open(attempt('r1'));
    await expect(attempts.open(attempt('r1', { planId: planId('b') }))).rejects.toMatchObject({ code: 'AttemptOpen' });
    expect(await attempts.list('r1', 9)).toHaveLength(1);
  });

  test('the database itself refuses a second open attempt', async () => {
    await subject.store.attempts.open(attempt('r1'));
    const copy =
      "insert into attempts (id, device, plan_id, number, correlation_id, opened_at, payload, holder, lease_until) select 'copy', device, plan_id, 2, '', 0, payload, '', 0 from attempts";
    await expect(subject.meddle(copy)).rejects.toThrow(/unique/i);
  });

  test('of many that open at once, one wins', async () => {
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => subject.store.attempts.open(attempt('r1'))));
    expect(tries.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    const refusals = tries.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    expect(refusals).toMatchObject(Array.from({ length: 7 }, () => ({ code: 'AttemptOpen' })));
  });

  test('steps that come at once all get a place', async () => {
    const { attempts } = subject.store;
    const { id } = await attempts.open(attempt('r1'));
    await Promise.all(Array.from({ length: 8 }, (_, index) => attempts.step(id, 'one', 'applying', T0, `${index}`)));
    const steps = (await attempts.openOf('r1'))?.steps.map((step) => step.detail);
    expect(steps?.toSorted()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7']);
  });

  test('steps are never rewritten', async () => {
    const { attempts } = subject.store;
    const { id } = await attempts.open(attempt('r1'));
    await attempts.step(id, 'one', 'arming', T0, '');
    await expect(subject.meddle("update attempt_steps set step = 'armed'")).rejects.toThrow(/append-only/);
    expect((await subject.store.attempts.openOf('r1'))?.steps.map((step) => step.step)).toEqual(['arming']);
  });

  describe('somebody else', () => {
    test('writes nothing to an attempt it does not hold', async () => {
      const { attempts } = subject.store;
      const { id } = await attempts.open(attempt('r1'));
      expect(
        await subject.writes(async () => {
          await expect(attempts.step(id, 'two', 'armed', T0, '')).rejects.toMatchObject({
            code: 'AttemptLost',
            message: expect.stringContaining('held by controller one') as string,
          });
          await expect(attempts.renew(id, 'two', T0)).rejects.toMatchObject({ code: 'AttemptLost' });
          await expect(attempts.end(id, 'two', 'closed', T0, '')).rejects.toMatchObject({ code: 'AttemptLost' });
          await expect(attempts.end('nobody', 'one', 'closed', T0, '')).rejects.toMatchObject({ code: 'AttemptLost' });
        }),
      ).toBe(false);
    });

    test('takes over only when the lease has run out, and then the first holder has lost it', async () => {
      const { attempts } = subject.store;
      const { id } = await attempts.open(attempt('r1', { leaseUntil: T0 + 100 }));
      expect(await attempts.takeOver(id, 'two', T0 + 99, T0 + 500)).toBe(false);
      await attempts.renew(id, 'one', T0 + 200);
      expect(await attempts.takeOver(id, 'two', T0 + 199, T0 + 500)).toBe(false);
      expect(await attempts.takeOver(id, 'two', T0 + 200, T0 + 500)).toBe(true);
      await expect(attempts.step(id, 'one', 'applied', T0, '')).rejects.toMatchObject({ code: 'AttemptLost' });
      await attempts.step(id, 'two', 'undoing', T0, '');
      expect(await attempts.openOf('r1')).toMatchObject({ holder: 'two', leaseUntil: T0 + 500 });
    });

    test('takes an abandoned attempt only once, however many try', async () => {
      const { attempts } = subject.store;
      const { id } = await attempts.open(attempt('r1', { leaseUntil: T0 }));
      const heirs = ['two', 'three', 'four', 'five'];
      const taken = await Promise.all(heirs.map((heir) => attempts.takeOver(id, heir, T0 + 1, T0 + 60_000)));
      expect(taken.filter(Boolean)).toHaveLength(1);
      expect((await attempts.openOf('r1'))?.holder).toBe(heirs[taken.indexOf(true)]);
    });
  });

  test('its own holder takes an attempt up again before the lease ends', async () => {
    const { attempts } = subject.store;
    const { id } = await attempts.open(attempt('r1'));
    expect(await attempts.takeOver(id, 'one', T0, T0 + 90_000)).toBe(true);
    expect((await attempts.openOf('r1'))?.leaseUntil).toBe(T0 + 90_000);
  });

  test('an ended attempt takes no step, no renewal, no second end and no new holder', async () => {
    const { attempts } = subject.store;
    const { id } = await attempts.open(attempt('r1', { leaseUntil: T0 }));
    await attempts.end(id, 'one', 'confirmed', T0, '');
    expect(
      await subject.writes(async () => {
        await expect(attempts.step(id, 'one', 'applied', T0, '')).rejects.toMatchObject({
          code: 'AttemptLost',
          message: expect.stringContaining('ended as confirmed') as string,
        });
        await expect(attempts.renew(id, 'one', T0)).rejects.toMatchObject({ code: 'AttemptLost' });
        await expect(attempts.end(id, 'one', 'closed', T0, '')).rejects.toMatchObject({ code: 'AttemptLost' });
        expect(await attempts.takeOver(id, 'two', T0 + 1, T0 + 2)).toBe(false);
      }),
    ).toBe(false);
  });
}
