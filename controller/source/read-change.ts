import { renderDiagnostics } from '../desired/diagnostic.ts';
import type { SourceChange } from '../fleet/source.ts';
import type { ObjectReader } from '#git';
import { type Exhausted, READING_LIMITS, type ReadingLimits } from './read-apart.ts';
import { readGathered } from './read-gathered.ts';
import type { ChangeTask, ReadingOutcome } from './reading-task.ts';
import { sourceFailure } from './scan.ts';

/**
 * Makes a change of a revision's files apart from the controller's thread. @param base the revision's name.
 * @throws {Failure} as readRevision, and `SourceTooCostly`, `SourceUnusable` where it is given up.
 */
export async function readChange(
  base: string,
  task: ChangeTask,
  readObject: ObjectReader['readObject'],
  signal: AbortSignal,
  limits: ReadingLimits = READING_LIMITS,
): Promise<SourceChange> {
  const { outcome, inventory } = await readGathered(task, readObject, signal, limits);
  switch (outcome.is) {
    case 'changed':
      return { ok: true, base, change: outcome.change, inventory: inventory() };
    case 'notChanged':
      return { ok: false, base, refusals: outcome.refusals };
    default:
      throw givenUp(outcome, 'Making the change');
  }
}

/** Why nothing came of the files of a revision that is in force. @param work what was done with them */
export function givenUp(outcome: ReadingOutcome | Exhausted, work: string): Error {
  switch (outcome.is) {
    case 'faulty':
      return sourceFailure('SourceForbiddenEntry', renderDiagnostics(outcome.faults));
    case 'failed':
      return sourceFailure(outcome.code, outcome.message);
    case 'exhausted':
      return sourceFailure('SourceTooCostly', `${work} was given up twice: ${outcome.why}.`);
    case 'broken':
      return sourceFailure('SourceUnusable', `${work} broke off: ${outcome.message}`);
    default:
      return new RangeError(`${work} was answered with ${outcome.is}`);
  }
}
