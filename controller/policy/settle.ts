import type { AttemptEnd, AttemptStep } from '../records/attempts.ts';

/** What the router holds of one attempt (armed-rollback.md §1, §2). */
export interface ArmedState {
  /** The name the claim script bears now: still armed, taken by the undo, taken by the controller, or not there. */
  readonly claim: 'armed' | 'fired' | 'confirmed' | 'none';
  /** The undo is running at this moment. */
  readonly undoRunning: boolean;
}

/** The touched rows now: as the snapshot has them, as the plan makes them, or neither. */
export type LiveRelation = 'before' | 'after' | 'mixed';

/**
 * What to do with an open attempt whose controller may have died.
 * `resume`: go on writing, checking and judging. `confirm`: the verdict was healthy, claim and disarm.
 * `undo`: wait for a running undo, then claim it, restore the snapshot and clean up. `close`: the device has decided,
 * clean up and record the end.
 * `stall`: nobody can tell; a person must look.
 */
export type Settlement =
  | { readonly action: 'resume' | 'confirm' | 'undo' | 'stall'; readonly reason: string }
  | { readonly action: 'close'; readonly end: AttemptEnd; readonly reason: string };

/**
 * Pure and total over (last step × armed on the device × live × revoked), see the table in docs/architecture.md.
 * @param revoked why the approval stands no more because its key was revoked; null: it stands. What was confirmed
 *   stays.
 */
export function settle(
  lastStep: AttemptStep,
  armed: ArmedState,
  live: LiveRelation,
  revoked: string | null,
): Settlement {
  switch (armed.claim) {
    case 'armed':
      return lastStep === 'arming' || lastStep === 'armed' || revoked === null
        ? settleArmed(lastStep, live)
        : { action: 'undo', reason: revoked };
    case 'fired':
      return settleFired(lastStep, armed, live);
    case 'confirmed':
      return settleConfirmed(lastStep);
    case 'none':
      return settleGone(lastStep, live);
  }
}

function settleArmed(lastStep: AttemptStep, live: LiveRelation): Settlement {
  switch (lastStep) {
    case 'arming':
    case 'armed':
      return { action: 'close', end: 'closed', reason: 'nothing was written yet' };
    case 'applying':
      return { action: 'resume', reason: 'the undo is still armed and the writes can go on' };
    case 'applied':
      return live === 'after'
        ? { action: 'resume', reason: 'everything is written and not yet judged' }
        : { action: 'undo', reason: 'the rows moved after they were written' };
    case 'verdict-healthy':
    case 'disarming':
      return live === 'after'
        ? { action: 'confirm', reason: 'the verdict was healthy' }
        : { action: 'undo', reason: 'the rows moved after the verdict, before it was confirmed' };
    case 'verdict-unhealthy':
    case 'undoing':
      return { action: 'undo', reason: 'the verdict was to undo' };
  }
}

function settleFired(lastStep: AttemptStep, armed: ArmedState, live: LiveRelation): Settlement {
  if (armed.undoRunning) return { action: 'undo', reason: 'the undo is running on the router' };
  // Rows that differ were changed by somebody else, and that is not ours to restore.
  if (lastStep === 'arming' || lastStep === 'armed')
    return { action: 'close', end: 'closed', reason: 'the undo fired before anything was written' };
  if (live !== 'before') return { action: 'undo', reason: 'the undo took the claim and did not finish' };
  return { action: 'close', end: 'undone', reason: 'the router restored itself' };
}

function settleConfirmed(lastStep: AttemptStep): Settlement {
  if (lastStep === 'verdict-healthy' || lastStep === 'disarming') {
    return { action: 'close', end: 'confirmed', reason: 'the claim was won before the interruption' };
  }
  return { action: 'stall', reason: `the router says confirmed, but the last step on record is "${lastStep}"` };
}

function settleGone(lastStep: AttemptStep, live: LiveRelation): Settlement {
  switch (lastStep) {
    case 'arming':
    case 'armed':
      return { action: 'close', end: 'closed', reason: 'nothing was written yet' };
    case 'disarming':
      return live === 'before'
        ? { action: 'stall', reason: 'the change was confirmed and cleaned up, but the router holds the old rows' }
        : { action: 'close', end: 'confirmed', reason: 'confirmed and cleaned up before the interruption' };
    case 'applying':
    case 'applied':
    case 'verdict-healthy':
    case 'verdict-unhealthy':
    case 'undoing':
      return live === 'before'
        ? { action: 'close', end: 'undone', reason: 'the router holds the old rows and nothing is armed' }
        : { action: 'stall', reason: 'the undo has vanished from the router without having run' };
  }
}
