import type { PlanId } from '#differ';
import type { Reason } from '../gate.ts';
import type { Instant } from '../ports.ts';
import { approvalIn } from '../signatures/approval-trailers.ts';
import { verifyCommit, type KeyRing } from '../signatures/key-ring.ts';
import type { RawCommit } from '../signatures/raw-commit.ts';
import type { Signer } from '../trust-records.ts';

/** A commit of a range that has provenance. */
export interface JudgedCommit {
  readonly commit: RawCommit;
  readonly signer: Signer;
  /** The signer's key, or the subkey of that certificate. */
  readonly signedWith: string;
  readonly firstSeenAt: Instant;
  /** From when the expiry of an approval in it counts: times in the commit and its signature can only shorten (approval.md §4). */
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
  | { readonly ok: false; readonly reasons: readonly Reason[] };

/** Beyond so many the list helps nobody; their number is told. */
const REASONS_TOLD = 20;

/**
 * Judges all commits of a range by one roster: that of the trusted head (approval.md §1). `treeOf` gives the tree of a commit, for commits that change nothing: those may come
 * from somebody who only approves.
 */
export async function judgeRange(
  commits: readonly RawCommit[],
  ring: KeyRing,
  firstSeen: ReadonlyMap<string, Instant>,
  treeOf: (commit: string) => Promise<string>,
): Promise<RangeVerdict> {
  const judged: JudgedCommit[] = [];
  const reasons: Reason[] = [];
  for (const commit of commits) {
    const firstSeenAt = firstSeen.get(commit.id);
    if (firstSeenAt === undefined) throw new RangeError(`no first sight of ${commit.id}`);
    const verdict = await verifyCommit(commit, ring, firstSeenAt);
    if (!verdict.ok) {
      reasons.push({ code: verdict.code, message: `${nameOf(commit)}: ${verdict.message}` });
      continue;
    }
    const { signer, signedWith, signedAt } = verdict;
    const fault = await provenanceFault(commit, signer, treeOf);
    if (fault !== null) {
      reasons.push({ code: 'NotContributor', message: `${nameOf(commit)}: ${fault}` });
      continue;
    }
    const startsAt = Math.min(firstSeenAt, commit.committer.at, signedAt ?? firstSeenAt);
    judged.push({ commit, signer, signedWith, firstSeenAt, startsAt, approval: approvalOf(commit, signer) });
  }
  if (reasons.length === 0) return { ok: true, commits: judged };
  const more = reasons.length - REASONS_TOLD;
  const rest = more > 0 ? [{ code: 'MoreCommits', message: `And ${more} more commits without provenance.` }] : [];
  return { ok: false, reasons: [...reasons.slice(0, REASONS_TOLD), ...rest] };
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

function approvalOf(commit: RawCommit, { person, roles }: Signer): JudgedCommit['approval'] {
  const found = approvalIn(commit);
  if (found.kind !== 'approval') return found;
  if (!roles.includes('approver') && !roles.includes('policy'))
    return { kind: 'refused', message: `${person} has neither the role approver nor the role policy.` };
  return { kind: 'approval', planId: found.planId };
}

/** `commit 1a2b3c4d5e6f "Subject"`: short enough for a line, long enough to find it. */
export function nameOf({ id, message }: RawCommit): string {
  const subject = (message.split('\n', 1)[0] ?? '').slice(0, 60);
  return `commit ${id.slice(0, 12)} ${JSON.stringify(subject)}`;
}
