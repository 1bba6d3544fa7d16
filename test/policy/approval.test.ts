import { driftRules } from '#test/drift-rules.ts';
import { reasonsText } from '../../controller/policy/reason-text.ts';
import { describe, expect, it } from 'vitest';
import type { Change, Plan } from '#differ';
import { approvalGate, type ApprovalFacts, type ApprovalRule } from '../../controller/policy/approval.ts';
import { proofIn } from '../../controller/records/proofs.ts';
import type { HeldConsent } from '../../controller/policy/consent.ts';

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

const NOW = 1_000_000_000;
const HOUR = 3_600_000;
const FACTS: ApprovalFacts = {
  device: 'r1',
  environment: 'lab',
  standingSince: NOW - 5 * HOUR,
  consents: [],
  outdated: [],
  roster: [
    { person: 'ana', roles: ['contributor', 'approver'] },
    { person: 'bob', roles: ['approver', 'policy'] },
    { person: 'eve', roles: ['contributor'] },
  ],
  authors: { people: [], lasting: [], unknown: false },
  confirmedAt: null,
  lastAttempt: null,
  recent: [],
  voided: null,
  driftOnly: false,
  drift: driftRules('alert'),
  risks: [],
  overBudget: [],
};
const BUDGET = { code: 'OverDeletionBudget', message: 'The plan removes 30 rows and 20 may go.' } as const;
const AUTO: ApprovalRule = {
  policy: 'lab',
  sections: null,
  auto: true,
  people: [],
  roles: [],
  required: 1,
  excludeAuthors: false,
  expiresAfterHours: 24,
  who: '',
};
const PEOPLE: ApprovalRule = {
  ...AUTO,
  policy: 'prod',
  auto: false,
  roles: ['approver'],
  excludeAuthors: true,
  who: '1 of role approver',
};
const TWO: ApprovalRule = { ...PEOPLE, required: 2, who: '2 of role approver' };

function consent(person: string, more: Partial<HeldConsent> = {}): HeldConsent {
  const seen = NOW - HOUR;
  const roles = FACTS.roster?.find((each) => each.person === person)?.roles ?? [];
  return {
    source: 'git:x',
    id: `statement of ${person}`,
    approves: 'sha256:00',
    person,
    proof: {
      kind: 'signature',
      commit: `commit of ${person}`,
      by: { key: `SHA256:${person}`, signedWith: `SHA256:${person}`, material: `SHA256:${person}` },
    },
    acceptedAt: seen,
    withdrawnAt: null,
    refused: false,
    firstSeenAt: seen,
    startsAt: seen,
    own: true,
    spentBy: null,
    holder: { person, roles },
    ...more,
  };
}

function codes(
  facts: Partial<ApprovalFacts>,
  rules: readonly ApprovalRule[] = [AUTO],
  plan = planOf(SET),
): readonly string[] {
  const gate = approvalGate(plan, { ...FACTS, ...facts }, rules, NOW);
  return gate.open ? [] : gate.reasons.map((reason) => reason.code);
}

describe('the approval gate', () => {
  it('opens by itself only in the lab, and only where the policy says so', () => {
    expect(codes({})).toEqual([]);
    expect(codes({ environment: 'staging' })).toEqual(['ApprovalMissing']);
    expect(codes({ environment: 'prod' })).toEqual(['ApprovalMissing']);
    expect(codes({}, [PEOPLE])).toEqual(['ApprovalMissing']);
  });

  it('tells that an attempt which wrote nothing has used the approval up', () => {
    const lastAttempt = { end: 'closed', endReason: 'the rollout is paused', endedAt: NOW - HOUR } as const;
    const used = { lastAttempt, consents: [consent('ana', { spentBy: 'attempt-1' })] };
    expect(codes(used, [PEOPLE])).toEqual(['ApprovalMissing', 'AttemptClosed']);
    expect(codes({ ...used, consents: [] }, [PEOPLE])).toEqual(['ApprovalMissing']);
    expect(codes({ ...used, consents: [...used.consents, consent('bob')] }, [PEOPLE])).toEqual([]);
  });

  it('asks every policy that matches, and refuses where none does', () => {
    expect(codes({}, [AUTO, PEOPLE])).toEqual(['ApprovalMissing']);
    expect(codes({}, [])).toEqual(['NoApprovalPolicy']);
  });

  it('does not try a plan again that was rolled back or that stalled', () => {
    const undone = { end: 'undone', endReason: 'cpu', endedAt: 5 } as const;
    expect(codes({ lastAttempt: undone })).toEqual(['RolledBack']);
    const retried = { ...undone, retriedAt: 6 };
    expect(codes({ lastAttempt: retried })).toEqual([]);
    // Correcting drift does not go on after a rollback.
    expect(codes({ lastAttempt: retried, driftOnly: true, drift: driftRules('correct') })).toEqual(['RolledBack']);
    expect(codes({ lastAttempt: { end: 'stalled', endReason: null, endedAt: 5 } })).toEqual(['Stalled']);
    expect(codes({ lastAttempt: { end: 'closed', endReason: 'rebooted', endedAt: 5 } })).toEqual([]);
    expect(codes({ lastAttempt: { end: 'confirmed', endReason: null, endedAt: 5 } })).toEqual([]);
  });

  it('gives up on a plan whose attempts keep ending alike before the first write', () => {
    const closed = (endReason: string) => ({ end: 'closed', endReason, endedAt: 5 }) as const;
    expect(codes({ recent: Array.from({ length: 5 }, () => closed('no space')) })).toEqual(['ArmKeepsFailing']);
    expect(codes({ recent: Array.from({ length: 4 }, () => closed('no space')) })).toEqual([]);
    expect(codes({ recent: ['a', 'b', 'a', 'b', 'a'].map(closed) })).toEqual([]);
  });

  it('leaves drift alone unless the policy corrects it, and never deletes for it', () => {
    expect(codes({ driftOnly: true })).toEqual(['DriftNotCorrected']);
    expect(codes({ driftOnly: true, drift: driftRules('correct') })).toEqual([]);
    expect(codes({ driftOnly: true, drift: driftRules('correct') }, [AUTO], planOf(SET, REMOVE))).toEqual([
      'DriftWouldDelete',
    ]);
  });

  it('asks what the policy says of drift for each section that the plan touches', () => {
    const correct = { mode: 'correct', deletions: 'refuse' } as const;
    const propose = { mode: 'propose', deletions: 'refuse' } as const;
    const of = (drift: ApprovalFacts['drift'], ...changes: readonly Change[]) =>
      codes({ driftOnly: true, drift }, [AUTO], planOf(...changes));
    expect(of(driftRules('alert', { dns: correct }), SET)).toEqual([]);
    expect(of(driftRules('alert', { dns: correct }), SET, REMOVE)).toEqual(['DriftNotCorrected']);
    expect(of(driftRules('alert', { dns: propose }), SET, REMOVE)).toEqual(['DriftNotCorrected', 'DriftNotCorrected']);
    expect(of(driftRules('alert', { dns: correct, addresses: correct }), SET, REMOVE)).toEqual(['DriftWouldDelete']);
    const deleting = { mode: 'correct', deletions: 'allow' } as const;
    expect(of(driftRules('alert', { dns: correct, addresses: deleting }), SET, REMOVE)).toEqual([]);
  });

  it('keeps high risk for people', () => {
    expect(codes({ risks: ['the path is a tunnel'] })).toEqual(['HighRisk']);
  });

  it('gives all reasons at once', () => {
    expect(
      codes(
        {
          environment: 'prod',
          risks: ['x'],
          overBudget: [BUDGET],
          driftOnly: true,
          lastAttempt: { end: 'undone', endReason: null, endedAt: 5 },
        },
        [PEOPLE, TWO],
      ),
    ).toEqual([
      'RolledBack',
      'HighRisk',
      'OverDeletionBudget',
      'DriftNotCorrected',
      'ApprovalMissing',
      'ApprovalMissing',
    ]);
  });

  it('says by whom, also where a policy for the lab can not stand by itself', () => {
    const gate = approvalGate(planOf(SET), { ...FACTS, environment: 'prod' }, [AUTO], NOW);
    expect(gate.open ? '' : reasonsText(gate.reasons.slice(0, 1))).toMatch(/asks for approval by 1 of role approver\./);
  });

  it('opens with the consent of as many different people as every policy asks for', () => {
    const both = [consent('ana'), consent('bob')];
    expect(codes({ environment: 'prod', consents: [consent('ana')] }, [PEOPLE])).toEqual([]);
    expect(codes({ environment: 'prod', consents: [consent('ana')] }, [PEOPLE, TWO])).toEqual(['ApprovalMissing']);
    expect(codes({ environment: 'prod', consents: [consent('ana'), consent('ana', { id: 'b' })] }, [TWO])).toEqual([
      'ApprovalMissing',
    ]);
    expect(codes({ environment: 'prod', consents: both }, [PEOPLE, TWO])).toEqual([]);
  });

  it('says what it used and since when the approval is complete', () => {
    const consents = [consent('ana', { firstSeenAt: NOW - 3 }), consent('bob', { firstSeenAt: NOW - 2 })];
    expect(approvalGate(planOf(SET), { ...FACTS, environment: 'prod', consents }, [TWO], NOW)).toEqual({
      open: true,
      value: {
        by: 'ana, bob',
        endsAt: NOW - HOUR + 24 * HOUR,
        approvedAt: NOW - 2,
        used: [
          { kind: 'consent', by: 'ana', id: 'statement of ana', carrier: 'commit of ana' },
          { kind: 'consent', by: 'bob', id: 'statement of bob', carrier: 'commit of bob' },
        ],
      },
    });
  });

  it('does not take a plan that comes up again, or on a device that was offline, for an approval that was given anew', () => {
    const given = { ...FACTS, environment: 'prod' as const, standingSince: NOW - 1, consents: [consent('ana')] };
    expect(approvalGate(planOf(SET), given, [PEOPLE], NOW)).toMatchObject({ value: { approvedAt: NOW - HOUR } });
    const auto = { ...FACTS, standingSince: NOW - 1 };
    expect(approvalGate(planOf(SET), auto, [AUTO], NOW)).toMatchObject({ value: { approvedAt: NOW - 1 } });
    const both = { ...given, environment: 'lab' as const };
    expect(approvalGate(planOf(SET), both, [AUTO, PEOPLE], NOW)).toMatchObject({ value: { approvedAt: NOW - HOUR } });
  });

  it.each([
    ['was used already', { spentBy: 'attempt-1' }],
    ['was given by a key that stands no more', { holder: null }],
    ['was given by a key that is somebody else’s now', { holder: { person: 'bob', roles: ['approver'] } }],
    ['has expired', { startsAt: NOW - 24 * HOUR }],
    ['was given by somebody who may not approve any more', { holder: { person: 'ana', roles: ['contributor'] } }],
  ] as const)('does not count a consent that %s', (_, more) => {
    expect(codes({ environment: 'prod', consents: [consent('ana')] }, [PEOPLE])).toEqual([]);
    expect(codes({ environment: 'prod', consents: [consent('ana', more)] }, [PEOPLE])).toEqual(['ApprovalMissing']);
  });

  it('lets nobody approve what they brought, with whatever key, and asks for two where the author is not known', () => {
    const facts = { environment: 'prod', authors: { people: ['ana'], lasting: ['ana'], unknown: false } } as const;
    const second = { key: 'SHA256:second', signedWith: 'SHA256:second', material: 'SHA256:second' };
    const consents = [consent('ana', { proof: proofIn('another commit of ana', second) })];
    expect(codes({ ...facts, consents }, [PEOPLE])).toEqual(['ApprovalMissing']);
    expect(codes({ ...facts, consents: [consent('bob')] }, [PEOPLE])).toEqual([]);
    const unknown = { environment: 'prod', authors: { people: [], lasting: [], unknown: true } } as const;
    expect(codes({ ...unknown, consents: [consent('bob')] }, [PEOPLE])).toEqual(['ApprovalMissing']);
    expect(codes({ ...unknown, consents: [consent('ana'), consent('bob')] }, [PEOPLE])).toEqual([]);
    expect(codes({ ...unknown, consents: [consent('ana')] }, [{ ...PEOPLE, excludeAuthors: false }])).toEqual([]);
  });

  it('takes only an approval that is newer than the last try, and then tries again', () => {
    const lastAttempt = { end: 'undone', endReason: 'cpu', endedAt: NOW - HOUR } as const;
    const prod = { environment: 'prod', lastAttempt } as const;
    expect(codes({ ...prod, consents: [consent('ana')] }, [PEOPLE])).toEqual(['RolledBack', 'ApprovalMissing']);
    expect(codes({ ...prod, consents: [consent('ana', { firstSeenAt: NOW - 1 })] }, [PEOPLE])).toEqual([]);
    expect(codes({ lastAttempt, consents: [consent('ana', { firstSeenAt: NOW - 1 })] })).toEqual([]);
    const voided = { at: NOW - HOUR, reason: 'taken out by bob' };
    expect(codes({ voided })).toEqual(['TakenOut']);
    expect(codes({ voided, consents: [consent('ana', { firstSeenAt: NOW - 1 })] })).toEqual([]);
  });

  it('asks for an approval of its own over budget, from the lab too', () => {
    const facts = { overBudget: [BUDGET] };
    expect(codes(facts)).toEqual(['OverDeletionBudget']);
    expect(codes({ ...facts, consents: [consent('ana', { own: false })] })).toEqual(['OverDeletionBudget']);
    expect(codes({ ...facts, consents: [consent('ana')] })).toEqual([]);
  });

  it('lets people approve what it would not do by itself', () => {
    expect(codes({ risks: ['x'], consents: [consent('ana')] })).toEqual([]);
    expect(codes({ driftOnly: true, consents: [consent('ana')] })).toEqual([]);
  });

  it('asks the policies of the sections that the plan touches, and refuses a section that none counts for', () => {
    const dns = { ...PEOPLE, sections: ['dns' as const] };
    const addresses = { ...TWO, sections: ['addresses' as const] };
    const facts = { environment: 'prod', consents: [consent('ana')] } as const;
    expect(codes(facts, [dns, addresses])).toEqual([]);
    expect(codes(facts, [dns, addresses], planOf(SET, REMOVE))).toEqual(['ApprovalMissing']);
    expect(codes(facts, [dns], planOf(SET, REMOVE))).toEqual(['NoApprovalPolicy']);
    expect(codes(facts, [addresses])).toEqual(['NoApprovalPolicy']);
    const auto = { ...AUTO, sections: ['addresses' as const] };
    expect(codes({}, [auto])).toEqual(['NoApprovalPolicy']);
    expect(codes({}, [auto], planOf(REMOVE))).toEqual([]);
  });

  it('says that nobody can approve where the source is a folder', () => {
    const gate = approvalGate(planOf(SET), { ...FACTS, environment: 'prod', roster: null }, [PEOPLE], NOW);
    expect(gate.open ? '' : reasonsText(gate.reasons.slice(0, 1))).toContain('The source is a folder');
  });

  it('names who is missing, who could give it, and why other approvals do not count', () => {
    const consents = [consent('ana', { startsAt: 0 })];
    const gate = approvalGate(planOf(SET), { ...FACTS, environment: 'prod', consents }, [TWO], NOW);
    expect(gate.open ? '' : reasonsText(gate.reasons.slice(0, 1))).toBe(
      "Policy prod asks for approval by 2 of role approver. Not counted: ana's (expired). ana or bob could give it.",
    );
  });

  it('lets a policy name people, but only those whom the roster lets approve', () => {
    const named = { ...PEOPLE, roles: [], people: ['ana', 'eve'] };
    expect(codes({ environment: 'prod', consents: [consent('ana')] }, [named])).toEqual([]);
    expect(codes({ environment: 'prod', consents: [consent('eve')] }, [named])).toEqual(['ApprovalMissing']);
    expect(codes({ environment: 'prod', consents: [consent('bob')] }, [named])).toEqual(['ApprovalMissing']);
  });
});
