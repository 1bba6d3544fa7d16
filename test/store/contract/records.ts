import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runs } from '#test/sample.ts';
import type { DesiredState, NonConvergingField } from '#differ';
import type { Place } from '../places.ts';
import { body, drift, plan, planId, proposal, T0 } from '../samples.ts';
import { freshStore } from './subject.ts';

const base: DesiredState = {
  menus: { '/ip/dns': { shape: 'settings', declaredBy: ['dns'], fields: { servers: '192.0.2.1' }, owners: {} } },
};
const field: NonConvergingField = { menu: '/ip/dns', match: null, field: 'servers', desired: 'a', live: 'b' };

export function recordsContract(place: Place): void {
  const subject = freshStore(place);

  test('writes show in the mark that "nothing written" is read from', async () => {
    const before = await place.writeMark(subject.location);
    await subject.store.freeze.set({ by: 'alice', reason: 'x', since: T0 });
    expect(await place.writeMark(subject.location)).not.toBe(before);
  });

  describe('devices', () => {
    test('a device nobody wrote about is null', async () => {
      expect(await subject.store.devices.get('r1')).toBeNull();
      expect(await subject.store.devices.list()).toEqual([]);
    });

    test('each setter changes its own fields and leaves the others alone', async () => {
      const { devices } = subject.store;
      await devices.pinSerial('r1', 'HEX1');
      await devices.setBase('r1', base, 'rev-1', T0);
      await devices.setConvergence('r1', [field], [{ ...field, field: 'cache-size' }]);
      await devices.setProbed('r1', { version: '7.20.8', tier: 'full' });
      await devices.setBase('r2', base, 'rev-2', T0 + 1);
      const r1 = {
        name: 'r1',
        serial: 'HEX1',
        base,
        baseRevision: 'rev-1',
        confirmedAt: T0,
        frozen: [field],
        unconverged: [{ ...field, field: 'cache-size' }],
        probed: { version: '7.20.8', tier: 'full' },
      };
      expect(await devices.get('r1')).toEqual(r1);
      expect(await devices.get('r2')).toEqual({
        name: 'r2',
        serial: null,
        base,
        baseRevision: 'rev-2',
        confirmedAt: T0 + 1,
        frozen: [],
        unconverged: [],
        probed: null,
      });
      expect(await devices.list()).toEqual([
        { name: 'r1', serial: 'HEX1', confirmedAt: T0 },
        { name: 'r2', serial: null, confirmedAt: T0 + 1 },
      ]);
    });

    test('a base that was taken back leaves what was before it: nothing', async () => {
      const { devices } = subject.store;
      await devices.setBase('r1', base, 'rev-1', T0);
      await devices.setBase('r1', null, null, T0 + 1);
      expect(await devices.get('r1')).toMatchObject({ base: null, baseRevision: null, confirmedAt: null });
    });

    test('a serial belongs to one device; pinning it again writes nothing', async () => {
      expect(await subject.store.devices.serialOf('r1')).toBeNull();
      await subject.store.devices.pinSerial('r1', 'HEX1');
      expect(await subject.store.devices.serialOf('r1')).toBe('HEX1');
      expect(await subject.writes(() => subject.store.devices.pinSerial('r1', 'HEX1'))).toBe(false);
      await expect(subject.store.devices.pinSerial('r2', 'HEX1')).rejects.toMatchObject({
        code: 'SerialTaken',
        message: expect.stringContaining('r1') as string,
      });
      expect(await subject.store.devices.get('r2')).toBeNull();
    });

    test('two devices that claim one serial at the same time: one gets it', async () => {
      const claims = await Promise.allSettled(
        ['r1', 'r2', 'r3', 'r4'].map((name) => subject.store.devices.pinSerial(name, 'HEX1')),
      );
      expect(claims.filter((claim) => claim.status === 'fulfilled')).toHaveLength(1);
    });
  });

  describe('revisions', () => {
    test('the latest of a source comes back with its files', async () => {
      const { revisions } = subject.store;
      const first = { id: 'rev-1', source: 'folder', firstSeenAt: T0, files: { 'a.yaml': 'kind: x\n' } };
      expect(await revisions.latest('folder')).toBeNull();
      await revisions.accept(first);
      await revisions.accept({ ...first, id: 'rev-9', source: 'other' });
      expect(await revisions.latest('folder')).toEqual(first);
    });

    test('the newest revision accepted again writes nothing; an older one that comes back becomes the newest', async () => {
      const { revisions } = subject.store;
      const one = { id: 'rev-1', source: 'folder', firstSeenAt: T0, files: {} };
      const two = { id: 'rev-2', source: 'folder', firstSeenAt: T0 + 1, files: {} };
      await revisions.accept(one);
      await revisions.accept(two);
      expect(await subject.writes(() => revisions.accept({ ...two, firstSeenAt: T0 + 2 }))).toBe(false);
      await revisions.accept({ ...one, firstSeenAt: T0 + 3 });
      expect(await revisions.latest('folder')).toEqual({ ...one, firstSeenAt: T0 + 3 });
    });

    test('a revision is found by its id, as it was accepted last', async () => {
      const { revisions } = subject.store;
      const one = { id: 'rev-1', source: 'folder', firstSeenAt: T0, files: { 'a.yaml': 'kind: x\n' } };
      await revisions.accept(one);
      await revisions.accept({ ...one, id: 'rev-2', files: {} });
      expect(await revisions.get('folder', 'rev-1')).toEqual(one);
      await revisions.accept({ ...one, firstSeenAt: T0 + 3 });
      expect(await revisions.get('folder', 'rev-1')).toEqual({ ...one, firstSeenAt: T0 + 3 });
      expect(await revisions.get('other', 'rev-1')).toBeNull();
      expect(await revisions.get('folder', 'rev-3')).toBeNull();
    });
  });

  describe('plans', () => {
    test('a device has one current plan; the newer one supersedes', async () => {
      const { plans } = subject.store;
      await plans.propose(proposal('r1', 'a'));
      await plans.propose(proposal('r2', 'b'));
      await plans.propose(proposal('r1', 'c', T0 + 5));
      expect(await plans.current('r1')).toEqual({ ...proposal('r1', 'c', T0 + 5), supersededAt: null });
      expect(await plans.get(planId('a'))).toEqual({ ...proposal('r1', 'a'), supersededAt: T0 + 5 });
      expect(await plans.get(planId('f'))).toBeNull();
      const { body: _body, plan: _plan, ...entry } = proposal('r1', 'c', T0 + 5);
      const current = await plans.listCurrent();
      expect(current.map((each) => each.id)).toEqual([planId('c'), planId('b')]);
      expect(current[0]).toEqual({ ...entry, supersededAt: null });
    });

    test('proposing the current plan again writes nothing', async () => {
      const { plans } = subject.store;
      expect(await plans.propose(proposal('r1', 'a'))).toBe(T0);
      expect(
        await subject.writes(async () => {
          expect(await plans.propose(proposal('r1', 'a', T0 + 9))).toBe(T0);
        }),
      ).toBe(false);
    });

    test('a superseded plan can become current again', async () => {
      const { plans } = subject.store;
      for (const [at, letter] of ['a', 'b', 'a'].entries()) {
        expect(await plans.propose(proposal('r1', letter, T0 + at))).toBe(T0 + at);
      }
      expect((await plans.listCurrent()).map((each) => each.id)).toEqual([planId('a')]);
    });

    test('clearing leaves no current plan; clearing again writes nothing', async () => {
      const { plans } = subject.store;
      await plans.propose(proposal('r1', 'a'));
      await plans.clear('r1', T0 + 1);
      expect(await plans.current('r1')).toBeNull();
      expect(await subject.writes(() => plans.clear('r1', T0 + 2))).toBe(false);
      expect((await plans.get(planId('a')))?.supersededAt).toBe(T0 + 1);
    });
  });

  test('snapshots and health reports come newest first, up to the limit', async () => {
    const { snapshots, health } = subject.store;
    for (const number of [1, 2, 3]) {
      await snapshots.add({
        attemptId: `attempt-${number}`,
        device: 'r1',
        takenAt: T0,
        menus: { '/ip/dns': [{ servers: `192.0.2.${number}`, comment: 'nul \0, lone \ud800' }] },
      });
      await health.add({
        device: 'r1',
        attemptId: number === 1 ? null : `attempt-${number}`,
        at: T0,
        verdict: 'degraded',
        checks: [{ check: 'cpu', verdict: 'degraded', message: `${number}` }],
      });
    }
    expect(await snapshots.list('r1', 2)).toEqual([
      {
        attemptId: 'attempt-3',
        device: 'r1',
        takenAt: T0,
        menus: { '/ip/dns': [{ servers: '192.0.2.3', comment: 'nul \0, lone \ud800' }] },
      },
      expect.objectContaining({ attemptId: 'attempt-2' }),
    ]);
    expect((await health.list('r1', 9)).map((report) => report.attemptId)).toEqual(['attempt-3', 'attempt-2', null]);
    expect(await health.list('r2', 9)).toEqual([]);
  });

  describe('drift', () => {
    test('the same drift is recorded once; another one ends it; clearing nothing writes nothing', async () => {
      const records = subject.store.drift;
      expect(await subject.writes(() => records.clear('r1', T0))).toBe(false);
      await records.report(drift('r1', 'd1'));
      expect(await subject.writes(() => records.report(drift('r1', 'd1', T0 + 1)))).toBe(false);
      await records.report(drift('r1', 'd2', T0 + 2));
      await records.report(drift('r2', 'd3'));
      expect(await records.open('r1')).toEqual({ ...drift('r1', 'd2', T0 + 2), clearedAt: null });
      expect((await records.listOpen()).map((each) => each.digest)).toEqual(['d2', 'd3']);
      expect((await records.drifted()).toSorted()).toEqual((await records.listOpen()).map(({ device }) => device));
      await records.clear('r1', T0 + 3);
      expect(await records.open('r1')).toBeNull();
      await records.report(drift('r1', 'd2', T0 + 4));
      expect((await records.open('r1'))?.firstSeenAt).toBe(T0 + 4);
    });
  });

  test('a sealed secret is replaced by its name, listed without its content and removed once', async () => {
    const { secrets } = subject.store;
    await secrets.set({ name: 'lab', sealed: 'v1.x', updatedAt: T0 });
    await secrets.set({ name: 'lab', sealed: 'v1.y', updatedAt: T0 + 1 });
    expect(await secrets.get('lab')).toEqual({ name: 'lab', sealed: 'v1.y', updatedAt: T0 + 1 });
    expect(await secrets.list()).toEqual([{ name: 'lab', updatedAt: T0 + 1 }]);
    expect(await secrets.remove('lab')).toBe(true);
    expect(await secrets.remove('lab')).toBe(false);
    expect(await secrets.get('lab')).toBeNull();
  });

  test('a freeze stays until it is lifted, also over a restart', async () => {
    const freeze = { by: 'operator:alice', reason: 'storm \0', since: T0 };
    expect(await subject.store.freeze.get()).toBeNull();
    await subject.store.freeze.set({ ...freeze, reason: 'first' });
    await subject.store.freeze.set(freeze);
    await subject.meddle('select 1');
    expect(await subject.store.freeze.get()).toEqual(freeze);
    await subject.store.freeze.set(null);
    expect(await subject.store.freeze.get()).toBeNull();
  });

  test('whatever text a router says comes back as it was', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), async (name, value) => {
        const files = Object.fromEntries([[name, value]]);
        const id = JSON.stringify(files);
        await subject.store.revisions.accept({ id, source: 'folder', firstSeenAt: T0, files });
        expect((await subject.store.revisions.latest('folder'))?.files).toEqual(files);
      }),
      runs(40),
    );
  });

  test('a plan of megabytes comes back whole', async () => {
    const large = {
      ...plan,
      heldBack: Array.from({ length: 20_000 }, (_, index) => ({
        menu: '/ip/dns' as const,
        match: null,
        because: `reason ${index} ${'x'.repeat(90)}`,
      })),
    };
    await subject.store.plans.propose({ ...proposal('r1', 'a'), plan: large, body });
    expect((await subject.store.plans.current('r1'))?.plan).toEqual(large);
  });
}
