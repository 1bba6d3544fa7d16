import { keyOf, remainingChanges, type Change, type LiveState } from '#differ';
import { bulkAddScript, menuOf, parseBulkResult, type MenuPath, type Row } from '#routeros';
import { Failure } from '#failure';
import { readLive } from '../device/live.ts';
import type { AttemptRecord } from '../records/attempts.ts';
import { undoWaits } from './arm.ts';
import { beforeUndoFires } from './deadline.ts';
import { indexTouched, menusOf, type TouchedIndex } from './relation.ts';
import { armedNamesOf } from './token.ts';
import { holdLease, type ApplyContext } from './apply-context.ts';

/** From here on adds to one menu go as one script (routeros-rest.md §1.2: 0.1 s and more a request). */
const BULK_FROM = 20;
/** Rows of one script: far below the 60 s limit of a request and 64 kB of a script. */
const BULK_ROWS = 200;
const BULK_BYTES = 32_000;
/** How often an answer may get lost before the attempt is left to the undo on the router. */
const MAX_LOST = 3;
const RETRY_PAUSE_MS = 2_000;

/**
 * Whether a fresh read has proven the whole plan to be on the router, and if not, what is known of the router all the
 * same.
 */
export type WriteResult =
  | { readonly written: true; readonly attempt: AttemptRecord }
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
  const { plan } = attempt.payload;
  const names = armedNamesOf(attempt.planId, attempt.number);
  let current = attempt;
  let untouched = true;
  let sent = false;
  const stopped = (reason: string): WriteResult => ({ written: false, reason, untouched, unconverged: null });
  let known = readBefore;
  for (let lost = 0; ;) {
    try {
      if (known === null && !sent && !(await undoWaits(work.session, names, signal))) return stopped(UNDO_GONE);
      const live = known ?? (await readLive(work.session, menusOf(plan), signal));
      known = null;
      const missing = remainingChanges(plan, live);
      if (missing?.length === 0) return { written: true, attempt: current };
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
      const rows = indexTouched(plan, live);
      for (const batch of batchesOf(missing)) {
        current = await holdLease(work, current);
        untouched = false;
        await beforeUndoFires(attempt, work.clock, signal, (inTime) => writeBatch(work, attempt, batch, rows, inTime));
      }
      sent = true;
    } catch (error) {
      if (!(error instanceof Failure) || error.code === 'AttemptLost') throw error;
      if (error.effect === 'none' && !PASSING.has(error.code)) return stopped(error.message);
      lost += 1;
      if (lost > MAX_LOST) throw error;
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

type Batch =
  | { readonly kind: 'one'; readonly change: Change }
  | { readonly kind: 'bulk'; readonly menu: MenuPath; readonly rows: readonly Row[] };

/** Runs of adds to one menu become scripts; everything else is one request each, in the plan's order. */
function batchesOf(changes: readonly Change[]): readonly Batch[] {
  const batches: Batch[] = [];
  for (let at = 0; at < changes.length;) {
    const first = changes[at] as Change;
    let end = at;
    while (end < changes.length && isBulkAdd(changes[end], first.menu)) end += 1;
    if (end - at < BULK_FROM) {
      batches.push({ kind: 'one', change: first });
      at += 1;
      continue;
    }
    const rows = changes.slice(at, end).map((change) => (change as Change & { kind: 'create' }).fields);
    batches.push(...chunksOf(rows).map((chunk): Batch => ({ kind: 'bulk', menu: first.menu, rows: chunk })));
    at = end;
  }
  return batches;
}

/** Scripts hold ASCII only; a row with other characters goes by itself. */
function isBulkAdd(change: Change | undefined, menu: MenuPath): boolean {
  return change?.kind === 'create' && change.menu === menu && /^[ -~]*$/.test(Object.values(change.fields).join(''));
}

function chunksOf(rows: readonly Row[]): readonly (readonly Row[])[] {
  const chunks: Row[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const size = JSON.stringify(row).length + 40;
    const chunk = chunks.at(-1);
    if (chunk === undefined || chunk.length >= BULK_ROWS || bytes + size > BULK_BYTES) {
      chunks.push([row]);
      bytes = size;
    } else {
      chunk.push(row);
      bytes += size;
    }
  }
  return chunks;
}

async function writeBatch(
  work: ApplyContext,
  attempt: AttemptRecord,
  batch: Batch,
  rows: TouchedIndex,
  signal: AbortSignal,
): Promise<void> {
  if (batch.kind === 'one') return await writeChange(work, batch.change, rows, signal);
  const guard = armedNamesOf(attempt.planId, attempt.number).armed;
  const result = parseBulkResult(
    await work.session.execute(bulkAddScript(menuOf(batch.menu), batch.rows, guard), signal),
  );
  if (result.state === 'ended' && result.failed === 0) return;
  const what =
    result.state === 'ended'
      ? `failed in ${result.failed} of ${result.statements} adds`
      : result.state === 'notArmed'
        ? 'found no armed undo'
        : 'did not finish';
  throw new Failure('Refused', `A script of ${batch.rows.length} adds to ${batch.menu} ${what}.`, {
    effect: result.state === 'notArmed' ? 'none' : 'unknown',
  });
}

async function writeChange(work: ApplyContext, change: Change, rows: TouchedIndex, signal: AbortSignal): Promise<void> {
  switch (change.kind) {
    case 'create':
      await work.session.add(change.menu, { ...menuOf(change.menu).addWith, ...change.fields }, signal);
      return;
    case 'set':
      await work.session.set(
        change.menu,
        change.match === null ? null : idOf(change.menu, change.match, change.nth, rows),
        change.fields,
        signal,
      );
      return;
    case 'remove':
      await work.session.remove(change.menu, idOf(change.menu, change.match, change.nth, rows), signal);
      return;
    case 'move': {
      const before = change.beforeMatch === null ? null : idOf(change.menu, change.beforeMatch, 0, rows);
      await work.session.move(change.menu, idOf(change.menu, change.match, change.nth, rows), before, signal);
    }
  }
}

/** Ids are taken from the read right before, never remembered. */
function idOf(menu: MenuPath, match: Row, nth: number, rows: TouchedIndex): string {
  const id = rows.get(menu)?.get(keyOf(menuOf(menu), match))?.[nth]?.['.id'];
  if (id === undefined)
    throw new Failure('NoSuchItem', `A row of ${menu} is gone since it was read.`, { effect: 'unknown' });
  return id;
}
