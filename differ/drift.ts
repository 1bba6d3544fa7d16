import { CATALOGUE } from '#routeros';
import type { Catalogue } from './canonical.ts';
import type { Change, DriftEntry } from './change.ts';
import { makePlan } from './make-plan.ts';
import type { HeldBackRow, NonConvergingField } from './plan.ts';
import type { DesiredState, LiveState } from './state.ts';

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
  const plan = makePlan({ desired: confirmed, base: confirmed, live, frozen, heldBack }, catalogue);
  return [...plan.changes.map(driftEntryOf), ...plan.extras];
}

/** What a change of a plan towards the confirmed state says of live. */
export function driftEntryOf(change: Change): DriftEntry {
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
