/** A file that a commit changes: its text without a byte order mark; null before: it is made. */
export interface NewFile {
  /** From the root of the repository, with slashes. */
  readonly path: string;
  readonly before: string | null;
  readonly after: string;
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
  /** @returns the commit's id; null: nobody may write there, or the branch is not where it was known to be. */
  put(commit: ProposedCommit): Promise<string | null>;
  /** Takes a branch away where it still stands there. */
  remove(id: string, at: string): Promise<void>;
}
