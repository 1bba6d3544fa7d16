import type { Diagnostic } from '../desired/diagnostic.ts';
import type { Explained, Explaining } from '../desired/explain.ts';
import type { ChangeIntent, ChangeRefusal, ChangeScope } from '../edits/intent.ts';
import type { ChangeOfFiles } from '../edits/make-change.ts';
import type { SourceFailureCode } from './failures.ts';
import type { GitObject } from '#git';
import type { ProcessLimits } from './watchdog.ts';

/** Texts by path. */
export type Files = Readonly<Record<string, string>>;

/** A revision to be read: a folder of a tree, whose objects the process asks for, or files that are at hand. */
export type RevisionTask =
  | { readonly kind: 'tree'; readonly tree: string; readonly path: string }
  /** `before`: what the files were, for those that were cut off since; null: nobody knows. */
  | { readonly kind: 'files'; readonly id: string; readonly files: Files; readonly before: Files | null };

/** A file of any commit, of which only the objects in it matter. */
export interface ObjectsTask {
  readonly kind: 'objects';
  readonly bytes: Uint8Array;
}

/** A change of the files of a revision, as somebody asks for it. */
export interface ChangeTask {
  readonly kind: 'change';
  readonly of: RevisionTask;
  /** What the ignore file beside files says; of a tree it is read there. */
  readonly ignore?: Uint8Array;
  readonly intent: ChangeIntent;
  readonly scope: ChangeScope;
}

/** Where the values come from that a revision declares of a device. */
export interface ExplainTask {
  readonly kind: 'explain';
  readonly of: RevisionTask;
  readonly asked: Explaining;
}

/** What a process does, one after the other. */
export type ReadingTask = RevisionTask | ObjectsTask | ChangeTask | ExplainTask;

/** What the process says. After each piece it waits for its turn. */
export type FromProcess =
  | { readonly is: 'wanted'; readonly object: string }
  | { readonly is: 'piece'; readonly text: string }
  | ReadingEnd;

/** Its last word about a task. */
export interface ReadingEnd {
  readonly is: 'end';
  readonly outcome: ReadingOutcome;
  /** What the task took. */
  readonly cpuMs: number;
  /** What the process holds now. */
  readonly bytes: number;
}

/** What came of a task. */
export type ReadingOutcome =
  /** A revision whose pieces were all said. */
  | { readonly is: 'good'; readonly id: string }
  | { readonly is: 'faulty'; readonly faults: readonly Diagnostic[] }
  /** A change was made; the pieces of the revision that it makes were all said. */
  | { readonly is: 'changed'; readonly change: ChangeOfFiles }
  | { readonly is: 'notChanged'; readonly refusals: readonly ChangeRefusal[] }
  | { readonly is: 'explained'; readonly explained: Explained }
  /** The last piece of the objects in a file. */
  | { readonly is: 'objects'; readonly text: string }
  /** Nobody can tell what objects the file holds. */
  | { readonly is: 'unclear' }
  | { readonly is: 'failed'; readonly code: SourceFailureCode; readonly message: string }
  /** Something was thrown that nobody thought of. */
  | { readonly is: 'broken'; readonly message: string };

/** What it is told. */
export type ToProcess =
  | { readonly is: 'begin'; readonly task: ReadingTask; readonly limits: ProcessLimits }
  | { readonly is: 'object'; readonly object: GitObject }
  | { readonly is: 'turn' };

/**
 * Where a script of ours lies: as TypeScript in a checkout, compiled in the package. @param base the `import.meta.url`
 * of a module beside it
 */
export function scriptBeside(base: string, name: string): URL {
  return new URL(`./${name}${base.endsWith('.ts') ? '.ts' : '.js'}`, base);
}
