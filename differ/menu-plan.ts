import type { Change, DriftEntry } from './change.ts';
import type { HeldBackRow, NonConvergingField, ReleasedRow, Restore, TouchedRows } from './plan.ts';

/** What one menu contributes to a plan, its changes apart by kind: they are written in that order over all menus. */
export interface MenuPlan {
  readonly creates: Change[];
  readonly sets: Change[];
  readonly moves: Change[];
  readonly removes: Change[];
  readonly inverse: Restore[];
  readonly touched: TouchedRows[];
  readonly extras: DriftEntry[];
  readonly released: ReleasedRow[];
  readonly frozen: NonConvergingField[];
  /** Rows for which there is no exact plan, such as one with an enabled dynamic twin. */
  readonly troubles: HeldBackRow[];
}

/** Collects while a menu is planned. */
export function emptyMenuPlan(): MenuPlan {
  return {
    creates: [],
    sets: [],
    moves: [],
    removes: [],
    inverse: [],
    touched: [],
    extras: [],
    released: [],
    frozen: [],
    troubles: [],
  };
}
