import { Failure } from '#failure';
import type { AttemptRecord } from '../records/attempts.ts';
import { armedStateOf, disarm, readArmedObjects, removeRows } from './arm.ts';
import { readTouched, relationOf } from './relation.ts';
import { currentPlan, standingText } from './attempt-part.ts';
import { armedNamesOf } from './token.ts';
import { keepsOf } from './keeps.ts';
import { undoSeconds } from './deadline.ts';
import { restoreScripts } from './undo-script.ts';
import { commitStep, endAttempt, type ApplyContext } from './apply-context.ts';

const POLL_MS = 1_000;
/** Between two parts of an undo none of its jobs is there for a moment. */
const STILL_LOOKS = 2;

/**
 * Brings a device back to the snapshot and ends the attempt as undone. The router itself claims and restores, started
 * by us or by its timer, so a controller that dies here leaves no device half-way. Restoring again is harmless: the
 * inverse restores a state.
 * @throws {Failure} `UndoFailed` when the rows are not the snapshot's afterwards; the attempt is stalled then.
 */
export async function undo(
  work: ApplyContext,
  attempt: AttemptRecord,
  reason: string,
  signal: AbortSignal,
): Promise<void> {
  const names = armedNamesOf(attempt.planId, attempt.number);
  let current = attempt;
  if (attempt.steps.at(-1)?.step !== 'undoing') current = await commitStep(work, attempt, 'undoing', reason);

  const deadline =
    work.clock.monotonic() + undoSeconds(currentPlan(attempt), attempt.payload.body.rowsPerSecond) * 1000;
  let started = false;
  let still = 0;
  for (;;) {
    const state = armedStateOf(await readArmedObjects(work.session, signal), names);
    if (state.claim === 'armed' && !started) {
      await startUndo(work, names.armed, signal);
      started = true;
    } else if (state.claim !== 'armed') {
      still = state.undoRunning ? 0 : still + 1;
      if (still >= STILL_LOOKS || state.claim !== 'fired') break;
    }
    if (work.clock.monotonic() > deadline) break;
    await work.clock.sleep(POLL_MS, signal);
  }

  const plan = currentPlan(attempt);
  const isRestored = async (): Promise<boolean> =>
    relationOf(plan, await readTouched(work.session, plan, signal)) === 'before';
  if (!(await isRestored())) {
    await removeRows(work.session, '/system/script/job', 'script', [names.wait], signal);
    for (const script of restoreScripts(plan, names, work.version)) await work.session.execute(script, signal);
    if (!(await isRestored())) {
      await endAttempt(work, current, 'stalled', 'the snapshot could not be restored completely');
      throw new Failure('UndoFailed', 'The router does not hold the rows of the snapshot after the undo.');
    }
  }
  await disarm(work.session, names, keepsOf(plan, names), signal);
  await endAttempt(work, current, 'undone', `${standingText(attempt)}${reason}`);
}

/** An answer that got lost is no reason to stop: the timer on the router would start the same undo. */
async function startUndo(work: ApplyContext, script: string, signal: AbortSignal): Promise<void> {
  try {
    await work.session.startJob(`/system script run "${script}"`, signal);
  } catch (error) {
    if (!(error instanceof Failure) || error.effect === 'none') throw error;
  }
}
