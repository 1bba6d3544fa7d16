import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviceYaml, inventoryOf, policyYaml } from '#test/documents.ts';
import { runs } from '#test/sample.ts';
import { targetOf } from '../../controller/fleet/target-of.ts';
import type { Target } from '../../controller/fleet/target.ts';
import { askBetweenVisits, type News, type WaitingFacts } from '../../controller/gates/between-visits.ts';
import { whyApart } from '../../controller/operations/approvable-plans.ts';
import { type ApprovingKey, obstacles } from '../../controller/operations/obstacles.ts';
import type { HeldConsent } from '../../controller/policy/consent.ts';
import { reasonsText } from '../../controller/policy/reason-text.ts';
import { WEEKDAYS, windowGate } from '../../controller/policy/window.ts';

const HOUR = 3_600_000;
/** A Monday. */
const MONDAY = Date.parse('2026-11-23T00:00:00Z');
const ID = `sha256:${'0'.repeat(64)}` as const;

const BASE = targetOf(
  inventoryOf({
    'r1.yaml': deviceYaml('r1', 'environment: prod'),
    'policies.yaml': policyYaml('ApprovalPolicy', 'prod', 'selector: {}\napprovers: {roles: [approver]}'),
  }),
  'r1',
  'git:x@1',
  'rev-1',
);

interface Case {
  readonly now: number;
  readonly hours: number;
  readonly required: number;
  readonly days: readonly (typeof WEEKDAYS)[number][];
  readonly given: readonly { readonly person: 'ana' | 'bob'; readonly hoursAgo: number }[];
}

const cases: fc.Arbitrary<Case> = fc.record({
  now: fc.integer({ min: 0, max: 7 * 24 * 60 }).map((minutes) => MONDAY + minutes * 60_000),
  hours: fc.integer({ min: 1, max: 200 }),
  required: fc.integer({ min: 1, max: 2 }),
  // None: it is always open.
  days: fc.subarray([...WEEKDAYS]),
  given: fc.uniqueArray(
    fc.record({ person: fc.constantFrom('ana', 'bob'), hoursAgo: fc.integer({ min: 0, max: 100 }) }),
    { maxLength: 2, selector: ({ person }) => person },
  ),
});

const keyOf = (person: string): ApprovingKey => ({
  person,
  roles: ['approver'],
  by: { key: person, signedWith: person, material: `SHA256:${person}` },
});

function consentBy(person: string, at: number): HeldConsent {
  return {
    source: 'git:x',
    id: `sha256:${person}`,
    approves: ID,
    person,
    proof: { kind: 'signature', commit: person, by: keyOf(person).by },
    acceptedAt: at,
    withdrawnAt: null,
    refused: false,
    firstSeenAt: at,
    startsAt: at,
    own: true,
    spentBy: null,
    holder: { person, roles: ['approver'] },
  };
}

function judgedOf({ now, hours, required, days, given }: Case) {
  if (BASE === null) throw new Error('r1 is missing');
  const windows = days.length === 0 ? [] : [{ days, from: '02:00', to: '04:00' }];
  const target: Target = {
    ...BASE,
    approvalRules: BASE.approvalRules.map((rule) => ({ ...rule, required, expiresAfterHours: hours })),
    rollout: { ...BASE.rollout, windows: [{ windows, timeZone: 'UTC' }] },
  };
  const facts: WaitingFacts = {
    found: [],
    changes: [{ menu: '/ip/dns', kind: 'set' }],
    confirmWithinSeconds: 300,
    approval: {
      device: 'r1',
      environment: 'prod',
      standingSince: now,
      consents: given.map(({ person, hoursAgo }) => consentBy(person, now - hoursAgo * HOUR)),
      outdated: [],
      authors: { people: [], lasting: [], unknown: false },
      confirmedAt: null,
      lastAttempt: null,
      recent: [],
      voided: null,
      driftOnly: false,
      risks: [],
      overBudget: [],
    },
  };
  const roster = ['ana', 'bob'].map((person) => ({ person, roles: ['approver'] as const }));
  const held: News['held'] = (consents) => consents;
  const news: News = { freeze: null, rollouts: [], roster, held, now };
  const gate = windowGate({ windows, timeZone: 'UTC' }, now, facts.confirmWithinSeconds);
  const [closed] = gate.open ? [] : gate.reasons;
  return { id: ID, target, facts, news, opensAt: closed?.code === 'WindowClosed' ? closed.opensAt : null };
}

/** Whose approvals hold after this time. */
function holding({ now, hours, given }: Case, after: number): readonly string[] {
  return given.filter(({ hoursAgo }) => now + (hours - hoursAgo) * HOUR > after).map(({ person }) => person);
}

describe('an approval that expires before the window of its plan opens', () => {
  it('is told as that, and only where it is given', () => {
    const seen = new Set<boolean>();
    fc.assert(
      fc.property(cases, (each) => {
        const { id, target, facts, news, opensAt } = judgedOf(each);
        const asked = askBetweenVisits(facts, id, target, news);
        const given = holding(each, each.now).length >= each.required;
        const ends = opensAt !== null && given && holding(each, opensAt).length < each.required;
        seen.add(ends);
        expect(asked.reasons.some(({ code }) => code === 'ApprovalEndsFirst')).toBe(ends);
        // It may be approved anew then, and only then.
        if (given) expect(whyApart(asked.reasons, true, 'r1') === null).toBe(ends);
        if (ends) expect(reasonsText(asked.reasons)).toContain('before the maintenance window opens');
      }),
      runs(2_000),
    );
    expect(seen).toEqual(new Set([true, false]));
  });

  it('is refused before it is signed, and no other is', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(cases, (each) => {
        const judged = judgedOf(each);
        const at = judged.opensAt ?? each.now;
        const before = holding(each, at);
        const code =
          before.length >= each.required
            ? 'EnoughGiven'
            : each.now + each.hours * HOUR < at
              ? 'ApprovalEndsFirst'
              : before.includes('ana')
                ? 'GivenAlready'
                : 'none';
        seen.add(code);
        const told = obstacles(judged, keyOf('ana'), true);
        expect(told.map((obstacle) => obstacle.code)).toEqual(code === 'none' ? [] : [code]);
      }),
      runs(2_000),
    );
    expect([...seen].toSorted()).toEqual(['ApprovalEndsFirst', 'EnoughGiven', 'GivenAlready', 'none']);
  });

  it('waits for the latest of several windows', () => {
    const all = {
      now: MONDAY,
      hours: 30,
      required: 1,
      days: ['tue'],
      given: [{ person: 'ana', hoursAgo: 0 }],
    } as const;
    const { id, target, facts, news } = judgedOf(all);
    const codes = (days: readonly (typeof WEEKDAYS)[number][]): readonly string[] => {
      const more = { windows: [{ days, from: '02:00', to: '04:00' }], timeZone: 'UTC' };
      const windows = [...target.rollout.windows, more];
      const { reasons } = askBetweenVisits(facts, id, { ...target, rollout: { ...target.rollout, windows } }, news);
      return reasons.map(({ code }) => code);
    };
    expect(codes(['tue'])).toEqual(['WindowClosed', 'WindowClosed']);
    expect(codes(['wed'])).toEqual(['ApprovalEndsFirst', 'WindowClosed', 'WindowClosed']);
  });
});
