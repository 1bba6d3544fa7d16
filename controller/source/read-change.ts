import { renderDiagnostics } from '../desired/diagnostic.ts';
import { type Gathering, gatherInventory } from '../desired/pieces.ts';
import type { SourceChange } from '../fleet/source.ts';
import type { ObjectReader } from '#git';
import { allowanceOf, readApart, READING_LIMITS, type ReadingLimits } from './read-apart.ts';
import type { ChangeTask } from './reading-task.ts';
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
  let gathering: Gathering = gatherInventory();
  const asker = () => {
    const own = (gathering = gatherInventory());
    return { object: readObject, piece: (text: string) => own.add(text) };
  };
  const outcome = await readApart(task, asker, signal, allowanceOf(limits));
  switch (outcome.is) {
    case 'changed':
      return { ok: true, base, change: outcome.change, inventory: gathering.inventory() };
    case 'notChanged':
      return { ok: false, base, refusals: outcome.refusals };
    case 'faulty':
      throw sourceFailure('SourceForbiddenEntry', renderDiagnostics(outcome.faults));
    case 'failed':
      throw sourceFailure(outcome.code, outcome.message);
    case 'exhausted':
      throw sourceFailure('SourceTooCostly', `Making the change was given up twice: ${outcome.why}.`);
    case 'broken':
      throw sourceFailure('SourceUnusable', `Making the change broke off: ${outcome.message}`);
    default:
      throw new RangeError(`a change was answered with ${outcome.is}`);
  }
}
