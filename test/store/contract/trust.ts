import { describe, expect, test } from 'vitest';
import type { Place } from '../places.ts';
import type { PlacedChange } from '../../../controller/records/history.ts';
import { proofIn } from '../../../controller/records/proofs.ts';
import {
  ALICE,
  approval,
  changed,
  commitId,
  consent,
  entry,
  noteApproval,
  planId,
  sighted,
  signed,
  statement,
  statementId,
  T0,
  used,
} from '../samples.ts';
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
        controlAt: null,
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
      expect((await trust.get('git'))?.controlAt).toBeNull();
      await trust.advance('git', commitId('b'), commitId('c'), T0 + 2, 'control');
      await trust.advance('git', commitId('c'), commitId('d'), T0 + 3);
      expect(await trust.get('git')).toMatchObject({ advancedAt: T0 + 3, controlAt: T0 + 2 });
    });

    test('of many that advance at once, one moves the head', async () => {
      const { trust } = subject.store;
      await trust.anchor('git', commitId('0'), T0, 'operator:alice');
      const heads = ['1', '2', '3', '4', '5', '6'].map(commitId);
      const tries = await Promise.allSettled(heads.map((head) => trust.advance('git', commitId('0'), head, T0)));
      const won = heads.filter((_head, index) => tries[index]?.status === 'fulfilled');
      expect([(await trust.get('git'))?.head]).toEqual(won);
    });

    test('a new anchor forgets statements, approvals and history of its source, and nothing else', async () => {
      const { trust, approvals, statements, history, revocations } = subject.store;
      for (const source of ['git', 'other']) {
        await trust.anchor(source, commitId('a'), T0, 'operator:alice');
        await noteApproval(subject.store, approval('b', planId('1'), { source }));
        await history.append(source, [entry('b', 'c1')]);
      }
      await approvals.spend(planId('1'), 'r1', 'attempt-1', [used('b')]);
      await revocations.revoke({ key: 'SHA256:old', at: T0, by: 'operator:alice', reason: '' });
      await trust.anchor('git', commitId('c'), T0 + 5, 'operator:bob');

      expect(await trust.get('git')).toEqual({
        source: 'git',
        head: commitId('c'),
        advancedAt: T0 + 5,
        controlAt: null,
        anchor: commitId('c'),
        anchoredAt: T0 + 5,
        anchoredBy: 'operator:bob',
      });
      expect(await approvals.list('git', 9)).toEqual([]);
      expect([...(await statements.note('git', [sighted('b')], T0 + 6)).values()]).toEqual([
        statement('b', { firstSeenAt: T0 + 6 }),
      ]);
      expect(await history.changesAfter('git', 0)).toEqual([]);
      expect(await history.positionOf('git', commitId('b'))).toBeNull();
      expect(await history.positionOf('git', commitId('a'))).toBeNull();

      expect(await approvals.list('other', 9)).toHaveLength(1);
      expect([...(await statements.note('other', [sighted('b')], T0 + 6)).values()]).toEqual([statement('b')]);
      expect(await history.changesAfter('other', 0)).toHaveLength(1);
      expect(await revocations.list()).toHaveLength(1);
    });

    test('an approval that was used before a new anchor is still used after it', async () => {
      const { trust, approvals } = subject.store;
      await trust.anchor('git', commitId('a'), T0, 'operator:alice');
      await noteApproval(subject.store, approval('b', planId('1')));
      await approvals.spend(planId('1'), 'r1', 'attempt-1', [used('b')]);
      await trust.anchor('git', commitId('a'), T0 + 1, 'operator:alice');
      expect(await noteApproval(subject.store, approval('b', planId('1')))).toBe(true);
      expect(await approvals.consentsFor('git', planId('1'), 'r1')).toEqual([
        consent('b', planId('1'), { spentBy: 'attempt-1' }),
      ]);
      await expect(approvals.spend(planId('1'), 'r1', 'attempt-2', [used('b')])).rejects.toMatchObject({
        code: 'ApprovalSpent',
      });
    });
  });

  describe('statements', () => {
    const ids = (...letters: readonly string[]) => letters.map(statementId);

    test('keep their first sight, first carrier and first holder; seeing known ones writes nothing', async () => {
      const { statements } = subject.store;
      expect(await statements.note('git', [], T0)).toEqual(new Map());
      await statements.note('git', [sighted('a'), sighted('b')], T0);
      await statements.note('other', [sighted('a')], T0 + 1);
      const again = sighted('a', { proof: signed('e'), person: 'eve' });
      expect(await statements.note('git', [sighted('c'), again, sighted('c')], T0 + 2)).toEqual(
        new Map([
          [statementId('a'), statement('a')],
          [statementId('c'), statement('c', { firstSeenAt: T0 + 2 })],
        ]),
      );
      expect(await subject.writes(() => statements.note('git', [sighted('c'), sighted('b'), again], T0 + 9))).toBe(
        false,
      );
      expect((await statements.note('other', [sighted('a')], T0 + 9)).get(statementId('a'))?.firstSeenAt).toBe(T0 + 1);
    });

    test('that left the branch before they were accepted are withdrawn for good; what was accepted is not', async () => {
      const { statements } = subject.store;
      const all = ['a', 'b', 'c'].map((letter) => sighted(letter));
      await statements.note('git', all, T0);
      await statements.note('other', all, T0);
      await statements.accept('git', ids('a'), T0 + 1);
      await statements.withdraw('git', ids('b'), T0 + 2, await statements.newest('git'));
      const known = {
        a: statement('a', { acceptedAt: T0 + 1 }),
        b: statement('b'),
        c: statement('c', { withdrawnAt: T0 + 2 }),
      };
      expect([...(await statements.note('git', all, T0 + 3)).values()]).toEqual(Object.values(known));
      expect(await subject.writes(() => statements.withdraw('git', ids('b'), T0 + 4, 99))).toBe(false);
      expect(await subject.writes(() => statements.accept('git', ids('a'), T0 + 4))).toBe(false);
      // It came back, and was accepted: still no news.
      await statements.accept('git', ids('c'), T0 + 5);
      expect((await statements.note('git', all, T0 + 6)).get(statementId('c'))).toEqual(
        statement('c', { acceptedAt: T0 + 5, withdrawnAt: T0 + 2 }),
      );
      expect([...(await statements.note('other', all, T0 + 6)).values()]).toEqual([
        statement('a'),
        statement('b'),
        statement('c'),
      ]);
    });

    test('that another controller noted after the branch was fetched have not left it', async () => {
      const { statements } = subject.store;
      expect(await statements.newest('git')).toBe(0);
      await statements.note('git', [sighted('a')], T0);
      const seen = await statements.newest('git');
      await statements.note('git', [sighted('b')], T0);
      expect((await statements.waiting('git')).map((each) => each.statement).toSorted()).toEqual(ids('a', 'b'));
      await statements.withdraw('git', [], T0 + 1, seen);
      expect(await statements.waiting('git')).toEqual([statement('b')]);
      expect(await statements.waiting('other')).toEqual([]);
      const asked = [...ids('b'), ...ids('c')];
      const known = async () => await statements.known('git', asked);
      expect(await subject.writes(known)).toBe(false);
      expect(await known()).toEqual(new Map([[statementId('b'), statement('b')]]));
    });

    test('tell which keys signed under an id', async () => {
      const { statements } = subject.store;
      const by = (letter: string, signedWith: string, material: string) =>
        sighted(letter, { proof: signed(letter, { key: 'OPENPGP:C', signedWith, material }) });
      await statements.note('git', [by('a', 'OPENPGP:S', 'SHA256:s'), by('b', 'OPENPGP:C', 'SHA256:c')], T0);
      expect(await statements.materialsOf(['OPENPGP:C'])).toEqual(['SHA256:c', 'SHA256:s']);
      expect(await statements.materialsOf(['OPENPGP:S'])).toEqual(['SHA256:s']);
      expect(await statements.materialsOf(['OPENPGP:X'])).toEqual([]);
    });

    test('of a range of ten thousand commits are noted at once', async () => {
      const range = Array.from({ length: 10_000 }, (_, index) => sighted('a', { statement: `s${index}` }));
      expect((await subject.store.statements.note('git', range, T0)).size).toBe(10_000);
      expect(await subject.writes(() => subject.store.statements.note('git', range, T0 + 1))).toBe(false);
    });

    test('noted twice at the same time, both are told the same', async () => {
      const { statements } = subject.store;
      const range = Array.from({ length: 50 }, (_, index) => sighted('a', { statement: `s${index}` }));
      const [one, two] = await Promise.all([
        statements.note('git', range, T0),
        statements.note('git', range.toReversed(), T0 + 1),
      ]);
      expect(two).toEqual(one);
    });
  });

  describe('history', () => {
    const noteAll = async (source: string, ...letters: readonly string[]) =>
      await subject.store.statements.note(
        source,
        letters.map((letter) => {
          const proof = signed(letter, { ...ALICE, material: `SHA256:${letter}` });
          return sighted(letter, { person: `person-${letter}`, proof });
        }),
        T0,
      );
    const told = (changes: readonly PlacedChange[]) =>
      changes.map(({ position, name, by }) => `${position} ${name} ${typeof by === 'string' ? by : by.person}`);

    test('tells who changed which object, in order, and where each commit stands', async () => {
      const { history, trust } = subject.store;
      expect(await history.positionOf('git', commitId('1'))).toBeNull();
      await trust.anchor('git', commitId('0'), T0, 'operator:alice');
      await noteAll('git', '1', '2', '3');
      await noteAll('other', '9');
      await history.append('git', [entry('1', 'söl "x"', 'c2'), entry('2'), entry('3', 'c2')]);
      await history.append('other', [entry('9', 'c2')]);
      expect(await Promise.all(['0', '1', '3', '9'].map((each) => history.positionOf('git', commitId(each))))).toEqual([
        0,
        1,
        3,
        null,
      ]);
      expect(told(await history.changesAfter('git', 1))).toEqual(['3 c2 person-3']);
      expect(await history.changesOf('git', [])).toEqual([]);
      expect(await history.changesOf('git', [{ kind: 'RouterDevice', name: 'c2' }])).toEqual([]);
      const config = (name: string) => ({ kind: 'RouterConfig', name });
      expect(told(await history.changesOf('git', [config('c2'), config('söl "x"')])).toSorted()).toEqual([
        '1 c2 person-1',
        '1 söl "x" person-1',
        '3 c2 person-3',
      ]);
      expect(await history.changesOf('git', [config('söl "x"')])).toEqual([
        {
          ...config('söl "x"'),
          form: { feeds: { names: ['söl "x"'] }, spec: 'spec of söl "x"' },
          accepted: false,
          statement: statementId('1'),
          position: 1,
          by: { person: 'person-1', material: 'SHA256:1' },
        },
      ]);
    });

    test('knows changes of several, of nobody, and of nobody knows whom', async () => {
      const { history, trust } = subject.store;
      await trust.anchor('git', commitId('0'), T0, 'operator:alice');
      await noteAll('git', '1', '2');
      const changes = [
        changed('c1', statementId('1'), statementId('2'), statementId('1')),
        changed('c2'),
        changed('c3', null, statementId('1')),
        { ...changed('c4', statementId('1')), forms: [] },
        { ...changed('c5', statementId('1')), forms: ['one', 'two'].map((spec) => ({ feeds: null, spec })) },
      ];
      await history.append('git', [{ ...entry('1'), changes }]);
      expect(told(await history.changesAfter('git', 0)).toSorted()).toEqual([
        '1 c1 person-1',
        '1 c1 person-2',
        '1 c2 nobody',
        '1 c3 person-1',
        '1 c3 unknown',
        '1 c4 person-1',
        '1 c5 person-1',
        '1 c5 person-1',
      ]);
      expect(await history.changesOf('git', [{ kind: 'RouterConfig', name: 'c4' }])).toMatchObject([{ form: null }]);
      expect(await history.changesOf('git', [{ kind: 'RouterConfig', name: 'c2' }])).toMatchObject([
        { by: 'nobody', statement: null },
      ]);
      expect(await history.objectsOfSpecs('git', ['spec of c2', 'spec of c4'])).toEqual([
        { kind: 'RouterConfig', name: 'c2' },
      ]);
      expect(await history.objectsOfSpecs('git', [])).toEqual([]);
    });

    test('known commits are not appended again, and then nothing is written', async () => {
      const { history, trust } = subject.store;
      await trust.anchor('git', commitId('0'), T0, 'operator:alice');
      await noteAll('git', '1', '2', '3');
      await history.append('git', [entry('1', 'c1'), entry('2', 'c1')]);
      expect(await subject.writes(() => history.append('git', [entry('2', 'c9'), entry('1')]))).toBe(false);
      expect(await subject.writes(() => history.append('git', []))).toBe(false);
      await history.append('git', [entry('2', 'c9'), entry('3', 'c1')]);
      expect(told(await history.changesAfter('git', 0))).toEqual(['1 c1 person-1', '2 c1 person-2', '3 c1 person-3']);
    });

    test('forgets commits that left the branch before they were accepted; they come anew', async () => {
      const { history, trust } = subject.store;
      await trust.anchor('git', commitId('0'), T0, 'operator:alice');
      await noteAll('git', '1', '2', '3');
      await history.append('git', [entry('1', 'c1'), entry('2', 'c1'), entry('3', 'c1')]);
      await history.accept('git', [commitId('1')]);
      await history.withdraw('git', [commitId('3')]);
      expect((await history.changesAfter('git', 0)).map(({ accepted }) => accepted)).toEqual([true, false]);
      expect(told(await history.changesAfter('git', 0))).toEqual(['1 c1 person-1', '3 c1 person-3']);
      expect(await history.positionOf('git', commitId('2'))).toBeNull();
      await history.append('git', [entry('2', 'c1')]);
      expect(told(await history.changesAfter('git', 3))).toEqual(['4 c1 person-2']);
    });

    test('ranges that are appended at the same time all get their place', async () => {
      const { history, trust } = subject.store;
      await trust.anchor('git', commitId('0'), T0, 'operator:alice');
      await noteAll('git', '1', '2', '3', '4', 'f');
      const ranges = ['1', '2', '3', '4'].map((letter) => [entry(letter, 'c1'), entry('f', 'c1')]);
      await Promise.all(ranges.map((range) => history.append('git', range)));
      const people = (await history.changesAfter('git', 0)).map(({ by }) => (typeof by === 'string' ? by : by.person));
      expect(people.toSorted()).toEqual(['person-1', 'person-2', 'person-3', 'person-4', 'person-f']);
    });

    test('a range of ten thousand commits is appended at once', async () => {
      const { history, statements, trust } = subject.store;
      await trust.anchor('git', commitId('0'), T0, 'operator:alice');
      const ids = Array.from({ length: 10_000 }, (_, index) => index.toString(16).padStart(40, '0'));
      await statements.note(
        'git',
        ids.map((id) => sighted('a', { statement: id, proof: proofIn(id, ALICE) })),
        T0,
      );
      await history.append(
        'git',
        ids.map((id, index) => ({
          commit: id,
          statement: id,
          changes: [changed(`c${index}`, id), changed('all', id)],
        })),
      );
      expect(await history.changesAfter('git', 9_998)).toHaveLength(4);
      expect(await history.changesOf('git', [{ kind: 'RouterConfig', name: 'all' }])).toHaveLength(10_000);
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
