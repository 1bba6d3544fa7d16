import { driftRules } from '#test/drift-rules.ts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runs } from '#test/sample.ts';
import {
  approvalGate,
  type ApprovalFacts,
  type ApprovalRule,
  whyUselessFor,
} from '../../controller/policy/approval.ts';
import {
  type ConsentFacts,
  type HeldConsent,
  judgeConsents,
  UNCOUNTED,
  type Uncounted,
  whyUseless,
} from '../../controller/policy/consent.ts';

const NOW = 1_000_000_000;
const HOUR = 3_600_000;
const PEOPLE = ['ana', 'bob', 'eve', 'dan'] as const;
const ROLES: Readonly<Record<string, readonly ('contributor' | 'approver' | 'policy')[]>> = {
  ana: ['contributor', 'approver'],
  bob: ['approver', 'policy'],
  eve: ['contributor'],
  dan: ['policy'],
};
const RULE: ApprovalRule = {
  policy: 'prod',
  sections: null,
  auto: false,
  people: [],
  roles: ['approver'],
  required: 1,
  excludeAuthors: true,
  expiresAfterHours: 24,
  who: '1 of role approver',
};
const PLAN = { changes: [{ menu: '/ip/dns', kind: 'set' }] } as const;

function consent(person: string, more: Partial<HeldConsent> = {}): HeldConsent {
  const by = { key: `SHA256:${person}`, signedWith: `SHA256:${person}`, material: `SHA256:${person}` };
  return {
    source: 'git:x',
    id: `sha256:${person}`,
    approves: 'sha256:00',
    person,
    proof: { kind: 'signature', commit: `commit of ${person}`, by },
    acceptedAt: NOW,
    withdrawnAt: null,
    refused: false,
    firstSeenAt: NOW,
    startsAt: NOW,
    own: true,
    spentBy: null,
    holder: { person, roles: ROLES[person] ?? [] },
    ...more,
  };
}

const FACTS: ConsentFacts = {
  roster: PEOPLE.map((person) => ({ person, roles: ROLES[person] ?? [] })),
  authors: { people: [], lasting: [], unknown: false },
  outdated: [],
  validFrom: null,
  ownOnly: false,
};

/** Of each way in which a consent does not count, one that counts in no other way. */
const WAYS: Readonly<Record<Uncounted, () => Uncounted | null>> = {
  UsedAlready: () => whyUseless(consent('ana', { spentBy: 'at-1' }), [], RULE, FACTS, NOW),
  KeyGone: () => whyUseless(consent('ana', { holder: null }), [], RULE, FACTS, NOW),
  BeforeLastTry: () => whyUseless(consent('ana'), [], RULE, { ...FACTS, validFrom: NOW }, NOW),
  FleetPlanOnly: () => whyUseless(consent('ana', { own: false }), [], RULE, { ...FACTS, ownOnly: true }, NOW),
  NotNamed: () => whyUseless(consent('eve'), [], RULE, FACTS, NOW),
  IsAuthor: () =>
    whyUseless(consent('ana'), [], RULE, { ...FACTS, authors: { ...FACTS.authors, people: ['ana'] } }, NOW),
  RefusedBefore: () => whyUseless(consent('ana', { refused: true }), [], RULE, FACTS, NOW),
  Expired: () => whyUseless(consent('ana'), [], RULE, FACTS, NOW + 24 * HOUR),
  GivenAlready: () => whyUseless(consent('ana'), [consent('ana')], { ...RULE, required: 2 }, FACTS, NOW),
  EnoughGiven: () => whyUseless(consent('ana'), [consent('bob')], RULE, FACTS, NOW),
};

/** How near a plan is to being approved: everything that counts, by policy. */
function given(consents: readonly HeldConsent[], facts: ApprovalFacts, rules: readonly ApprovalRule[]): string {
  const gate = approvalGate(PLAN, { ...facts, consents }, rules, NOW);
  if (gate.open) return 'all';
  const missing = gate.reasons.flatMap((reason) => (reason.code === 'ApprovalMissing' ? [reason] : []));
  return JSON.stringify(missing.map(({ policy, given: by }) => [policy, by.toSorted()]));
}

const CONSENT = fc
  .record({
    person: fc.constantFrom(...PEOPLE),
    gone: fc.boolean(),
    own: fc.boolean(),
    spent: fc.boolean(),
    refused: fc.boolean(),
    hoursAgo: fc.integer({ min: 0, max: 30 }),
  })
  .map(({ person, gone, own, spent, refused, hoursAgo }) => {
    const at = NOW - hoursAgo * HOUR;
    const more = { own, refused, spentBy: spent ? 'at-1' : null, firstSeenAt: at, startsAt: at };
    return consent(person, gone ? { ...more, holder: null } : more);
  });
const RULES = fc.array(
  fc.record({
    required: fc.integer({ min: 1, max: 3 }),
    roles: fc.subarray(['approver', 'policy'] as const),
    people: fc.subarray([...PEOPLE]),
    excludeAuthors: fc.boolean(),
    expiresAfterHours: fc.integer({ min: 1, max: 24 }),
  }),
  { minLength: 1, maxLength: 3 },
);

describe('one more consent', () => {
  it.each(Object.keys(WAYS) as Uncounted[])('that does not count as %s is told as that before it is given', (way) => {
    expect(WAYS[way]()).toBe(way);
    expect(UNCOUNTED[way].next).toMatch(/`rosctl /);
  });

  it('is refused exactly where the gate would stand as it did', () => {
    fc.assert(
      fc.property(
        fc.array(CONSENT, { maxLength: 4 }),
        CONSENT,
        RULES,
        fc.subarray([...PEOPLE]),
        fc.record({ unknown: fc.boolean(), over: fc.boolean(), voided: fc.boolean() }),
        (consents, one, rules, authors, { unknown, over, voided }) => {
          const facts: ApprovalFacts = {
            ...FACTS,
            device: 'r1',
            environment: 'prod',
            standingSince: NOW,
            consents,
            authors: { people: authors, lasting: [], unknown },
            confirmedAt: null,
            lastAttempt: null,
            recent: [],
            voided: voided ? { at: NOW - 10 * HOUR, reason: 'skipped' } : null,
            driftOnly: false,
            drift: driftRules('alert'),
            risks: [],
            overBudget: over ? [{ code: 'OverChangeBudget', message: 'too many' }] : [],
          };
          const asking = rules.map((rule, index) => ({ ...RULE, ...rule, policy: `p${index}` }));
          const useless = whyUselessFor(one, PLAN, facts, asking, NOW).length > 0;
          expect(given([...consents, one], facts, asking) === given(consents, facts, asking)).toBe(useless);
        },
      ),
      runs(2_000),
    );
  });

  it('is told once where several of one person do not count alike', () => {
    const spent = { spentBy: 'at-1' };
    const judged = judgeConsents([consent('ana', spent), consent('ana', spent)], RULE, FACTS, NOW);
    expect(judged.open ? [] : judged.reasons[0].notCounted).toEqual([{ person: 'ana', because: 'used already' }]);
  });
});
