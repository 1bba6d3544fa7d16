import type { GitLocation } from './location.ts';
import { newCommit, type NewObject } from './new-commit.ts';
import { refOf } from './proposal-ref.ts';
import type { ProposalBranches } from './proposed-commit.ts';
import type { ObjectReader } from './repository.ts';

/** What is to become of the branch of a proposal in a repository elsewhere. */
export interface PushedRef {
  /** `refs/heads/proposals/…` */
  readonly ref: string;
  /** Where it is known to stand; null: nowhere. */
  readonly from: string | null;
  /** Null: it goes. */
  readonly to: string | null;
  /** What it leads to that may not be there yet. */
  readonly objects: readonly NewObject[];
}

/** Moves one ref. @throws {Failure} `ProposalMoved`, `ProposalsRefused`, and those of reaching the repository. */
export type Push = (what: PushedRef) => Promise<void>;

/** Branches of proposals in a repository elsewhere. @param reader of its copy. */
export function remoteProposals({ branch }: GitLocation, reader: ObjectReader, push: Push): ProposalBranches {
  return {
    async put({ id, before, ...commit }) {
      const ref = refOf(id, branch);
      const objects = await newCommit(reader, commit);
      const { id: to } = objects.at(-1) as NewObject;
      await push({ ref, from: before, to, objects });
      return to;
    },
    async remove(id, at) {
      await push({ ref: refOf(id, branch), from: at, to: null, objects: [] });
    },
  };
}
