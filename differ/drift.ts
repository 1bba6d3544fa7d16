import { CATALOGUE, type MenuPath } from '#routeros';
import { type Catalogue, menuIn } from './canonical.ts';
import type { Change, DriftEntry } from './change.ts';
import { makePlan } from './make-plan.ts';
import type { SecretTerms, HeldBackRow, NonConvergingField, Plan } from './plan.ts';
import type { DesiredState, LiveState } from './state.ts';
import { keyOf } from './tuple.ts';

/** What was confirmed holds seals, never a name without a value. */
const COMPARED: SecretTerms = { because: null, unbound: {} };

/**
 * How live differs from the last confirmed desired state (approval.md §5), never from one that nobody approved yet.
 * Rows that nobody declared are Extra; where the section tolerates them the entry says so. Frozen fields and rows that
 * the plan holds back are no drift: they are reported as such.
 * @throws {Error} when live lacks a declared menu.
 */
export function driftOf(
  confirmed: DesiredState,
  live: LiveState,
  frozen: readonly NonConvergingField[] = [],
  catalogue: Catalogue = CATALOGUE,
  heldBack: readonly HeldBackRow[] = [],
): readonly DriftEntry[] {
  const plan = makePlan({ desired: confirmed, base: confirmed, live, frozen, heldBack, secrets: COMPARED }, catalogue);
  return driftIn(plan, confirmed, live, catalogue);
}

/** The same of the plan that leads from live to the confirmed state. */
export function driftIn(
  plan: Plan,
  confirmed: DesiredState,
  live: LiveState,
  catalogue: Catalogue = CATALOGUE,
): readonly DriftEntry[] {
  const entries = plan.changes.filter(({ kind }) => kind !== 'move').map(entryOf);
  const moves = plan.changes.filter(({ kind }) => kind === 'move');
  const missing = plan.changes.filter(
    ({ kind, menu }) => kind === 'create' && moves.some((move) => move.menu === menu),
  );
  const reordered = missing.length === 0 ? moves : movesOfOthers(plan, missing, confirmed, live, catalogue);
  return [...entries, ...reordered.map(entryOf), ...plan.extras];
}

/** A row that is gone is made anew at the end, and moved from there: that puts no other row out of its order. */
function movesOfOthers(
  { heldBack = [] }: Plan,
  missing: readonly Change[],
  confirmed: DesiredState,
  live: LiveState,
  catalogue: Catalogue,
): readonly Change[] {
  const gone = new Set(missing.map(({ menu, match }) => `${menu} ${keyOf(menuIn(catalogue, menu), match ?? {})}`));
  const menus = Object.entries(confirmed.menus).map(([path, said]) => {
    if (said.shape === 'settings') return [path, said];
    const menu = menuIn(catalogue, path as MenuPath);
    return [path, { ...said, rows: said.rows.filter(({ fields }) => !gone.has(`${path} ${keyOf(menu, fields)}`)) }];
  });
  const present: DesiredState = { menus: Object.fromEntries(menus) as DesiredState['menus'] };
  const { changes } = makePlan({ desired: present, base: present, live, heldBack, secrets: COMPARED }, catalogue);
  return changes.filter(({ kind }) => kind === 'move');
}

/** What a change of a plan towards the confirmed state says of live. */
function entryOf(change: Change): DriftEntry {
  const { menu, match } = change;
  switch (change.kind) {
    case 'create':
      return { class: 'Missing', menu, match, desired: change.fields, live: {} };
    case 'set':
      return { class: 'Changed', menu, match, desired: change.fields, live: change.before };
    case 'remove':
      return { class: 'Extra', menu, match, desired: {}, live: change.before };
    case 'move':
      return { class: 'Reordered', menu, match, desired: {}, live: {}, before: change.beforeMatch };
  }
}
