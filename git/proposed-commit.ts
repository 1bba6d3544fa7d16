/** A file that a commit changes. */
export interface NewFile {
  /** From the root of the repository, with slashes. */
  readonly path: string;
  /** @param before its text without a byte order mark; null: there is none. @throws {Failure} where it is not as it should be. */
  readonly edit: (before: string | null) => string;
}

/** A commit on another, by nobody: it bears no signature. */
export interface NewCommit {
  readonly parent: string;
  readonly files: readonly NewFile[];
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A commit for the branch of a proposal. */
export interface ProposedCommit extends NewCommit {
  readonly id: string;
  /** Where the branch must stand; null: nowhere. */
  readonly before: string | null;
}

/** The branches of proposals; no other is ever written. */
export interface ProposalBranches {
  /**
   * @returns the commit's id. @throws {Failure} of GIT_FAILURES where it can't be written; `ProposalMoved`: the branch is not
   * where it was known to be.
   */
  put(commit: ProposedCommit): Promise<string>;
  /** Takes a branch away where it still stands there. @throws {Failure} as put */
  remove(id: string, at: string): Promise<void>;
}
