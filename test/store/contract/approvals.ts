import { expect, test } from 'vitest';
import { CONTROL } from '../../../controller/records/trust.ts';
import type { Place } from '../places.ts';
import {
  approval,
  attempt,
  commitId,
  consent,
  fleetPlan,
  noteApproval,
  planId,
  signed,
  statementId,
  T0,
  used,
} from '../samples.ts';
import { freshStore } from './subject.ts';

export function approvalsContract(place: Place): void {
  const subject = freshStore(place);

  test('a statement is noted once, as it was first and whatever commit carries it; noting it again writes nothing', async () => {
    const { approvals } = subject.store;
    expect(await noteApproval(subject.store, approval('a', planId('1')))).toBe(true);
    expect(
      await subject.writes(async () => {
        const again = { firstSeenAt: T0 + 9, person: 'eve', proof: signed('e') };
        expect(await noteApproval(subject.store, approval('a', planId('2'), again))).toBe(false);
      }),
    ).toBe(false);
    expect(await noteApproval(subject.store, approval('a', planId('1'), { source: 'other' }))).toBe(true);
    expect(await noteApproval(subject.store, approval('b', planId('1'), { firstSeenAt: T0 + 1 }))).toBe(true);
    expect(await approvals.list('git', 9)).toEqual([
      approval('b', planId('1'), { firstSeenAt: T0 + 1 }),
      approval('a', planId('1')),
    ]);
    expect(await approvals.list('git', 1)).toHaveLength(1);
  });

  test('an approval of the plan itself and one of its fleet plan are told apart, in the order of first sight', async () => {
    const { approvals, fleetPlans } = subject.store;
    await fleetPlans.record(fleetPlan('f', { r1: '1', r2: '2', [CONTROL]: '3' }));
    await noteApproval(subject.store, approval('b', planId('f'), { firstSeenAt: T0 + 1, person: 'bob' }));
    await noteApproval(subject.store, approval('a', planId('1'), { firstSeenAt: T0, startsAt: T0 - 60_000 }));
    await noteApproval(subject.store, approval('c', planId('9')));
    await noteApproval(subject.store, approval('d', planId('1'), { source: 'other' }));
    const whole = consent('b', planId('f'), { firstSeenAt: T0 + 1, person: 'bob', own: false });
    expect(await approvals.consentsFor('git', planId('1'), 'r1')).toEqual([
      consent('a', planId('1'), { startsAt: T0 - 60_000 }),
      whole,
    ]);
    expect(await approvals.consentsFor('git', planId('2'), 'r2')).toEqual([whole]);
    expect(await approvals.consentsFor('git', planId('3'), CONTROL)).toEqual([whole]);
    expect(await approvals.consentsFor('git', planId('2'), 'r1')).toEqual([]);
    expect(await approvals.consentsFor('git', planId('4'), 'r1')).toEqual([]);
  });

  test('a fleet plan that is recorded after its approval was seen counts from then on', async () => {
    const { approvals, fleetPlans } = subject.store;
    await noteApproval(subject.store, approval('b', planId('f')));
    expect(await approvals.consentsFor('git', planId('1'), 'r1')).toEqual([]);
    await fleetPlans.record(fleetPlan('f', { r1: '1' }));
    expect(await approvals.consentsFor('git', planId('1'), 'r1')).toHaveLength(1);
  });

  test('a statement is used once for each pair, and an approval of the fleet for each of its devices', async () => {
    const { approvals, fleetPlans } = subject.store;
    await fleetPlans.record(fleetPlan('f', { r1: '1', r2: '2' }));
    await noteApproval(subject.store, approval('b', planId('f')));
    await approvals.spend(planId('1'), 'r1', 'attempt-1', [used('b')]);
    await expect(approvals.spend(planId('1'), 'r1', 'attempt-2', [used('b')])).rejects.toMatchObject({
      code: 'ApprovalSpent',
      message: expect.stringContaining(commitId('b')) as string,
    });
    expect(await approvals.consentsFor('git', planId('1'), 'r1')).toMatchObject([{ spentBy: 'attempt-1' }]);
    expect(await approvals.consentsFor('git', planId('2'), 'r2')).toMatchObject([{ spentBy: null }]);
    await approvals.spend(planId('2'), 'r2', 'attempt-3', [used('b')]);
    await approvals.spend(planId('3'), CONTROL, 'control-1', [used('b')]);
    expect(await approvals.spentFor('attempt-3')).toEqual([used('b')]);
  });

  test('where one of several was used before, none is used', async () => {
    const { approvals } = subject.store;
    await approvals.spend(planId('1'), 'r1', 'attempt-1', [used('a')]);
    const again = [used('b', 'bob'), used('a')];
    await expect(approvals.spend(planId('1'), 'r1', 'attempt-2', again)).rejects.toMatchObject({
      code: 'ApprovalSpent',
    });
    expect(await approvals.spentFor('attempt-2')).toEqual([]);
    await approvals.spend(planId('1'), 'r1', 'attempt-3', [used('b', 'bob'), used('c')]);
    expect(await approvals.spentFor('attempt-3')).toEqual([used('b', 'bob'), used('c')]);
  });

  test('the standing word of a policy or a rollout is recorded each time', async () => {
    const { approvals } = subject.store;
    const auto = { kind: 'auto', by: 'lab, "every\0body"' } as const;
    const rollout = { kind: 'rollout', by: 'ro-0123456789ab' } as const;
    for (const attemptId of ['attempt-1', 'attempt-2']) await approvals.spend(planId('1'), 'r1', attemptId, [auto]);
    await approvals.spend(planId('1'), 'r1', 'attempt-3', [rollout]);
    expect(await approvals.spentFor('attempt-2')).toEqual([auto]);
    expect(await approvals.spentFor('attempt-3')).toEqual([rollout]);
    expect(await approvals.consentsFor('git', planId('1'), 'r1')).toEqual([]);
  });

  test('an approval that was refused for a pair stays refused for it, and for no other', async () => {
    const { approvals, fleetPlans } = subject.store;
    await fleetPlans.record(fleetPlan('f', { r1: '1', r2: '2' }));
    await noteApproval(subject.store, approval('b', planId('f')));
    await approvals.refuse('git', planId('1'), 'r1', [statementId('b')], T0);
    expect(await subject.writes(() => approvals.refuse('git', planId('1'), 'r1', [statementId('b')], T0 + 1))).toBe(
      false,
    );
    expect(await approvals.consentsFor('git', planId('1'), 'r1')).toMatchObject([{ refused: true }]);
    expect(await approvals.consentsFor('git', planId('2'), 'r2')).toMatchObject([{ refused: false }]);
    await expect(subject.meddle('delete from refused_approvals')).rejects.toThrow(/append-only/);
  });

  test('an approval tells what became of its statement', async () => {
    const { approvals, statements } = subject.store;
    await noteApproval(subject.store, approval('a', planId('1')));
    await noteApproval(subject.store, approval('b', planId('1')));
    await statements.accept('git', [statementId('a')], T0 + 1);
    await statements.withdraw('git', [], T0 + 2, await statements.newest('git'));
    expect(await approvals.consentsFor('git', planId('1'), 'r1')).toMatchObject([
      approval('a', planId('1'), { acceptedAt: T0 + 1 }),
      approval('b', planId('1'), { withdrawnAt: T0 + 2 }),
    ]);
  });

  test('only what was signed and seen can be an approval', async () => {
    const unseen = { id: statementId('a'), approves: planId('1'), startsAt: T0 };
    await expect(subject.store.approvals.note('git', unseen)).rejects.toMatchObject({ code: 'StoreUnavailable' });
  });

  test('nothing is not consent', async () => {
    await expect(subject.store.approvals.spend(planId('1'), 'r1', 'attempt-1', [])).rejects.toMatchObject({
      code: 'ApprovalSpent',
    });
  });

  test.each([
    ['a statement that is not named', `'commit', null`],
    ['a policy that names a statement', `'auto', '${statementId('b')}'`],
    ['a statement for the same pair', `'commit', '${statementId('a')}'`],
  ])('the database itself refuses %s', async (_name, values) => {
    await subject.store.approvals.spend(planId('1'), 'r1', 'attempt-1', [used('a')]);
    const insert = `insert into spent_approvals (plan_id, device, attempt_id, used_of, kind, statement) values ('${planId('1')}', 'r1', 'x', '""', ${values})`;
    await expect(subject.meddle(insert)).rejects.toThrow(/check|unique/i);
    await expect(subject.meddle(`update spent_approvals set device = 'r2'`)).rejects.toThrow(/append-only/);
  });

  test('an attempt whose approval is used already is not opened', async () => {
    await subject.store.approvals.spend(planId('a'), 'r1', 'earlier', [used('b')]);
    const entering = subject.store.transaction(async (records) => {
      const { id } = await records.attempts.open(attempt('r1'));
      await records.approvals.spend(planId('a'), 'r1', id, [used('b')]);
    });
    await expect(entering).rejects.toMatchObject({ code: 'ApprovalSpent' });
    expect(await subject.store.attempts.openOf('r1')).toBeNull();
  });
}
