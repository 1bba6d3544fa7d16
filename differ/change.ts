import type { MenuPath, Row } from '#routeros';

/**
 * One change of one row or settings menu. Rows are named by match tuple, never by `.id`, which changes when a row is
 * made anew.
 * `match` holds every match field that has a value in the row; `null` means the settings menu itself.
 * `nth` tells rows with one tuple apart: the position among the rows of that tuple that the plan was made from,
 * enabled ones first,
 * each kind in the order of the table; rows that the plan creates count on from there. It does not shift while the
 * plan is applied.
 */
export type Change =
  | {
      readonly kind: 'create';
      readonly menu: MenuPath;
      readonly match: Row;
      readonly fields: Row;
      readonly reason: ChangeReason;
    }
  | {
      readonly kind: 'set';
      readonly menu: MenuPath;
      readonly match: Row | null;
      readonly nth: number;
      /** Only the fields that change, their new canonical text; `''` clears a field without default. */
      readonly fields: Row;
      /** The same fields as the router spelt them; an absent key was absent. */
      readonly before: Row;
      readonly reason: ChangeReason;
    }
  | {
      readonly kind: 'remove';
      readonly menu: MenuPath;
      readonly match: Row;
      readonly nth: number;
      /** The row as read, without `.id` and read-only fields. */
      readonly before: Row;
      readonly reason: ChangeReason;
    }
  | {
      readonly kind: 'move';
      readonly menu: MenuPath;
      readonly match: Row;
      readonly nth: number;
      /** The row it comes to stand before, the only one of its tuple; null is the end. */
      readonly beforeMatch: Row | null;
      readonly reason: ChangeReason;
    };

/**
 * Why the change is in the plan: declared now; declared by the base and no more (`dropped`); declared by nobody and
 * the section prunes (`unlisted`); it brings back what a confirmed plan changed (`restored`).
 */
export type ChangeReason = 'declared' | 'dropped' | 'unlisted' | 'restored';

/** How live differs from a desired state. */
export interface DriftEntry {
  readonly class: 'Missing' | 'Changed' | 'Extra' | 'Reordered';
  readonly menu: MenuPath;
  readonly match: Row | null;
  /** Only with Extra: the section tolerates rows that nobody declared. */
  readonly tolerated?: true;
  /** Desired values of the fields concerned (Missing, Changed). */
  readonly desired: Row;
  /** Live values of the same fields, as read (Changed), or the whole row (Extra). */
  readonly live: Row;
  /** Only with Reordered: the row it should stand before; null is the end. */
  readonly before?: Row | null;
}
