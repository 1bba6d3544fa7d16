import { Failure } from '#failure';
import type { Reading } from '../fleet/source.ts';
import { toldReasons } from '../policy/reason-text.ts';
import { spentOf } from '../records/approvals.ts';
import { carrierOf } from '../records/proofs.ts';
import type { Records } from '../records/store.ts';
import { CONTROL, type TrustRecord } from '../records/trust.ts';
import type { Candidate, Entry, RefusedReading } from './candidate.ts';
import type { ControlPlan } from './control-plan.ts';
import { type Following, recordOf, stand } from './following.ts';
import { bringIntoForce, whileWaiting, withoutRevoked } from './in-force.ts';
import { judgeSource, type SourceFacts, type SourceVerdict } from './judge-source.ts';
import { keepEntries, withdrawUnreached } from './keep-entries.ts';
import { recordControlRefusal, recordRefusal } from './record-refusals.ts';

type Verdict<K extends SourceVerdict['kind']> = Extract<SourceVerdict, { readonly kind: K }>;

/** What a look at a source was, beside what was found. */
export interface Look {
  /** The newest statement when the source was read; null: it was not, so nothing has left it. */
  readonly seen: number | null;
  /** Whether the candidate was not settled before. */
  readonly fresh: boolean;
}

/**
 * Writes what follows from a verdict: moves the trusted head on if nothing that steers the controller changed or its
 * control plan is approved, keeps who brought what, and says what is in force. All of it holds for each kind of
 * source.
 * @throws {Failure} `TrustMoved` when what the verdict rests on changed meanwhile: the next look judges by what is
 * known then.
 */
export async function settleSource(
  following: Following,
  verdict: SourceVerdict,
  facts: SourceFacts,
  look: Look,
): Promise<Reading> {
  if (verdict.kind === 'refused') {
    const reading = await settleRefused(following, verdict, facts, look);
    const instead = await withoutRevoked(following, facts);
    return instead === null ? reading : { ...reading, instead };
  }
  const { source, store } = following;
  const { control, fromAuthors } = verdict;
  if (control !== null && fromAuthors.length > 0)
    await store.approvals.refuse(source, control.plan.id, CONTROL, fromAuthors, facts.now);
  return verdict.kind === 'accepted'
    ? await settleAccepted(following, verdict, facts, look)
    : await settleWaiting(following, verdict, facts, look);
}

/**
 * Says that a version does not count, and why. What waited and is not in it has left the source. @throws {Failure} of
 * the store
 */
export async function settleRefused(
  following: Following,
  { version, reading, reasons }: Verdict<'refused'>,
  { trust, now }: Pick<SourceFacts, 'trust' | 'now'>,
  { seen }: Pick<Look, 'seen'>,
): Promise<RefusedReading> {
  stand(following, {
    trust,
    candidate: { version, seenAt: now },
    refusals: reasons,
    pending: [],
    control: null,
  });
  await recordRefusal(following, trust, version, reasons);
  await withdrawUnreached(following, trust.head, version, seen);
  return reading;
}

async function settleAccepted(
  following: Following,
  verdict: Verdict<'accepted'>,
  facts: SourceFacts,
  look: Look,
): Promise<Reading> {
  const { version, seenAt, content } = verdict.candidate;
  const trust = await advance(following, verdict, facts, look);
  stand(following, { trust, candidate: { version, seenAt }, refusals: [], pending: [], control: null });
  const coming = { revision: version, content, incoming: null };
  return {
    kind: 'inForce',
    inForce: await bringIntoForce(following, trust, coming),
    news: isNews(verdict.candidate, look),
  };
}

/** In one transaction with whatever allowed it. @returns where trust stands then. */
async function advance(
  following: Following,
  { candidate, control }: Verdict<'accepted'>,
  facts: SourceFacts,
  { seen, fresh }: Look,
): Promise<TrustRecord> {
  const { source, store, clock } = following;
  const { trust, revoked } = facts;
  const { version, entries } = candidate;
  if (version === trust.head) {
    // The source went back to the trusted head: what waited has left it.
    if (fresh) await store.transaction(async (records) => await keepEntries(following, records, candidate, seen));
    return trust;
  }
  const at = clock.now();
  await store.transaction(async (records) => {
    if ((await records.revocations.list()).length !== revoked.size) throw movedMeanwhile(source);
    if (control !== null) await useConsents(following, records, candidate, control.plan, facts);
    await records.trust.advance(source, trust.head, version, at, control === null ? undefined : 'control');
    await keepEntries(following, records, candidate, seen);
    const statements = entries.map(({ statement }) => statement);
    await records.statements.accept(source, statements, at);
    const ids = entries.map(({ id }) => id);
    await records.history.accept(source, ids);
    await records.proposals.take(source, takenIn(entries), at);
    await recordOf(following, records, 'trust.advanced', { from: trust.head, to: version, commits: entries.length });
  });
  return { ...trust, head: version, advancedAt: at, ...(control === null ? {} : { controlAt: at }) };
}

function takenIn(entries: readonly Entry[]): readonly string[] {
  return entries.flatMap(({ proposal }) => proposal ?? []);
}

/**
 * Asks once more, of what is on record in this transaction, and uses up every consent to the plan: also those that
 * were not needed, or one would be left for the day when this plan comes back.
 */
async function useConsents(
  following: Following,
  records: Records,
  candidate: Candidate,
  plan: ControlPlan,
  facts: SourceFacts,
): Promise<void> {
  const { source } = following;
  const consents = await records.approvals.consentsFor(source, plan.id, CONTROL);
  const again = judgeSource({ ok: true, candidate }, { ...facts, control: { plan, consents } });
  if (again.kind !== 'accepted' || again.control === null) throw movedMeanwhile(source);
  const { approved } = again.control;
  const unspent = consents.filter(({ spentBy }) => spentBy === null).map(spentOf);
  await records.approvals.spend(plan.id, CONTROL, `control-${candidate.version}`, unspent);
  await recordOf(following, records, 'control.approved', {
    planId: plan.id,
    approvedBy: approved.map(({ person }) => person),
    approvals: approved.map(({ proof }) => carrierOf(proof)),
  });
}

async function settleWaiting(
  following: Following,
  { candidate, control }: Verdict<'waiting'>,
  facts: SourceFacts,
  look: Look,
): Promise<Reading> {
  const { version, seenAt, entries } = candidate;
  const approving = entries.filter(({ approval }) => approval.kind === 'approval');
  const pending = approving.map(({ statement }) => statement);
  const { plan, asked } = control;
  const reasons = toldReasons(control.reasons);
  const seen = { version, seenAt };
  stand(following, { trust: facts.trust, candidate: seen, refusals: [], pending, control: { plan, reasons, asked } });
  await recordControlRefusal(following, plan, reasons);
  await following.store.transaction(async (records) => await keepEntries(following, records, candidate, look.seen));
  const keys = entries.flatMap(({ provenance }) => provenance.proofs.map(({ by }) => by));
  following.memory.signedBy = new Set(keys.flatMap(({ key, signedWith, material }) => [key, signedWith, material]));
  const coming = await whileWaiting(following, facts, candidate);
  return {
    kind: 'inForce',
    inForce: await bringIntoForce(following, facts.trust, coming),
    news: isNews(candidate, look),
  };
}

/** Whether approvals came, so that devices that wait should ask again. */
function isNews({ entries }: Candidate, { fresh }: Look): boolean {
  return fresh && entries.some(({ approval }) => approval.kind === 'approval');
}

function movedMeanwhile(source: string): Failure {
  return new Failure('TrustMoved', `A key was revoked while ${source} was judged: it is judged again.`);
}
