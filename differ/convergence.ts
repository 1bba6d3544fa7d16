import { CATALOGUE, type Menu, type MenuPath, type Row } from '#routeros';
import { canonicalJson } from '#canonical-json';
import { type Catalogue, menuIn, satisfies, valueOf } from './canonical.ts';
import type { Change } from './change.ts';
import type { NonConvergingField, Plan } from './plan.ts';
import type { LiveState } from './state.ts';
import { groupByTuple, keyOf, type Tuple } from './tuple.ts';

/** Says whether a field is frozen at this desired value. */
export type NonConvergence = (menu: MenuPath, match: Row | null, field: string, desired: string) => boolean;

/**
 * Equal for two observations of one field that was to have one value. Another desired value is another matter: it is
 * tried anew.
 */
export function nonConvergingKeyOf(field: NonConvergingField): string {
  return canonicalJson({ menu: field.menu, match: field.match, field: field.field, desired: field.desired });
}

/** Answers for a list of frozen fields. */
export function nonConvergenceOf(frozen: readonly NonConvergingField[]): NonConvergence {
  if (frozen.length === 0) return () => false;
  const keys = new Set(frozen.map(nonConvergingKeyOf));
  return (menu, match, field, desired) => keys.has(nonConvergingKeyOf({ menu, match, field, desired, live: '' }));
}

/** What an apply left unconverged, and which of it did not converge for the second time running. */
export interface Convergence {
  /** Fields that read back differently from what was just written: to be handed in again after the next apply. */
  readonly unconverged: readonly NonConvergingField[];
  /** Those of them that were unconverged the last time too: from now on left alone and reported. */
  readonly frozen: readonly NonConvergingField[];
}

/**
 * Compares what a plan wrote with what the router reads back. `previous` is `unconverged` of the device's last apply.
 */
export function nextNonConverging(
  previous: readonly NonConvergingField[],
  plan: Plan,
  liveAfter: LiveState,
  catalogue: Catalogue = CATALOGUE,
): Convergence {
  const tuples = new Map<MenuPath, ReadonlyMap<string, Tuple>>();
  const unconverged: NonConvergingField[] = [];
  for (const change of plan.changes) {
    if (change.kind !== 'set' && change.kind !== 'create') continue;
    const menu = menuIn(catalogue, change.menu);
    const read = tuples.get(menu.path) ?? groupByTuple(menu, [], [], liveAfter.menus[menu.path] ?? []);
    tuples.set(menu.path, read);
    unconverged.push(...unconvergedFields(menu, change, read.get(keyOf(menu, change.match ?? {}))?.live ?? []));
  }
  const seen = new Set(previous.map(nonConvergingKeyOf));
  return { unconverged, frozen: unconverged.filter((field) => seen.has(nonConvergingKeyOf(field))) };
}

function unconvergedFields(
  menu: Menu,
  { match, fields }: Extract<Change, { kind: 'set' | 'create' }>,
  rows: readonly Row[],
): readonly NonConvergingField[] {
  const [first] = rows;
  if (first === undefined || rows.some((row) => satisfies(menu, fields, row))) return [];
  return Object.entries(fields)
    .filter(([field, value]) => !menu.match.includes(field) && valueOf(menu, first, field) !== value)
    .map(([field, desired]) => ({ menu: menu.path, match, field, desired, live: first[field] ?? '' }));
}
