import type { ObjectReader } from '#git';
import type { Inventory } from '../desired/inventory.ts';
import { gatherInventory } from '../desired/pieces.ts';
import { allowanceOf, type Exhausted, readApart, type ReadingLimits } from './read-apart.ts';
import type { ReadingOutcome, ReadingTask } from './reading-task.ts';

/**
 * Does a task on the files of a revision apart from the controller's thread. @param readObject for what a tree leads to.
 * @returns what came of it, and the inventory of the pieces that the last try told. @throws as readApart, and what
 * `readObject` throws.
 */
export async function readGathered(
  task: ReadingTask,
  readObject: ObjectReader['readObject'],
  signal: AbortSignal,
  limits: ReadingLimits,
): Promise<{ readonly outcome: ReadingOutcome | Exhausted; readonly inventory: () => Inventory }> {
  let gathering = gatherInventory();
  const asker = () => {
    const own = (gathering = gatherInventory());
    return { object: readObject, piece: (text: string) => own.add(text) };
  };
  const outcome = await readApart(task, asker, signal, allowanceOf(limits));
  return { outcome, inventory: () => gathering.inventory() };
}
