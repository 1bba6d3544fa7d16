import type { AttemptRecord } from '../records/attempts.ts';
import type { HealthReport } from '../records/health.ts';
import { settle } from '../policy/settle.ts';
import {
  closeUnwritten,
  confirm,
  finishConfirmed,
  judge,
  type PartVerdict,
  writeAndJudge,
  type Verdict,
} from './apply-armed.ts';
import { currentPlan, standingText } from './attempt-part.ts';
import { armedStateOf, disarm, readArmedObjects } from './arm.ts';
import { keepsOf } from './keeps.ts';
import { readTouched, relationOf } from './relation.ts';
import { armedNamesOf } from './token.ts';
import { undo } from './undo.ts';
import { commitStep, endAttempt, type ApplyContext } from './apply-context.ts';

/** How an interrupted attempt was brought to its end; `stalled` leaves the device to a person. */
export type Settled = Verdict | { readonly kind: 'stalled'; readonly reason: string };

/** The checks were made and stored before the interruption. */
const ALREADY_HEALTHY: HealthReport = { verdict: 'healthy', checks: [] };

/** Brings an attempt that another life of the controller left open to its end, by what the router holds of it. */
export async function settleAttempt(work: ApplyContext, attempt: AttemptRecord, signal: AbortSignal): Promise<Settled> {
  const names = armedNamesOf(attempt.planId, attempt.number);
  const plan = currentPlan(attempt);
  const lastStep = attempt.steps.at(-1)?.step ?? 'arming';
  const armed = armedStateOf(await readArmedObjects(work.session, signal), names);
  const live = relationOf(plan, await readTouched(work.session, plan, signal));
  const settlement = settle(lastStep, armed, live, await work.revoked(attempt));
  const { reason } = settlement;
  work.log.info(
    {
      device: attempt.device,
      correlationId: attempt.correlationId,
      lastStep,
      claim: armed.claim,
      live,
      action: settlement.action,
      reason,
    },
    'open attempt settled',
  );
  switch (settlement.action) {
    case 'resume':
      return await endBetween(
        work,
        lastStep === 'applied' ? await judge(work, attempt, signal) : await writeAndJudge(work, attempt, signal),
        signal,
      );
    case 'confirm':
      return await endBetween(work, await confirm(work, attempt, ALREADY_HEALTHY, signal), signal);
    case 'undo':
      await undo(work, attempt, reason, signal);
      return { kind: 'undone', reason: `${standingText(attempt)}${reason}`, health: null };
    case 'stall':
      await endAttempt(work, attempt, 'stalled', reason);
      return { kind: 'stalled', reason };
    case 'close':
      if (settlement.end === 'confirmed') {
        // Kept before the last trace of the claim leaves the router: the next interruption may be right after that.
        const claimed = lastStep === 'disarming' ? attempt : await commitStep(work, attempt, 'disarming', reason);
        const next = await finishConfirmed(work, claimed, reason, signal);
        if (next !== null) return await closeUnwritten(work, next, INTERRUPTED, signal);
        return { kind: 'confirmed', health: ALREADY_HEALTHY };
      }
      if (settlement.end === 'closed') return await closeUnwritten(work, attempt, reason, signal);
      await disarm(work.session, names, keepsOf(plan, names), signal);
      await endAttempt(work, attempt, settlement.end, `${standingText(attempt)}${reason}`);
      return { kind: 'undone', reason: `${standingText(attempt)}${reason}`, health: null };
  }
}

const INTERRUPTED = 'the controller was interrupted, and what is left waits for a plan of its own';

/** What let the attempt begin is not known any more: it writes no further part. */
async function endBetween(work: ApplyContext, verdict: PartVerdict, signal: AbortSignal): Promise<Settled> {
  return verdict.kind === 'partConfirmed' ? await closeUnwritten(work, verdict.attempt, INTERRUPTED, signal) : verdict;
}
