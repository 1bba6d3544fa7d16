import { describe, expect, it } from 'vitest';
import type { Change, Plan } from '#differ';
import { approvalGate, type ApprovalFacts, type ApprovalRule } from '../../controller/policy/approval.ts';

const SET: Change = {
  kind: 'set',
  menu: '/ip/dns',
  match: null,
  nth: 0,
  fields: { servers: '9.9.9.9' },
  before: { servers: '1.1.1.1' },
  reason: 'declared',
};
const REMOVE: Change = {
  kind: 'remove',
  menu: '/ip/address',
  match: { address: '192.0.2.1/24', interface: 'bridge' },
  nth: 0,
  before: {},
  reason: 'unlisted',
};

function planOf(...changes: readonly Change[]): Plan {
  return { changes, inverse: [], touched: [], extras: [], released: [], frozen: [], conflicts: [] };
}

const FACTS: ApprovalFacts = {
  device: 'r1',
  environment: 'lab',
  planId: 'sha256:00',
  granted: [],
  lastAttempt: null,
  recent: [],
  driftOnly: false,
  driftPolicy: 'alert',
  risks: [],
};
const AUTO: ApprovalRule = { policy: 'lab', auto: true, who: '1 of nobody named' };
const PEOPLE: ApprovalRule = { policy: 'prod', auto: false, who: '2 of role approver' };

function codes(
  facts: Partial<ApprovalFacts>,
  rules: readonly ApprovalRule[] = [AUTO],
  plan = planOf(SET),
): readonly string[] {
  const gate = approvalGate(plan, { ...FACTS, ...facts }, rules);
  return gate.open ? [] : gate.reasons.map((reason) => reason.code);
}

describe('the approval gate', () => {
  it('opens by itself only in the lab, and only where the policy says so', () => {
    expect(codes({})).toEqual([]);
    expect(codes({ environment: 'staging' })).toEqual(['ApprovalMissing']);
    expect(codes({ environment: 'prod' })).toEqual(['ApprovalMissing']);
    expect(codes({}, [PEOPLE])).toEqual(['ApprovalMissing']);
  });

  it('asks every policy that matches, and refuses where none does', () => {
    expect(codes({}, [AUTO, PEOPLE])).toEqual(['ApprovalMissing']);
    expect(codes({}, [])).toEqual(['NoApprovalPolicy']);
  });

  it('does not try a plan again that was rolled back or that stalled', () => {
    expect(codes({ lastAttempt: { end: 'undone', endReason: 'cpu' } })).toEqual(['RolledBack']);
    expect(codes({ lastAttempt: { end: 'stalled', endReason: null } })).toEqual(['Stalled']);
    expect(codes({ lastAttempt: { end: 'closed', endReason: 'rebooted' } })).toEqual([]);
    expect(codes({ lastAttempt: { end: 'confirmed', endReason: null } })).toEqual([]);
  });

  it('gives up on a plan whose attempts keep ending alike before the first write', () => {
    const closed = (endReason: string) => ({ end: 'closed', endReason }) as const;
    expect(codes({ recent: Array.from({ length: 5 }, () => closed('no space')) })).toEqual(['ArmKeepsFailing']);
    expect(codes({ recent: Array.from({ length: 4 }, () => closed('no space')) })).toEqual([]);
    expect(codes({ recent: ['a', 'b', 'a', 'b', 'a'].map(closed) })).toEqual([]);
  });

  it('leaves drift alone unless the policy corrects it, and never deletes for it', () => {
    expect(codes({ driftOnly: true })).toEqual(['DriftNotCorrected']);
    expect(codes({ driftOnly: true, driftPolicy: 'correct' })).toEqual([]);
    expect(codes({ driftOnly: true, driftPolicy: 'correct' }, [AUTO], planOf(SET, REMOVE))).toEqual([
      'DriftWouldDelete',
    ]);
  });

  it('keeps high risk for people', () => {
    expect(codes({ risks: ['the path is a tunnel'] })).toEqual(['HighRisk']);
  });

  it('gives all reasons at once', () => {
    expect(
      codes({ environment: 'prod', risks: ['x'], driftOnly: true, lastAttempt: { end: 'undone', endReason: null } }, [
        PEOPLE,
      ]),
    ).toEqual(['RolledBack', 'DriftNotCorrected', 'ApprovalMissing', 'HighRisk']);
  });

  it('knows whether an unspent approval is there already', () => {
    const approval = { planId: 'sha256:00', device: 'r1', kind: 'auto', by: 'lab', firstSeenAt: 1 } as const;
    const open = (spentBy: string | null) =>
      approvalGate(planOf(SET), { ...FACTS, granted: [{ ...approval, spentBy }] }, [AUTO]);
    expect(open(null)).toMatchObject({ open: true, value: { granted: true } });
    expect(open('attempt-1')).toMatchObject({ open: true, value: { granted: false } });
  });
});
