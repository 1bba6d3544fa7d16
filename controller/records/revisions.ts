import type { Instant } from '../ports.ts';

/** One state of a source's files that passed validation. */
export interface RevisionRecord {
  /** Digest of the content (`sha256:…`), or a commit id. */
  readonly id: string;
  readonly source: string;
  readonly firstSeenAt: Instant;
  /** Files by path, so that the last good revision survives a restart with a broken folder. */
  readonly files: Readonly<Record<string, string>>;
}

/** The revisions of each source in the order in which they came into force; one that comes back is accepted anew. */
export interface RevisionRecords {
  /** Does nothing when the newest revision of this source has this id. */
  accept(revision: RevisionRecord): Promise<void>;
  latest(source: string): Promise<RevisionRecord | null>;
  /** Only that: the files may be large. */
  latestId(source: string): Promise<string | null>;
  /** The newest one with this id. */
  get(source: string, id: string): Promise<RevisionRecord | null>;
}
