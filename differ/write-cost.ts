import { CATALOGUE } from '#routeros';
import type { Change } from './change.ts';
import { isTimed } from './timed-rows.ts';

/** What a small router writes by scripts: 25,000 entries in 2 m 50 s, 1,500 in 9 s (routeros-rest.md §1.2). */
const ROWS_A_SECOND = 150;

/** What it costs a router to write a plan, without the undo. */
export interface WriteCost {
  /** Rows and settings menus that are written, moves too. */
  readonly rows: number;
  /** About how many writes to its flash that makes; as many come on top if the change is undone. */
  readonly flashWrites: number;
  /** About how long the writing takes, in seconds. */
  readonly seconds: number;
  /** At so many rows a second. */
  readonly rowsPerSecond: number;
  /** `device`: this router was found to write so fast; `general`: that is what a small router does. */
  readonly rowsPerSecondOf: 'device' | 'general';
}

function isTimedAdd(change: Change): boolean {
  const menu = CATALOGUE[change.menu];
  return change.kind === 'create' && menu !== undefined && isTimed(menu, change.fields);
}

/**
 * The cost of so many changes: each is saved by itself, but for rows that go by themselves (routeros-rest.md §5.5).
 * @param measured how many rows a second this router was found to write; absent: nobody knows.
 */
export function writeCostOf(changes: readonly Change[], measured?: number): WriteCost {
  const rowsPerSecond = measured ?? ROWS_A_SECOND;
  return {
    rows: changes.length,
    flashWrites: changes.filter((change) => !isTimedAdd(change)).length,
    seconds: Math.ceil(changes.length / rowsPerSecond),
    rowsPerSecond,
    rowsPerSecondOf: measured === undefined ? 'general' : 'device',
  };
}
