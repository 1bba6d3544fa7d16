import type { Fault } from '../desired/fault.ts';
import type { SourceFailureCode } from './failures.ts';
import type { GitObject } from './git/repository.ts';
import type { ProcessLimits } from './watchdog.ts';

/** Texts by path. */
export type Files = Readonly<Record<string, string>>;

/** What a process is to read: a folder of a tree, whose objects it asks for, or files that are at hand. */
export type RevisionTask =
  | { readonly kind: 'tree'; readonly tree: string; readonly path: string }
  /** `before`: what the files were, for those that were cut off since; null: nobody knows. */
  | { readonly kind: 'files'; readonly id: string; readonly files: Files; readonly before: Files | null };

/** The first that it is told. */
export interface Begin {
  readonly task: RevisionTask;
  readonly limits: ProcessLimits;
}

/** What it says. After each piece it waits for its turn. */
export type FromProcess =
  | { readonly is: 'wanted'; readonly object: string }
  | { readonly is: 'piece'; readonly text: string }
  /** All pieces were said. */
  | { readonly is: 'good'; readonly id: string }
  | { readonly is: 'faulty'; readonly faults: readonly Fault[] }
  | { readonly is: 'failed'; readonly code: SourceFailureCode; readonly message: string }
  /** Something was thrown that nobody thought of. */
  | { readonly is: 'broken'; readonly message: string };

/** What it is told. */
export type ToProcess = { readonly is: 'object'; readonly object: GitObject } | { readonly is: 'turn' };

/** Where a script of ours lies: as TypeScript in a checkout, compiled in the package. @param base the `import.meta.url` of a module beside it */
export function scriptBeside(base: string, name: string): URL {
  return new URL(`./${name}${base.endsWith('.ts') ? '.ts' : '.js'}`, base);
}
