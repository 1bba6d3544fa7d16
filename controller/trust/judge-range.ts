import type { PlanId } from '#differ';
import type { ToldReason } from '../reasons.ts';
import type { Instant } from '../ports.ts';
import { approvalIn } from '#signatures';
import { verifyCommit, type KeyRing } from '#signatures';
import type { RawCommit } from '#signatures';
import type { StatementId } from '#signatures';
import { fromFuture, type SignatureVerdict, untimely } from '#signatures';
import { carrierOf, proofIn } from '../records/proofs.ts';
import type { NewStatement, StatementRecord } from '../records/statements.ts';
import type { SignedBy, Signer } from '#signatures';
import { takeTurns } from '#turns';
import type { FirstSights } from './candidate.ts';
import { repeatedStatements } from './repeated-statements.ts';

/** A commit of a range that has provenance. */
export interface JudgedCommit extends Omit<SignedBy, 'key'> {
  readonly commit: RawCommit;
  readonly signer: Signer;
  readonly statement: StatementId;
  /**
   * It came in before, left the branch before it came in, or waits in another commit: no news, whatever carries it
   * now. Null: it is news, or waits as it was.
   */
  readonly repeats: 'accepted' | 'withdrawn' | 'waiting' | null;
  readonly firstSeenAt: Instant;
  /**
   * From when the expiry of an approval in it counts: times in the commit and its signature can only shorten
   * (approval.md §4).
   */
  readonly startsAt: Instant;
  /** What it approves; `refused`: it looks like an approval and is none. */
  readonly approval:
    | { readonly kind: 'none' }
    | { readonly kind: 'approval'; readonly planId: PlanId }
    | { readonly kind: 'refused'; readonly message: string };
}

/** A range as a whole: every commit has provenance, or all the reasons why the range does not count. */
export type RangeVerdict =
  | { readonly ok: true; readonly commits: readonly JudgedCommit[] }
  | { readonly ok: false; readonly reasons: readonly ToldReason[] };

/** At most this many are listed; the number of the others is told. */
const REASONS_TOLD = 20;

/**
 * Judges all commits of a range by one roster: that of the trusted head (approval.md §1). Signatures first, then first
 * sight by statement, then whether they were made in time. `treeOf` gives the tree of a commit, for commits that
 * change nothing: those may come from somebody who only approves.
 */
export async function judgeRange(
  commits: readonly RawCommit[],
  ring: KeyRing,
  firstSights: FirstSights,
  treeOf: (commit: string) => Promise<string>,
  now: Instant,
): Promise<RangeVerdict> {
  const reasons: ToldReason[] = [];
  const proven: { readonly commit: RawCommit; readonly verdict: Proven }[] = [];
  const turn = takeTurns();
  for (const commit of commits) {
    await turn();
    const verdict = await verifyCommit(commit, ring);
    // One from the future is seen for the first time once its time has come.
    const fault = verdict.ok ? fromFuture(verdict.validity, now) : verdict;
    if (verdict.ok && fault === null) proven.push({ commit, verdict });
    else if (fault !== null) reasons.push({ code: fault.code, message: `${nameOf(commit)}: ${fault.message}` });
  }
  reasons.push(...repeatedStatements(proven.map(({ commit, verdict: { statement } }) => ({ commit, statement }))));
  const seen = await firstSights(proven.map(({ commit, verdict }) => sightOf(commit, verdict)));
  const judged: JudgedCommit[] = [];
  for (const { commit, verdict } of proven) {
    const { signer, statement, signedWith, material, validity } = verdict;
    const sight = seen.get(statement);
    if (sight === undefined) throw new RangeError(`no first sight of ${statement}`);
    const { firstSeenAt } = sight;
    const late = untimely(validity, firstSeenAt);
    const fault = late === null ? await provenanceFault(commit, signer, treeOf) : null;
    if (late !== null) reasons.push({ code: late.code, message: `${nameOf(commit)}: ${late.message}` });
    else if (fault !== null) reasons.push({ code: 'NotContributor', message: `${nameOf(commit)}: ${fault}` });
    const startsAt = Math.min(firstSeenAt, commit.committer.at, validity?.signedAt ?? firstSeenAt);
    const repeats = repeatedBy(commit, sight);
    const approval = approvalOf(commit, signer, sight);
    judged.push({ commit, signer, statement, signedWith, material, repeats, firstSeenAt, startsAt, approval });
  }
  if (reasons.length === 0) return { ok: true, commits: judged };
  const more = reasons.length - REASONS_TOLD;
  const rest = more > 0 ? [{ code: 'MoreCommits', message: `And ${more} more commits without provenance.` }] : [];
  return { ok: false, reasons: [...reasons.slice(0, REASONS_TOLD), ...rest] };
}

function repeatedBy({ id }: RawCommit, { proof, acceptedAt, withdrawnAt }: StatementRecord): JudgedCommit['repeats'] {
  if (acceptedAt !== null) return 'accepted';
  if (withdrawnAt !== null) return 'withdrawn';
  return carrierOf(proof) === id ? null : 'waiting';
}

type Proven = Extract<SignatureVerdict, { readonly ok: true }>;

function sightOf(commit: RawCommit, { signer, statement, signedWith, material }: Proven): NewStatement {
  return { statement, person: signer.person, proof: proofIn(commit.id, { key: signer.key, signedWith, material }) };
}

async function provenanceFault(
  commit: RawCommit,
  { person, roles }: Signer,
  treeOf: (commit: string) => Promise<string>,
): Promise<string | null> {
  if (roles.includes('contributor')) return null;
  const [parent, ...others] = commit.parents;
  const changesNothing = parent !== undefined && others.length === 0 && (await treeOf(parent)) === commit.tree;
  if (changesNothing && roles.some((role) => role !== 'contributor')) return null;
  return `${person} signed it but is no contributor in the roster of the trusted head.`;
}

function approvalOf(
  commit: RawCommit,
  { person, roles }: Signer,
  { proof, acceptedAt, withdrawnAt }: StatementRecord,
): JudgedCommit['approval'] {
  const found = approvalIn(commit);
  if (found.kind !== 'approval') return found;
  if (!roles.includes('approver') && !roles.includes('policy'))
    return { kind: 'refused', message: `${person} has neither the role approver nor the role policy.` };
  const first = carrierOf(proof);
  const again = 'What is signed counts once, whatever carries it: approve anew';
  if (acceptedAt !== null) return { kind: 'refused', message: `it came in before, as commit ${first}. ${again}` };
  if (withdrawnAt !== null)
    return { kind: 'refused', message: `it had left the branch before it counted, as commit ${first}. ${again}` };
  return { kind: 'approval', planId: found.planId };
}

/** `commit 1a2b3c4d5e6f "Subject"`: short enough for a line, long enough to find it. */
export function nameOf({ id, message }: RawCommit): string {
  const line = message.split('\n', 1)[0] ?? '';
  // A word is shown whole or not at all: half a secret would not be found where secrets are cut.
  const subject = line.length > 60 ? line.slice(0, 60).replace(/\S*$/, '…') : line;
  return `commit ${id.slice(0, 12)} ${JSON.stringify(subject)}`;
}
