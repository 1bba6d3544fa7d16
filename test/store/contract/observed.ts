import { describe, expect, test } from 'vitest';
import type { ObservedRecord, StoredOutcome } from '../../../controller/records/observed.ts';
import type { Place } from '../places.ts';
import { DAY, T0 } from '../samples.ts';
import { freshStore } from './subject.ts';

const IN_SYNC = { kind: 'InSync', extras: 1, frozen: [] } satisfies StoredOutcome & Record<string, unknown>;

function seen(device: string, more: Partial<ObservedRecord> = {}): ObservedRecord {
  return {
    device,
    outcome: IN_SYNC,
    revision: 'rev-1',
    at: T0,
    durationMs: 12,
    failures: 0,
    nextAt: T0 + 60_000,
    router: { version: '7.20.8 (stable)', board: 'hEX \0 \ud800' },
    readAt: T0,
    ...more,
  };
}

export function observedContract(place: Place): void {
  const subject = freshStore(place);

  describe('what was observed', () => {
    test('of a device is one record, the newest, and outlives the controller', async () => {
      const { observed } = subject.store;
      expect(await observed.list()).toEqual([]);
      await observed.save([]);
      const gone = seen('r2', { outcome: { kind: 'Suspended' }, revision: null, router: null, readAt: null });
      await observed.save([seen('r1', { failures: 3 }), gone]);
      await observed.save([seen('r1', { at: T0 + 5, nextAt: T0 + 65_000.4, durationMs: 7.6 })]);
      await subject.meddle('select 1');
      const newest = seen('r1', { at: T0 + 5, nextAt: T0 + 65_000, durationMs: 8 });
      expect(await subject.store.observed.list()).toEqual([newest, gone]);
    });

    test('of thousands of devices is kept at once', async () => {
      const many = Array.from({ length: 2_500 }, (_, index) => seen(`r${String(index).padStart(4, '0')}`));
      await subject.store.observed.save(many);
      expect(await subject.store.observed.list()).toEqual(many);
    });

    test('is not known where a later release wrote it, and keeps no controller from starting', async () => {
      await subject.store.observed.save([seen('r1'), seen('r2')]);
      await subject.meddle(`update observed set outcome = '{"v":2,"data":{}}' where device = 'r1'`);
      expect(await subject.store.observed.list()).toEqual([seen('r2')]);
      await subject.store.observed.save([seen('r1')]);
      expect(await subject.store.observed.list()).toEqual([seen('r1'), seen('r2')]);
    });

    test('goes when the device was not visited for as long as rows are kept', async () => {
      const { store } = subject;
      await store.observed.save([seen('r1'), seen('r2', { at: T0 + DAY })]);
      expect(await store.prune({ days: 30 }, T0 + 30 * DAY + 1)).toBe(1);
      expect((await store.observed.list()).map(({ device }) => device)).toEqual(['r2']);
    });
  });

  describe('the lease of the leader', () => {
    const LONG = 60_000;

    test('is one controller’s until it releases it', async () => {
      const { leader } = subject.store;
      expect(await leader.claim('one', LONG)).toBe('one');
      expect(await leader.claim('one', LONG)).toBe('one');
      expect(await leader.claim('two', LONG)).toBe('one');
      expect(await leader.renew('two', LONG)).toBe(false);
      await leader.release('two');
      expect(await leader.renew('one', LONG)).toBe(true);
      await leader.release('one');
      expect(await leader.claim('two', LONG)).toBe('two');
    });

    test('ends by the clock of the database, and who had it cannot renew it once another leads', async () => {
      const { leader } = subject.store;
      expect(await leader.claim('one', 300)).toBe('one');
      await expect.poll(() => leader.claim('two', LONG)).toBe('two');
      expect(await leader.renew('one', LONG)).toBe(false);
      expect(await leader.claim('one', LONG)).toBe('two');
      await leader.release('two');
      expect(await leader.renew('one', LONG)).toBe(false);
    });

    test('that ran out can be renewed while nobody else has led', async () => {
      const { leader } = subject.store;
      expect(await leader.claim('one', 0)).toBe('one');
      expect(await leader.renew('one', LONG)).toBe(true);
      expect(await leader.claim('two', LONG)).toBe('one');
    });

    test('of several that claim it at once exactly one gets it, and looking on writes nothing', async () => {
      const { leader } = subject.store;
      const names = ['one', 'two', 'three', 'four'];
      const claims = await Promise.all(names.map((name) => leader.claim(name, LONG)));
      expect(new Set(claims).size).toBe(1);
      const others = names.filter((name) => name !== claims[0]);
      const look = async (): Promise<void> => {
        for (const other of others) expect(await leader.claim(other, LONG)).toBe(claims[0]);
      };
      expect(await subject.writes(look)).toBe(false);
    });
  });
}
