import { Failure } from '#failure';
import { parseCommit, type RawCommit } from '#signatures';
import type { ToldReason } from '../reasons.ts';
import { ringOf } from '../trust/authority.ts';
import { judgeRange } from '../trust/judge-range.ts';
import { sightsWithoutNoting } from '../trust/judge-source.ts';
import type { QueryContext, Whole } from './context.ts';

/** What would be made of an approval that no branch holds yet. */
export interface CommitView {
  /** Why it would be refused, or approve nothing; none: it would be taken. */
  readonly reasons: readonly ToldReason[];
  /** The key of the roster that it is signed with; null: it is nobody's. */
  readonly key: string | null;
}

/** Judges a commit that changes no file as the newest of the branch, by whoever has a say now. Nothing is noted. */
export async function judgeCommit(
  { whole, fleet, clock }: Pick<QueryContext, 'fleet' | 'clock'> & Whole,
  { id, commit: base64 }: { readonly id: string; readonly commit: string },
): Promise<CommitView> {
  const now = clock.now();
  const commit = parsed(Buffer.from(base64, 'base64'), id);
  if ('code' in commit) return { reasons: [commit], key: null };
  const sights = sightsWithoutNoting(whole, fleet.source, now);
  const ring = await ringOf(whole, fleet.inventory);
  const verdict = await judgeRange([commit], ring, sights, () => Promise.resolve(commit.tree), now);
  if (!verdict.ok) return { reasons: verdict.reasons, key: null };
  const [judged] = verdict.commits;
  const reasons =
    judged?.approval.kind === 'approval'
      ? []
      : [
          {
            code: 'ApprovalRefused',
            message: judged?.approval.kind === 'refused' ? judged.approval.message : NO_APPROVAL,
          },
        ];
  return { reasons, key: judged?.signer.key ?? null };
}

const NO_APPROVAL = 'It is signed, and approves nothing: it lacks the lines of an approval.';

function parsed(bytes: Uint8Array, id: string): RawCommit | ToldReason {
  try {
    return parseCommit(bytes, id);
  } catch (error) {
    if (error instanceof Failure) return { code: error.code, message: error.message };
    throw error;
  }
}
