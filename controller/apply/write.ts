import { remainingChanges, type LiveState } from '#differ';
import { Failure } from '#failure';
import type { AttemptRecord } from '../records/attempts.ts';
import { undoWaits } from './arm.ts';
import { beforeUndoFires } from './deadline.ts';
import { isAsKept, keepsOf, makeKeep, missingKeeps } from './keeps.ts';
import { indexTouched, readTouched } from './relation.ts';
import { currentPlan } from './attempt-part.ts';
import { armedNamesOf } from './token.ts';
import { type Batch, batchAt, type Step, stepsOf } from './batches.ts';
import { makePace } from './pace.ts';
import { writeBatch } from './write-batch.ts';
import { holdLease, type ApplyContext } from './apply-context.ts';

/** How often an answer may get lost before the attempt is left to the undo on the router. */
const MAX_LOST = 3;
const RETRY_PAUSE_MS = 2_000;

/**
 * Whether a fresh read has proven the whole plan to be on the router, and if not, what is known of the router all the
 * same.
 */
export type WriteResult =
  | {
      readonly written: true;
      readonly attempt: AttemptRecord;
      /** How fast scripts wrote; null: none did. */
      readonly rowsPerSecond: number | null;
    }
  | {
      readonly written: false;
      readonly reason: string;
      /** Nothing was sent in this call. */
      readonly untouched: boolean;
      /** What the router holds when it took every write and still differs. */
      readonly unconverged: LiveState | null;
    };

/**
 * Writes what is still missing of an attempt's plan and proves by a fresh read that nothing is missing any more. After
 * a write whose effect is unknown the menus are read again first, and only changes that are in the plan and not on the
 * router are sent: nothing is written twice, and a router that moved otherwise is not written at all. Nor is one whose
 * undo has fired meanwhile, as it does after a reboot: what came then would stay for good.
 * @param readBefore the plan's menus as they were read a moment ago, while the undo waited; null: both are asked
 *   first.
 */
export async function writePlan(
  work: ApplyContext,
  attempt: AttemptRecord,
  signal: AbortSignal,
  readBefore: LiveState | null = null,
): Promise<WriteResult> {
  const plan = currentPlan(attempt);
  const names = armedNamesOf(attempt.planId, attempt.number);
  const keeps = keepsOf(plan, names);
  let copied = 0;
  let current = attempt;
  let untouched = true;
  let sent = false;
  const stopped = (reason: string): WriteResult => ({ written: false, reason, untouched, unconverged: null });
  let known = readBefore;
  // How many of the next changes go by themselves, since a script with them counted failures and cannot tell which.
  let singly = 0;
  const pace = makePace(work.clock);
  const refusing = new Set<string>();
  // A move is read back before the next: one whose place vanished goes to the end without a word.
  let leftAtMove: number | null = null;
  for (let lost = 0; ;) {
    try {
      if (known === null && !sent && !(await undoWaits(work.session, names, signal))) return stopped(UNDO_GONE);
      const live = known ?? (await readTouched(work.session, plan, signal));
      known = null;
      const missing = remainingChanges(plan, live);
      if (missing?.length === 0) return { written: true, attempt: current, rowsPerSecond: pace.rowsPerSecond() };
      if (sent) {
        if (!(await undoWaits(work.session, names, signal))) return stopped(UNDO_GONE);
        return {
          written: false,
          reason: 'the router took every write and reads back something else',
          untouched,
          unconverged: live,
        };
      }
      if (missing === null) return stopped('the router changed while the plan was being written');
      if (leftAtMove !== null && missing.length >= leftAtMove)
        return {
          written: false,
          reason: 'the router took a move and the row stands elsewhere',
          untouched,
          unconverged: live,
        };
      leftAtMove = null;
      const lacking = await missingKeeps(work.session, keeps, signal);
      if (lacking.length > 0) {
        if (!lacking.every((keep) => isAsKept(keep, live)))
          return stopped('a copy of a row is gone that its undo would take a secret from');
        if ((copied += 1) > MAX_LOST) return stopped('the router does not copy a row with a secret');
        for (const keep of lacking) {
          current = await holdLease(work, current);
          untouched = false;
          await beforeUndoFires(attempt, work.clock, signal, (inTime) =>
            makeKeep(work.session, keep, names.armed, inTime),
          );
        }
        continue;
      }
      const rows = indexTouched(plan, live);
      const steps = stepsOf(missing, rows);
      for (let at = 0, alone = singly; at < steps.length;) {
        const { change } = steps[at] as Step;
        // What was just made has no id yet that a move could name.
        if (change.kind === 'move' && at > 0) {
          leftAtMove = missing.length;
          break;
        }
        const kind = `${change.kind} ${change.menu}`;
        const batch: Batch =
          at < alone || refusing.has(kind)
            ? { one: change }
            : batchAt(steps, at, rows, pace.rowsNext(kind), names.armed);
        const count = 'one' in batch ? 1 : batch.count;
        current = await holdLease(work, current);
        untouched = false;
        const send = (): Promise<number> =>
          beforeUndoFires(attempt, work.clock, signal, (inTime) =>
            writeBatch(work.session, attempt, batch, rows, inTime),
          );
        singly = 'one' in batch ? await send() : await pace.run(kind, count, send);
        // What takes no row by a script is written row by row.
        if (singly === count && count > 1) refusing.add(kind);
        if (singly > 0) break;
        at += count;
        if (change.kind === 'move' && at < steps.length) {
          leftAtMove = missing.length;
          break;
        }
      }
      sent = singly === 0 && leftAtMove === null;
      if (!sent && leftAtMove === null && (lost += 1) > MAX_LOST)
        return stopped('the router goes on refusing rows, and takes each by itself');
    } catch (error) {
      if (!(error instanceof Failure) || error.code === 'AttemptLost') throw error;
      if (error.effect === 'none' && !PASSING.has(error.code)) return stopped(error.message);
      lost += 1;
      if (lost > MAX_LOST && PASSING.has(error.code)) throw error;
      if (lost > MAX_LOST) return stopped(error.message);
      await work.clock.sleep(RETRY_PAUSE_MS, signal);
    }
  }
}

/** Why a router is not written whose undo has fired or was removed. */
export const UNDO_GONE = 'the undo no longer waits on the router';

/** Failures that say nothing about the plan itself. */
const PASSING = new Set([
  'Unreachable',
  'Timeout',
  'SessionClosed',
  'ServerError',
  'WrongBody',
  'BadAnswer',
  'CircuitOpen',
  'Unauthorized',
]);
