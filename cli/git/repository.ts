/** The branch that is checked out and its newest commit. */
export interface RepositoryHead {
  readonly branch: string;
  /** A whole commit id; null: the branch has none yet. */
  readonly commit: string | null;
}

/**
 * How the branch stands to a commit: `ahead` has it and more, `behind` is among its ancestors, `unknown`: it is not in
 * this clone.
 */
export type Relation = 'same' | 'ahead' | 'behind' | 'apart' | 'unknown';

/**
 * A user's own clone. Every commit is signed, and no hook of the clone runs for it. @throws {CommandError} with what
 * git said and what to do.
 */
export interface UserRepository {
  head(): Promise<RepositoryHead>;
  /** How the checked-out branch stands to this commit. */
  relationTo(commit: string): Promise<Relation>;
  /**
   * Files, relative to the top of the clone, as they stand in the folder now; one that is not there any more is
   * removed. @returns the commit's id.
   */
  commitFiles(paths: readonly string[], message: string): Promise<string>;
  /** The id of the key that will sign; null: that can not be told before it has. */
  signingKey(): Promise<string | null>;
  /**
   * A signed commit on top of `parent` that leaves all files as they are: what is staged is no part of it, and no
   * branch holds it yet. @returns its id.
   */
  signNothing(parent: string, message: string): Promise<string>;
  /** As signNothing, and the branch moves there. */
  commitNothing(parent: string, message: string): Promise<string>;
  /** The commit as git stores it. */
  readCommit(id: string): Promise<Uint8Array>;
  /** Moves the checked-out branch from `from`, which must be its head, to `to`, which has the same files. */
  moveHead(from: string, to: string): Promise<void>;
  /** Sends the branch where it is pushed to. */
  push(): Promise<void>;
}
