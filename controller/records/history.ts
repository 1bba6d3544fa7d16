import type { MaterialId, StatementId } from '#signatures';

/** An object that people declare, by what it is and is called. */
export interface ObjectName {
  readonly kind: string;
  readonly name: string;
}

/** One object as a commit left it. */
export interface ObjectForm {
  /**
   * What decides which devices it feeds: the selector of a RouterConfig, the document of a RouterDevice; null: it
   * feeds none.
   */
  readonly feeds: unknown;
  /** Digest of its kind and spec: what gets the spec of another is that object under a new name. */
  readonly spec: string;
}

/** How a commit left one object. */
export interface ObjectChange extends ObjectName {
  /** None: it is gone. Only a commit that is no head of a range can hold it more than once. */
  readonly forms: readonly ObjectForm[];
  /** Whose signatures changed its content; null among them: nobody can tell who. None: only its name is new. */
  readonly statements: readonly (StatementId | null)[];
}

/** A commit of an accepted range, or of one that waits: what it says, and what it changed. */
export interface HistoryEntry {
  readonly commit: string;
  readonly statement: StatementId;
  readonly changes: readonly ObjectChange[];
}

/** A change with its place in the order of acceptance: once for each form and each signature. */
export interface PlacedChange extends ObjectName {
  /** Null: it is gone. */
  readonly form: ObjectForm | null;
  readonly position: number;
  /** False: its commit waits. */
  readonly accepted: boolean;
  /** Null where `by` is no person. */
  readonly statement: StatementId | null;
  /** Whose signature it was: who held the key then, and the key. `nobody`: only the name is new. */
  readonly by: { readonly person: string; readonly material: MaterialId } | 'unknown' | 'nobody';
}

/** Who changed which objects, in the order of acceptance; it decides who may not approve (approval.md §2). */
export interface HistoryRecords {
  /** Appends those that are not there yet, parents first. */
  append(source: string, entries: readonly HistoryEntry[]): Promise<void>;
  /** The trusted head passed these commits. */
  accept(source: string, commits: readonly string[]): Promise<void>;
  /** Forgets commits that wait but for those of `kept`: they left the branch, and come anew if they come back. */
  withdraw(source: string, kept: readonly string[]): Promise<void>;
  /** Where a commit stands: 0 is the anchor; null: it is neither that nor on record. */
  positionOf(source: string, commit: string): Promise<number | null>;
  /** All changes after a position, in order. */
  changesAfter(source: string, position: number): Promise<readonly PlacedChange[]>;
  /** All changes of these objects, in order. */
  changesOf(source: string, objects: readonly ObjectName[]): Promise<readonly PlacedChange[]>;
  /** The objects that ever had one of these specs. */
  objectsOfSpecs(source: string, specs: readonly string[]): Promise<readonly ObjectName[]>;
}
