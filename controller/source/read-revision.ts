import { type Diagnostic, renderDiagnostics } from '../desired/diagnostic.ts';
import type { Inventory } from '../desired/inventory.ts';
import type { ObjectReader } from '#git';
import { READING_LIMITS, type ReadingLimits } from './read-apart.ts';
import { readGathered } from './read-gathered.ts';
import type { RevisionTask } from './reading-task.ts';
import { sourceFailure } from './scan.ts';

/** What a revision says, or why it does not count. */
export type RevisionReading =
  | { readonly ok: true; readonly id: string; readonly inventory: Inventory }
  | RefusedRevision;

/** A revision that does not count. */
export interface RefusedRevision {
  readonly ok: false;
  /** `SourceTooCostly` may be another's doing, so it is tried again some time; the others say what the content is. */
  readonly code: 'SourceFaulty' | 'SourceTooCostly' | 'SourceUnusable';
  readonly message: string;
  readonly faults: readonly Diagnostic[];
}

/**
 * Reads and checks a revision apart from the controller's thread.
 * @param readObject for what a tree leads to.
 * @throws {Failure} with a code of SOURCE_FAILURES, when it can't be read; what `readObject` throws; the signal's
 * reason.
 */
export async function readRevision(
  task: RevisionTask,
  readObject: ObjectReader['readObject'],
  signal: AbortSignal,
  limits: ReadingLimits = READING_LIMITS,
): Promise<RevisionReading> {
  const { outcome, inventory } = await readGathered(task, readObject, signal, limits);
  switch (outcome.is) {
    case 'good':
      return { ok: true, id: outcome.id, inventory: inventory() };
    case 'faulty':
      return refusedFor('SourceFaulty', renderDiagnostics(outcome.faults), outcome.faults);
    case 'failed':
      throw sourceFailure(outcome.code, outcome.message);
    case 'exhausted': {
      const why = `Reading and checking the files was given up twice: ${outcome.why}`;
      return refusedFor('SourceTooCostly', `${why}. Take out what no fleet needs, or divide it.`, []);
    }
    case 'broken':
      return refusedFor('SourceUnusable', `Reading the files broke off: ${outcome.message}`, []);
    default:
      throw new RangeError(`a revision was answered with ${outcome.is}`);
  }
}

function refusedFor(code: RefusedRevision['code'], message: string, faults: readonly Diagnostic[]): RefusedRevision {
  return { ok: false, code, message, faults };
}
