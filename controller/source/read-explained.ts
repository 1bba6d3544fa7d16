import type { Explained } from '../desired/explain.ts';
import type { ObjectReader } from '#git';
import { allowanceOf, readApart, READING_LIMITS, type ReadingLimits } from './read-apart.ts';
import { givenUp } from './read-change.ts';
import type { ExplainTask } from './reading-task.ts';

/** Finds out apart from the controller's thread where declared values come from. @throws {Failure} as readChange */
export async function readExplained(
  task: ExplainTask,
  readObject: ObjectReader['readObject'],
  signal: AbortSignal,
  limits: ReadingLimits = READING_LIMITS,
): Promise<Explained> {
  const asker = () => ({ object: readObject, piece: () => {} });
  const outcome = await readApart(task, asker, signal, allowanceOf(limits));
  if (outcome.is === 'explained') return outcome.explained;
  throw givenUp(outcome, 'Explaining the files');
}
