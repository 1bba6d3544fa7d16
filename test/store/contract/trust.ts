import { describe, expect, test } from 'vitest';
import type { Place } from '../places.ts';
import { approval, commitId, consent, planId, T0, used } from '../samples.ts';
import { freshStore } from './subject.ts';

export function trustContract(place: Place): void {
  const subject = freshStore(place);

  describe('trust', () => {
    test('a source has no trusted head until somebody outside Git says where trust begins', async () => {
      const { trust } = subject.store;
      expect(await trust.get('git')).toBeNull();
      await expect(trust.advance('git', commitId('a'), commitId('b'), T0)).rejects.toMatchObject({
        code: 'TrustMoved',
      });
      expect(await trust.get('git')).toBeNull();
      await trust.anchor('git', commitId('a'), T0, 'operator:ali\0ce');
      expect(await trust.get('git')).toEqual({
        source: 'git',
        head: commitId('a'),
        advancedAt: T0,
        anchor: commitId('a'),
        anchoredAt: T0,
        anchoredBy: 'operator:ali\0ce',
      });
      expect(await trust.get('other')).toBeNull();
    });

    test('the head moves only from where the mover saw it; the anchor stays', async () => {
      const { trust } = subject.store;
      await trust.anchor('git', commitId('a'), T0, 'operator:alice');
      await trust.anchor('other', commitId('a'), T0, 'operator:alice');
      await trust.advance('git', commitId('a'), commitId('b'), T0 + 1);
      const moved = { head: commitId('b'), advancedAt: T0 + 1, anchor: commitId('a'), anchoredAt: T0 };
      expect(await trust.get('git')).toMatchObject(moved);
      expect(
        await subject.writes(async () => {
          await expect(trust.advance('git', commitId('a'), commitId('c'), T0 + 2)).rejects.toMatchObject({
            code: 'TrustMoved',
            message: expect.stringContaining(commitId('a')) as string,
          });
        }),
      ).toBe(false);
      expect(await trust.get('git')).toMatchObject(moved);
      expect((await trust.get('other'))?.head).toBe(commitId('a'));
    });

    test('of many that advance at once, one moves the head', async () => {
      const { trust } = subject.store;
      await trust.anchor('git', commitId('0'), T0, 'operator:alice');
      const heads = ['1', '2', '3', '4', '5', '6'].map(commitId);
      const tries = await Promise.allSettled(heads.map((head) => trust.advance('git', commitId('0'), head, T0)));
      const won = heads.filter((_head, index) => tries[index]?.status === 'fulfilled');
      expect([(await trust.get('git'))?.head]).toEqual(won);
    });

    test('a new anchor forgets approvals, sightings and authorship of its source, and nothing else', async () => {
      const { trust, approvals, sightings, authorship, revocations } = subject.store;
      for (const source of ['git', 'other']) {
        await trust.anchor(source, commitId('a'), T0, 'operator:alice');
        await sightings.note(source, [commitId('b')], T0);
        await approvals.note(approval('b', planId('1'), { source }));
        await authorship.append(source, [{ commit: commitId('b'), person: 'bob', paths: ['r1.yaml'] }]);
      }
      await approvals.spend(planId('1'), 'r1', 'attempt-1', [used('b')]);
      await revocations.revoke({ key: 'SHA256:old', at: T0, by: 'operator:alice', reason: '' });
      await trust.anchor('git', commitId('c'), T0 + 5, 'operator:bob');

      expect(await trust.get('git')).toEqual({
        source: 'git',
        head: commitId('c'),
        advancedAt: T0 + 5,
        anchor: commitId('c'),
        anchoredAt: T0 + 5,
        anchoredBy: 'operator:bob',
      });
      expect(await approvals.list('git', 9)).toEqual([]);
      expect(await sightings.note('git', [commitId('b')], T0 + 6)).toEqual(new Map([[commitId('b'), T0 + 6]]));
      expect(await authorship.authorsOf('git', null, ['r1.yaml'])).toEqual({ people: [], unknown: false });
      expect(await authorship.authorsOf('git', commitId('b'), ['r1.yaml'])).toMatchObject({ unknown: true });
      expect(await authorship.authorsOf('git', commitId('a'), ['r1.yaml'])).toMatchObject({ unknown: true });

      expect(await approvals.list('other', 9)).toHaveLength(1);
      expect(await sightings.note('other', [commitId('b')], T0 + 6)).toEqual(new Map([[commitId('b'), T0]]));
      expect(await authorship.authorsOf('other', null, ['r1.yaml'])).toEqual({ people: ['bob'], unknown: false });
      expect(await revocations.list()).toHaveLength(1);
    });

    test('an approval that was used before a new anchor is still used after it', async () => {
      const { trust, approvals } = subject.store;
      await trust.anchor('git', commitId('a'), T0, 'operator:alice');
      await approvals.note(approval('b', planId('1')));
      await approvals.spend(planId('1'), 'r1', 'attempt-1', [used('b')]);
      await trust.anchor('git', commitId('a'), T0 + 1, 'operator:alice');
      expect(await approvals.note(approval('b', planId('1')))).toBe(true);
      expect(await approvals.consentsFor('git', planId('1'), 'r1')).toEqual([
        consent('b', planId('1'), { spentBy: 'attempt-1' }),
      ]);
      await expect(approvals.spend(planId('1'), 'r1', 'attempt-2', [used('b')])).rejects.toMatchObject({
        code: 'ApprovalSpent',
      });
    });
  });

  describe('commits that left their branch before they were accepted', () => {
    test('are pending until they are forgotten, and their authorship can be withdrawn', async () => {
      const { trust, sightings, authorship } = subject.store;
      await trust.anchor('git', commitId('0'), T0, 'operator:test');
      const [kept, accepted, gone] = [commitId('a'), commitId('b'), commitId('c')];
      await sightings.note('git', [kept, accepted, gone], T0);
      await sightings.forget('git', [accepted]);
      expect(await sightings.pending('git', [kept, accepted, gone, commitId('d')])).toEqual(new Set([kept, gone]));
      expect(await sightings.pending('other', [kept])).toEqual(new Set());
      const brought = (commit: string, person: string) => ({ commit, person, paths: ['r1.yaml'] });
      await authorship.append('git', [brought(accepted, 'ana'), brought(gone, 'bob'), brought(kept, 'eve')]);
      await authorship.withdraw('git', [kept]);
      expect(await authorship.authorsOf('git', null, ['r1.yaml'])).toEqual({ people: ['ana', 'eve'], unknown: false });
      expect(await authorship.authorsOf('git', gone, ['r1.yaml'])).toEqual({ people: [], unknown: true });
      await authorship.append('git', [brought(gone, 'bob')]);
      expect(await authorship.authorsOf('git', kept, ['r1.yaml'])).toEqual({ people: ['bob'], unknown: false });
    });
  });

  describe('sightings', () => {
    test('the first sight of a commit stays, and seeing known commits writes nothing', async () => {
      const { sightings } = subject.store;
      expect(await sightings.note('git', [], T0)).toEqual(new Map());
      await sightings.note('git', [commitId('a'), commitId('b')], T0);
      await sightings.note('other', [commitId('a')], T0 + 1);
      expect(await sightings.note('git', [commitId('c'), commitId('a'), commitId('c')], T0 + 2)).toEqual(
        new Map([
          [commitId('a'), T0],
          [commitId('c'), T0 + 2],
        ]),
      );
      expect(
        await subject.writes(() => sightings.note('git', [commitId('c'), commitId('b'), commitId('a')], T0 + 9)),
      ).toBe(false);
      expect(await sightings.note('other', [commitId('a')], T0 + 9)).toEqual(new Map([[commitId('a'), T0 + 1]]));
    });

    test('a forgotten commit is seen anew; forgetting what is not there writes nothing', async () => {
      const { sightings } = subject.store;
      await sightings.note('git', [commitId('a'), commitId('b')], T0);
      await sightings.note('other', [commitId('a')], T0);
      await sightings.forget('git', [commitId('a')]);
      expect(await subject.writes(() => sightings.forget('git', [commitId('a'), commitId('f')]))).toBe(false);
      expect(await sightings.note('git', [commitId('a'), commitId('b')], T0 + 3)).toEqual(
        new Map([
          [commitId('a'), T0 + 3],
          [commitId('b'), T0],
        ]),
      );
      expect(await sightings.note('other', [commitId('a')], T0 + 3)).toEqual(new Map([[commitId('a'), T0]]));
    });

    test('a range of ten thousand commits is noted at once', async () => {
      const commits = Array.from({ length: 10_000 }, (_, index) => index.toString(16).padStart(40, '0'));
      expect((await subject.store.sightings.note('git', commits, T0)).size).toBe(10_000);
      expect(await subject.writes(() => subject.store.sightings.note('git', commits, T0 + 1))).toBe(false);
      await subject.store.sightings.forget('git', commits.slice(1));
      const again = await subject.store.sightings.note('git', commits, T0 + 2);
      expect([...again.values()].filter((at) => at === T0)).toHaveLength(1);
    });

    test('noted twice at the same time, both are told the same', async () => {
      const { sightings } = subject.store;
      const commits = Array.from({ length: 50 }, (_, index) => `${index}`);
      const [one, two] = await Promise.all([
        sightings.note('git', commits, T0),
        sightings.note('git', commits.toReversed(), T0 + 1),
      ]);
      expect(two).toEqual(one);
    });
  });

  describe('authorship', () => {
    const commit = (letter: string, person: string, ...paths: readonly string[]) => ({
      commit: commitId(letter),
      person,
      paths,
    });

    test('the authors of files since a commit are those who changed one of them after it', async () => {
      const { authorship, trust } = subject.store;
      await trust.anchor('git', commitId('0'), T0, 'operator:alice');
      await authorship.append('git', [
        commit('1', 'alice', 'r1.yaml', 'r2.yaml'),
        commit('2', 'bob', 'r2.yaml', 'dir/söl "x".yaml', 'dir/söl "x".yaml'),
        commit('3', 'carol'),
        commit('4', 'bob', 'r1.yaml'),
      ]);
      await authorship.append('other', [commit('9', 'eve', 'r1.yaml')]);
      const authors = async (since: string | null, ...paths: readonly string[]) =>
        (await authorship.authorsOf('git', since, paths)).people;
      expect(await authors(null, 'r1.yaml')).toEqual(['alice', 'bob']);
      expect(await authors(commitId('0'), 'r1.yaml', 'r2.yaml')).toEqual(['alice', 'bob']);
      expect(await authors(commitId('1'), 'r1.yaml', 'r2.yaml')).toEqual(['bob']);
      expect(await authors(commitId('2'), 'dir/söl "x".yaml')).toEqual([]);
      expect(await authors(commitId('1'), 'dir/söl "x".yaml')).toEqual(['bob']);
      expect(await authors(commitId('4'), 'r1.yaml')).toEqual([]);
      expect(await authors(null)).toEqual([]);
      expect(await authors(null, 'r3.yaml')).toEqual([]);
    });

    test('a commit that nobody knows has unknown authors, and so has a source without an anchor', async () => {
      const { authorship, trust } = subject.store;
      expect(await authorship.authorsOf('git', null, ['r1.yaml'])).toEqual({ people: [], unknown: true });
      await trust.anchor('git', commitId('0'), T0, 'operator:alice');
      expect(await authorship.authorsOf('git', null, ['r1.yaml'])).toEqual({ people: [], unknown: false });
      await authorship.append('git', [commit('1', 'alice', 'r1.yaml')]);
      expect(await authorship.authorsOf('git', commitId('7'), ['r1.yaml'])).toEqual({ people: [], unknown: true });
    });

    test('known commits are not appended again, and then nothing is written', async () => {
      const { authorship, trust } = subject.store;
      await trust.anchor('git', commitId('0'), T0, 'operator:alice');
      await authorship.append('git', [commit('1', 'alice', 'r1.yaml'), commit('2', 'bob', 'r1.yaml')]);
      expect(
        await subject.writes(() => authorship.append('git', [commit('2', 'eve', 'r1.yaml'), commit('1', 'eve')])),
      ).toBe(false);
      expect(await subject.writes(() => authorship.append('git', []))).toBe(false);
      await authorship.append('git', [commit('2', 'eve', 'r1.yaml'), commit('3', 'carol', 'r1.yaml')]);
      expect((await authorship.authorsOf('git', null, ['r1.yaml'])).people).toEqual(['alice', 'bob', 'carol']);
      expect((await authorship.authorsOf('git', commitId('2'), ['r1.yaml'])).people).toEqual(['carol']);
    });

    test('ranges that are appended at the same time all get their place', async () => {
      const { authorship, trust } = subject.store;
      await trust.anchor('git', commitId('0'), T0, 'operator:alice');
      const ranges = ['1', '2', '3', '4'].map((letter) => [
        commit(letter, `person-${letter}`, 'r1.yaml'),
        commit('f', 'alice', 'r1.yaml'),
      ]);
      await Promise.all(ranges.map((range) => authorship.append('git', range)));
      expect((await authorship.authorsOf('git', null, ['r1.yaml'])).people).toEqual([
        'alice',
        'person-1',
        'person-2',
        'person-3',
        'person-4',
      ]);
    });

    test('a range of ten thousand commits is appended at once', async () => {
      const { authorship, trust } = subject.store;
      await trust.anchor('git', commitId('0'), T0, 'operator:alice');
      const range = Array.from({ length: 10_000 }, (_, index) => ({
        commit: index.toString(16).padStart(40, '0'),
        person: `person-${index % 3}`,
        paths: [`r${index}.yaml`, 'fleet.yaml'],
      }));
      await authorship.append('git', range);
      expect((await authorship.authorsOf('git', range[9997]?.commit ?? '', ['fleet.yaml'])).people).toEqual([
        'person-0',
        'person-2',
      ]);
    });
  });

  describe('revocations', () => {
    const revocation = { key: 'SHA256:abc', at: T0, by: 'operator:alice', reason: 'lap\0top stolen' };

    test('a key is revoked once, by whoever was first', async () => {
      const { revocations } = subject.store;
      expect(await revocations.revoke(revocation)).toBe(true);
      expect(
        await subject.writes(async () => {
          expect(await revocations.revoke({ ...revocation, at: T0 + 1, by: 'operator:eve' })).toBe(false);
        }),
      ).toBe(false);
      await revocations.revoke({ ...revocation, key: 'OPENPGP:DEF', at: T0 - 1 });
      expect(await revocations.list()).toEqual([{ ...revocation, key: 'OPENPGP:DEF', at: T0 - 1 }, revocation]);
    });

    test('there is no way back, not past the store either', async () => {
      await subject.store.revocations.revoke(revocation);
      await expect(subject.meddle('delete from revocations')).rejects.toThrow(/append-only/);
      await expect(subject.meddle(`update revocations set key = ''`)).rejects.toThrow(/append-only/);
      expect(await subject.store.revocations.list()).toEqual([revocation]);
    });
  });
}
