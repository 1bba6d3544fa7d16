import { describeRow, keyOf, type Change } from '#differ';
import { Failure } from '#failure';
import { addCommand, fitsJson, menuOf, parseBulkResult, type Row, setCommand, singleScript } from '#routeros';
import type { DeviceSession } from '../ports.ts';
import type { AttemptRecord } from '../records/attempts.ts';
import type { Batch } from './batches.ts';
import type { TouchedIndex } from './relation.ts';
import { armedNamesOf } from './token.ts';

/**
 * Sends one batch.
 * @returns how many of its rows the router refused; which, it does not tell.
 * @throws {Failure} whose message names the row that was refused.
 */
export async function writeBatch(
  session: DeviceSession,
  attempt: AttemptRecord,
  batch: Batch,
  rows: TouchedIndex,
  signal: AbortSignal,
): Promise<number> {
  if ('one' in batch) {
    const guard = armedNamesOf(attempt.planId, attempt.number).armed;
    try {
      await writeChange(session, batch.one, rows, guard, signal);
      return 0;
    } catch (error) {
      throw error instanceof Failure ? naming(attempt, batch.one, error) : error;
    }
  }
  const result = parseBulkResult(await session.execute(batch.script, signal));
  if (result.state === 'ended') return result.failed;
  throw result.state === 'notArmed'
    ? notArmed()
    : new Failure(
        'BadAnswer',
        `A script with ${batch.count} changes (${batch.kind}) of ${batch.menu} did not finish.`,
        {
          effect: 'unknown',
        },
      );
}

function notArmed(): Failure {
  return new Failure('Refused', 'The script found no armed undo.');
}

/** The same failure, about a row. */
function naming(attempt: AttemptRecord, change: Change, error: Failure): Failure {
  const { changes } = attempt.payload.plan;
  const at = changes.findIndex((one) => one === change || isSame(one, change));
  const which = at === -1 ? '' : `, change ${at + 1} of ${changes.length}`;
  const row = describeRow(menuOf(change.menu), change.match);
  return new Failure(error.code, `${row} (${change.kind}${which}): ${error.message}`, {
    cause: error,
    effect: error.effect,
    ...(error.detail === undefined ? {} : { detail: error.detail }),
  });
}

/** What is still missing of a change may be fewer fields. */
function isSame(one: Change, other: Change): boolean {
  if (one.kind !== other.kind || one.menu !== other.menu) return false;
  if (one.match === null || other.match === null) return one.match === other.match;
  return keyOf(menuOf(one.menu), one.match) === keyOf(menuOf(one.menu), other.match);
}

async function writeChange(
  session: DeviceSession,
  change: Change,
  rows: TouchedIndex,
  guard: string,
  signal: AbortSignal,
): Promise<void> {
  const menu = menuOf(change.menu);
  switch (change.kind) {
    case 'create': {
      const fields = { ...menu.addWith, ...change.fields };
      if (fitsJson(fields)) await session.add(change.menu, fields, signal);
      else await runSingle(session, addCommand(menu, change.fields), guard, signal);
      return;
    }
    case 'set': {
      const id = change.match === null ? null : idOf(change, change.match, rows);
      if (fitsJson(change.fields)) await session.set(change.menu, id, change.fields, signal);
      else await runSingle(session, setCommand(menu, id, change.fields), guard, signal);
      return;
    }
    case 'remove':
      await session.remove(change.menu, idOf(change, change.match, rows), signal);
      return;
    case 'move': {
      const before = change.beforeMatch === null ? null : idOf({ ...change, nth: 0 }, change.beforeMatch, rows);
      await session.move(change.menu, idOf(change, change.match, rows), before, signal);
    }
  }
}

/** Console errors come as text in a success (routeros-rest.md §2.6): there the router's own words are. */
async function runSingle(session: DeviceSession, command: string, guard: string, signal: AbortSignal): Promise<void> {
  const printed = await session.execute(singleScript(command, guard), signal);
  const { state } = parseBulkResult(printed);
  if (state === 'ended') return;
  if (state === 'notArmed') throw notArmed();
  const detail = printed.slice(0, LONGEST_WORDS);
  throw new Failure('Refused', `The script that writes it did not finish: ${detail}`, { effect: 'unknown', detail });
}

const LONGEST_WORDS = 500;

/** Ids are taken from the read right before, never remembered. */
function idOf({ menu, nth }: Change & { readonly nth: number }, match: Row, rows: TouchedIndex): string {
  const id = rows.get(menu)?.get(keyOf(menuOf(menu), match))?.[nth]?.['.id'];
  if (id === undefined)
    throw new Failure('NoSuchItem', `A row of ${menu} is gone since it was read.`, { effect: 'unknown' });
  return id;
}
