import { randomUUID } from 'node:crypto';
import type { Plan, PlanBody, PlanId } from '#differ';
import type { AttemptPayload, AttemptRecord } from '../../controller/records/attempts.ts';
import type { AuditEvent } from '../../controller/records/audit.ts';
import type { DriftRecord } from '../../controller/records/drift.ts';
import type { PlanRecord } from '../../controller/records/plans.ts';
import type { Records } from '../../controller/records/store.ts';
import type { FleetPlanRecord } from '../../controller/records/fleet-plans.ts';
import type { RolloutMember, RolloutRecord, WaveRules } from '../../controller/records/rollouts.ts';
import type { Consent, PairConsent, SpentApproval } from '../../controller/records/approvals.ts';
import { proofIn, type Proof } from '../../controller/records/proofs.ts';
import type { HistoryEntry, ObjectChange } from '../../controller/records/history.ts';
import type { NewStatement, StatementRecord } from '../../controller/records/statements.ts';

export const T0 = Date.UTC(2026, 0, 1);
export const DAY = 86_400_000;

export function planId(letter: string): PlanId {
  return `sha256:${letter.repeat(64)}`;
}

export function commitId(letter: string): string {
  return letter.repeat(40);
}

export const plan: Plan = {
  changes: [
    {
      kind: 'set',
      menu: '/ip/dns',
      match: null,
      nth: 0,
      fields: { servers: '192.0.2.1' },
      before: { servers: '192.0.2.9' },
      reason: 'declared',
    },
  ],
  inverse: [{ menu: '/ip/dns', match: null, rows: [{ servers: '192.0.2.9' }] }],
  touched: [{ menu: '/ip/dns', match: null, rows: [{ servers: '192.0.2.9' }] }],
  extras: [],
  released: [],
  frozen: [],
  conflicts: [],
};

export const body: PlanBody = {
  source: 'folder',
  device: { name: 'r1', serial: 'HEX1', address: 'https://192.0.2.1', credential: 'lab' },
  operations: plan.changes,
  confirmWithinSeconds: 300,
  touched: plan.touched,
  policyDigest: 'sha256:policy',
};

export const payload: AttemptPayload = {
  purpose: 'apply',
  plan,
  body,
  desired: { menus: {} },
  before: { base: null, revision: null },
  revision: 'rev-1',
  tier: 'full',
  confirmWithinSeconds: 300,
  health: { maxCpuPercent: 95, minFreeMemoryPercent: 5, pings: [], resolve: [], interfaces: true },
  settleSeconds: 0,
  runningInterfaces: ['ether1'],
};

export function attempt(
  device: string,
  more: Partial<AttemptRecord> = {},
): Omit<AttemptRecord, 'number' | 'steps' | 'end' | 'endedAt' | 'endReason'> {
  return {
    id: randomUUID(),
    device,
    planId: planId('a'),
    correlationId: 'c-1',
    openedAt: T0,
    payload,
    holder: 'one',
    leaseUntil: T0 + 60_000,
    ...more,
  };
}

export function proposal(device: string, letter: string, createdAt = T0): Omit<PlanRecord, 'supersededAt'> {
  return { id: planId(letter), device, revision: 'rev-1', body, plan, createdAt };
}

export function drift(device: string, digest: string, firstSeenAt = T0): Omit<DriftRecord, 'clearedAt'> {
  return {
    device,
    digest,
    firstSeenAt,
    entries: [{ class: 'Extra', menu: '/ip/address', match: { address: '192.0.2.5/24' }, desired: {}, live: {} }],
    attribution: 'admin via winbox',
    suspicions: [
      {
        menu: '/ip/address',
        sure: 'likely',
        people: [{ name: 'admin', via: 'winbox', from: null, at: T0 }],
        because: ['only the log names them'],
      },
    ],
  };
}

export function event(action: string, more: Partial<AuditEvent> = {}): AuditEvent {
  return { at: T0, correlationId: 'c-1', actor: 'controller', action, device: 'r1', detail: {}, ...more };
}

export function statementId(letter: string): string {
  return `sha256:${letter.repeat(64)}`;
}

/** By whom samples are signed. */
export const ALICE = { key: 'SHA256:alice', signedWith: 'SHA256:alice', material: 'SHA256:alice' };

/** The signature of a commit. */
export function signed(letter: string, by = ALICE): Proof {
  return proofIn(commitId(letter), by);
}

/** A statement at its first sight. */
export function sighted(letter: string, more: Partial<NewStatement> = {}): NewStatement {
  return {
    statement: statementId(letter),
    proof: signed(letter),
    person: 'alice',
    ...more,
  };
}

export function statement(letter: string, more: Partial<StatementRecord> = {}): StatementRecord {
  return { ...sighted(letter), firstSeenAt: T0, acceptedAt: null, withdrawnAt: null, ...more };
}

export function approval(letter: string, approves: PlanId, more: Partial<Consent> = {}): Consent {
  const { statement: id, ...said } = statement(letter);
  return { id, ...said, source: 'git', approves, startsAt: T0, ...more };
}

/** Notes the statement of an approval and the approval. @returns whether that was news. */
export async function noteApproval(
  { statements, approvals }: Pick<Records, 'statements' | 'approvals'>,
  noted: Consent,
): Promise<boolean> {
  const { id, source, proof, person, firstSeenAt } = noted;
  await statements.note(source, [{ statement: id, proof, person }], firstSeenAt);
  return await approvals.note(source, noted);
}

export function consent(letter: string, approves: PlanId, more: Partial<PairConsent> = {}): PairConsent {
  return { ...approval(letter, approves), own: true, spentBy: null, refused: false, ...more };
}

export function used(letter: string, by = 'alice'): SpentApproval {
  return { kind: 'consent', by, id: statementId(letter), carrier: commitId(letter) };
}

/** A commit of a history that changed these RouterConfigs. */
export function entry(letter: string, ...names: readonly string[]): HistoryEntry {
  const changes = names.map((name) => changed(name, statementId(letter)));
  return { commit: commitId(letter), statement: statementId(letter), changes };
}

export function changed(name: string, ...statements: readonly (string | null)[]): ObjectChange {
  return { kind: 'RouterConfig', name, forms: [{ feeds: { names: [name] }, spec: `spec of ${name}` }], statements };
}

export function fleetPlan(letter: string, plans: Readonly<Record<string, string>>, createdAt = T0): FleetPlanRecord {
  const pairs = Object.entries(plans).map(([device, plan]) => ({ device, planId: planId(plan) }));
  return { id: planId(letter), revision: 'rev-1', createdAt, plans: pairs };
}

export function member(device: string, letter: string, more: Partial<RolloutMember> = {}): RolloutMember {
  return { device, planId: planId(letter), wave: 0, state: 'pending', since: T0, reason: '', ...more };
}

const rules: WaveRules = {
  waves: ['canary', 'rest'],
  maxUnavailable: '25%',
  failureBudget: 1,
  soakSeconds: 300,
  pauseSeconds: 0,
  betweenWaves: 'continue',
  onFailure: 'device',
};

export function rollout(letter: string, more: Partial<RolloutRecord> = {}): RolloutRecord {
  return {
    id: `ro-${letter.repeat(12)}`,
    source: 'git',
    revision: 'rev-1',
    policy: 'careful',
    createdAt: T0,
    state: 'running',
    reason: '',
    since: T0,
    wave: 0,
    waveDoneAt: null,
    nextWave: null,
    forgivenAt: null,
    rules,
    members: [member('r1', 'a')],
    version: 1,
    ...more,
  };
}
