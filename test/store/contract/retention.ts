import { describe, expect, test } from 'vitest';
import { carrierOf } from '../../../controller/records/proofs.ts';
import type { Place } from '../places.ts';
import {
  approval,
  attempt,
  commitId,
  DAY,
  drift,
  event,
  entry,
  fleetPlan,
  member,
  noteApproval,
  planId,
  proposal,
  rollout,
  sighted,
  statementId,
  T0,
  used,
} from '../samples.ts';
import { freshStore } from './subject.ts';

const NOW = T0 + 100 * DAY;
const KEPT = { days: 30 };

export function retentionContract(place: Place): void {
  const subject = freshStore(place);

  test('old rows go, and what decisions rest on stays', async () => {
    const { store } = subject;
    const auto = { kind: 'auto', by: 'lab' } as const;
    for (const id of ['rev-1', 'rev-2'])
      await store.revisions.accept({ id, source: 'folder', firstSeenAt: T0, files: {} });
    const attempts = [];
    for (const letter of ['a', 'b']) {
      await store.fleetPlans.record(fleetPlan(letter, { r1: letter }));
      await store.plans.propose(proposal('r1', letter));
      for (const _again of [1, 2]) {
        const { id } = await store.attempts.open(attempt('r1', { planId: planId(letter) }));
        attempts.push(id);
        await store.approvals.spend(planId(letter), 'r1', id, [auto]);
        await store.attempts.step(id, 'one', 'arming', T0, '');
        await store.snapshots.add({ attemptId: id, device: 'r1', takenAt: T0, menus: {} });
        await store.health.add({ device: 'r1', attemptId: id, at: T0, verdict: 'healthy', checks: [] });
        await store.attempts.end(id, 'one', 'undone', T0, '');
      }
    }
    await store.health.add({ device: 'r1', attemptId: null, at: T0, verdict: 'healthy', checks: [] });
    const old = await store.attempts.open(attempt('r2', { planId: planId('c') }));
    await store.attempts.end(old.id, 'one', 'stalled', T0, '');
    await store.attempts.open(attempt('r3', { planId: planId('c') }));
    for (const digest of ['d1', 'd2']) await store.drift.report(drift('r1', digest));
    await store.audit.append(event('old'));

    expect(await subject.writes(() => store.prune({ days: 101 }, NOW))).toBe(false);
    // One revision, fleet plan, plan and drift; two attempts with a snapshot, a report and what they used each; the
    // report of no attempt.
    expect(await store.prune(KEPT, NOW)).toBe(13);
    expect(await subject.writes(() => store.prune(KEPT, NOW))).toBe(false);

    expect((await store.revisions.latest('folder'))?.id).toBe('rev-2');
    expect((await store.fleetPlans.latest())?.id).toBe(planId('b'));
    expect(await store.fleetPlans.get(planId('a'))).toBeNull();
    expect(await store.plans.get(planId('a'))).toBeNull();
    expect((await store.plans.current('r1'))?.id).toBe(planId('b'));
    const spent = await Promise.all(attempts.map((id) => store.approvals.spentFor(id)));
    expect(spent).toEqual([[], [], [auto], [auto]]);
    expect(await store.attempts.lastOf('r1', planId('a'))).toBeNull();
    expect(await store.attempts.lastOf('r1', planId('b'))).toMatchObject({ number: 2, steps: [{ step: 'arming' }] });
    expect((await store.attempts.list('r2', 9)).map((each) => each.end)).toEqual(['stalled']);
    expect(await store.attempts.openOf('r3')).not.toBeNull();
    expect(await store.snapshots.list('r1', 9)).toHaveLength(2);
    expect(await store.health.list('r1', 9)).toHaveLength(2);
    expect((await store.drift.open('r1'))?.digest).toBe('d2');
    expect(await store.audit.list({ limit: 9 })).toHaveLength(1);
  });

  test('trust, statements, history and revocations stay, and so do the revisions of trusted heads', async () => {
    const { store } = subject;
    await store.trust.anchor('git', commitId('0'), T0, 'operator:alice');
    for (const letter of ['1', '2', '1', '3']) {
      const files = { [`${letter}.yaml`]: '' };
      await store.revisions.accept({ id: commitId(letter), source: 'git', firstSeenAt: T0, files });
      await store.revisions.accept({ id: commitId(letter), source: 'other', firstSeenAt: T0, files });
    }
    await store.trust.advance('git', commitId('0'), commitId('1'), T0);
    await store.statements.note('git', [sighted('1')], T0);
    await store.history.append('git', [entry('1', 'c1')]);
    await store.revocations.revoke({ key: 'SHA256:old', at: T0, by: 'operator:alice', reason: '' });
    // Of "git" the first acceptance of 1, and 2; of "other", which trusts nothing, all but the newest.
    expect(await store.prune(KEPT, NOW)).toBe(5);
    expect((await store.trust.get('git'))?.head).toBe(commitId('1'));
    expect((await store.revisions.get('git', commitId('1')))?.files).toEqual({ '1.yaml': '' });
    expect((await store.revisions.latest('git'))?.id).toBe(commitId('3'));
    expect(await store.revisions.get('other', commitId('1'))).toBeNull();
    expect(await store.history.changesAfter('git', 0)).toMatchObject([{ name: 'c1', by: { person: 'alice' } }]);
    expect((await store.statements.note('git', [sighted('1')], NOW)).get(statementId('1'))?.firstSeenAt).toBe(T0);
    expect(await store.revocations.list()).toHaveLength(1);
  });

  describe('an old approval', () => {
    test('goes, with the fleet plan it names; its statement stays, with its first sight', async () => {
      const { store } = subject;
      await store.fleetPlans.record(fleetPlan('f', { r1: '1' }));
      await store.fleetPlans.record(fleetPlan('e', { r1: '2' }));
      await noteApproval(store, approval('a', planId('f')));
      expect(await store.prune(KEPT, NOW)).toBe(2);
      expect(await store.approvals.list('git', 9)).toEqual([]);
      expect(await store.fleetPlans.get(planId('f'))).toBeNull();
      expect((await store.fleetPlans.latest())?.id).toBe(planId('e'));
      expect((await store.statements.note('git', [sighted('a')], NOW)).get(statementId('a'))?.firstSeenAt).toBe(T0);
    });

    test('stays while the plan or a plan of the fleet plan that it names is current', async () => {
      const { store } = subject;
      await store.plans.propose(proposal('r1', '1'));
      await store.plans.propose(proposal('r2', '2'));
      await store.fleetPlans.record(fleetPlan('f', { r1: '1', r3: '3' }));
      await noteApproval(store, approval('a', planId('f')));
      await noteApproval(store, approval('b', planId('2')));
      await noteApproval(store, approval('c', planId('3')));
      expect(await store.prune(KEPT, NOW)).toBe(1);
      expect((await store.approvals.list('git', 9)).map((each) => carrierOf(each.proof))).toEqual([
        commitId('b'),
        commitId('a'),
      ]);
    });

    test('is used for ever, whatever goes', async () => {
      const { store } = subject;
      const { id } = await store.attempts.open(attempt('r1'));
      await noteApproval(store, approval('b', planId('a')));
      await store.approvals.spend(planId('a'), 'r1', id, [used('b')]);
      await store.attempts.end(id, 'one', 'confirmed', T0, '');
      const newer = await store.attempts.open(attempt('r1', { planId: planId('c') }));
      await store.attempts.end(newer.id, 'one', 'confirmed', T0, '');
      expect(await store.prune(KEPT, NOW)).toBe(2);
      expect(await store.attempts.lastOf('r1', planId('a'))).toBeNull();
      await noteApproval(store, approval('b', planId('a'), { firstSeenAt: NOW }));
      expect(await store.approvals.consentsFor('git', planId('a'), 'r1')).toMatchObject([{ spentBy: id }]);
      await expect(store.approvals.spend(planId('a'), 'r1', 'again', [used('b')])).rejects.toMatchObject({
        code: 'ApprovalSpent',
      });
    });
  });

  describe('an old rollout', () => {
    test('goes when it has ended, and stays while a plan of one of its pairs is current', async () => {
      const { store } = subject;
      await store.plans.propose(proposal('r1', '1'));
      const members = [member('r1', '1'), member('r2', '2')];
      await store.rollouts.add(rollout('1', { state: 'superseded', members }));
      await store.rollouts.add(rollout('2', { state: 'done', members: [member('r2', '2')] }));
      await store.rollouts.add(rollout('3', { state: 'halted', members: [member('r3', '3')] }));
      await store.rollouts.add(rollout('4', { state: 'done', members: [member('r4', '4')], since: NOW - DAY }));
      expect(await store.prune(KEPT, NOW)).toBe(1);
      expect(await store.rollouts.list('git', 9)).toHaveLength(3);
      expect((await store.rollouts.lastWith('git', 'r1', planId('1')))?.id).toBe(rollout('1').id);
      expect((await store.rollouts.lastWith('git', 'r2', planId('2')))?.id).toBe(rollout('1').id);
    });

    test('keeps the attempts it may have to take back while it is open', async () => {
      const { store } = subject;
      for (const letter of ['1', '2', '3']) {
        const { id } = await store.attempts.open(attempt('r1', { planId: planId(letter) }));
        await store.attempts.end(id, 'one', 'confirmed', T0, '');
      }
      await store.rollouts.add(rollout('1', { state: 'paused', members: [member('r1', '1')] }));
      expect(await store.prune(KEPT, NOW)).toBe(1);
      expect((await store.attempts.list('r1', 9)).map((each) => each.planId)).toEqual([planId('3'), planId('1')]);
      await store.rollouts.save(rollout('1', { state: 'aborted', members: [member('r1', '1')], version: 2 }));
      expect(await store.prune(KEPT, NOW)).toBe(2);
    });
  });
}
