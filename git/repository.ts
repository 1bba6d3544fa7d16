import type { ProposalBranches } from './proposed-commit.ts';

/** An object as stored, its id recomputed over these very bytes. */
export interface GitObject {
  readonly type: 'commit' | 'tree' | 'blob' | 'tag';
  readonly bytes: Uint8Array;
}

/** An object larger than this is none of a fleet. */
export const MAX_OBJECT_BYTES = 64 * 1024 * 1024;

/** Where objects are read by their ids. */
export interface ObjectReader {
  /**
   * @throws {Failure} `GitObjectMissing` (a shallow copy for instance), `GitObjectBad` when it is not what its id
   * says.
   */
  readObject(id: string): Promise<GitObject>;
}

/** One branch of one repository. */
export interface GitRepository extends ObjectReader {
  /**
   * Brings the branch here. @returns the id of its head.
   * @throws {Failure} with a code of GIT_FAILURES; a branch that is not there is `BranchMissing`, never an empty state.
   */
  fetchHead(signal: AbortSignal): Promise<string>;
  /** Null: proposals cannot be written there. */
  readonly proposals: ProposalBranches | null;
  /** Ends what it holds. */
  close(): Promise<void>;
}
