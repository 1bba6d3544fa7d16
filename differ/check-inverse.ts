import type { Menu, Row } from '#routeros';
import { applyChanges, ChangeRefused } from './apply-changes.ts';
import { applyRestores } from './apply-restores.ts';
import { canonicalJson } from '#canonical-json';
import { type Catalogue, canonicalRow, isSkipped, menuIn, writableRow } from './canonical.ts';
import type { Change } from './change.ts';
import type { Plan, Restore, Violation } from './plan.ts';
import { openTable, type Slot } from './router-table.ts';
import { describeRow } from './row-text.ts';
import type { LiveState } from './state.ts';
import { keyOf } from './tuple.ts';

/** One part of a plan that can be tried by itself: a tuple, or what depends on the order of a whole menu. */
interface Part {
  readonly menu: Menu;
  /** Null: the settings menu, or the menu as a whole. */
  readonly match: Row | null;
  readonly rows: readonly Row[];
  readonly changes: readonly Change[];
  readonly restores: readonly Restore[];
  readonly compare: 'rows' | 'rowsInOrder';
}

/**
 * Says where the inverse does not give the snapshot, from any prefix of the plan, once or twice. Tuples don't depend
 * on each other, so each is tried with its own rows and changes. The order of a menu is put back absolutely, whatever
 * prefix ran: it is tried once, at the end.
 */
export function brokenInverses(plan: Plan, live: LiveState, catalogue: Catalogue): readonly Violation[] {
  const paths = [...new Set(plan.changes.map(({ menu }) => menu))];
  return paths.flatMap((path) => {
    const whole: Part = {
      menu: menuIn(catalogue, path),
      match: null,
      rows: live.menus[path] ?? [],
      changes: plan.changes.filter(({ menu }) => menu === path),
      restores: plan.inverse.filter(({ menu }) => menu === path),
      compare: 'rowsInOrder',
    };
    const broken = tuplesOf(whole).filter((part) => !isRestoredThroughout(part, catalogue));
    if (whole.menu.shape === 'orderedList' && !isRestored(whole, whole.changes, catalogue)) broken.push(whole);
    return broken.map(violationOf);
  });
}

function tuplesOf({ menu, rows, changes, restores }: Part): Part[] {
  const written = changes.filter(({ kind }) => kind !== 'move');
  const changesOf = Map.groupBy(written, ({ match }) => keyOf(menu, match ?? {}));
  const restoresOf = Map.groupBy(restores, ({ match }) => keyOf(menu, match ?? {}));
  const table = openTable(
    menu,
    rows,
    written.map(({ match }) => match ?? {}),
  );
  return [...changesOf].map(([key, own]) => ({
    menu,
    match: own[0]?.match ?? null,
    rows: (table.slotsOf.get(key) as readonly Slot[]).map(({ row }) => row as Row),
    changes: own,
    restores: restoresOf.get(key) ?? [],
    compare: 'rows',
  }));
}

function isRestoredThroughout(part: Part, catalogue: Catalogue): boolean {
  return [...part.changes.keys(), part.changes.length].every((length) =>
    isRestored(part, part.changes.slice(0, length), catalogue),
  );
}

/** Changes that do not apply are reported as such, and not here. */
function isRestored(
  { menu, rows, restores, compare }: Part,
  changes: readonly Change[],
  catalogue: Catalogue,
): boolean {
  const state = applied({ menus: { [menu.path]: rows } }, changes, catalogue);
  if (state === null) return true;
  const once = applyRestores(state, restores, catalogue);
  const twice = applyRestores(once, restores, catalogue);
  const snapshot = fingerprint(menu, rows, compare);
  return [once, twice].every((live) => fingerprint(menu, live.menus[menu.path] ?? [], compare) === snapshot);
}

function applied(live: LiveState, changes: readonly Change[], catalogue: Catalogue): LiveState | null {
  try {
    return applyChanges(live, changes, catalogue);
  } catch (error) {
    if (error instanceof ChangeRefused) return null;
    throw error;
  }
}

/** The configuration that the rows hold as one text, whatever their spelling. */
function fingerprint(menu: Menu, rows: readonly Row[], compare: Part['compare']): string {
  const texts = rows
    .filter((row) => !isSkipped(menu, row))
    .map((row) => canonicalJson(canonicalRow(menu, writableRow(menu, row))));
  return (compare === 'rows' ? texts.toSorted() : texts).join('\n');
}

function violationOf({ menu, match }: Part): Violation {
  return {
    code: 'InverseFails',
    message: `${describeRow(menu, match)}: the undo would not bring back what is there now.`,
  };
}
