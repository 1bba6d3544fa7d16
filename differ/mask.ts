import type { Menu, Row } from '#routeros';
import { CATALOGUE } from '#routeros';
import type { Catalogue } from './canonical.ts';
import type { Change, DriftEntry } from './change.ts';
import type { HeldBackRow, NonConvergingField, Plan, ReleasedRow, Restore, TouchedRows } from './plan.ts';

/** What stands in place of a secret wherever people or machines read along. */
export const MASK = '(secret)';

/** The row with every secret value masked; an empty one stays empty, so that people see that it is cleared. */
export function maskRow(menu: Menu | undefined, row: Row): Row {
  return mapSecrets(menu, row, (value) => (value === '' ? '' : MASK));
}

/** The row itself when it holds no secret. */
export function mapSecrets(menu: Menu | undefined, row: Row, map: (secret: string) => string): Row {
  const secrets = Object.keys(row).filter((name) => menu?.fields[name]?.secret === true);
  if (secrets.length === 0) return row;
  return { ...row, ...Object.fromEntries(secrets.map((name) => [name, map(row[name] as string)])) };
}

/** The change with `map` applied to each of its rows. */
export function mapChange(change: Change, map: (row: Row) => Row): Change {
  switch (change.kind) {
    case 'create':
      return { ...change, match: map(change.match), fields: map(change.fields) };
    case 'set':
      return {
        ...change,
        match: change.match === null ? null : map(change.match),
        fields: map(change.fields),
        before: map(change.before),
      };
    case 'remove':
      return { ...change, match: map(change.match), before: map(change.before) };
    case 'move':
      return {
        ...change,
        match: map(change.match),
        beforeMatch: change.beforeMatch === null ? null : map(change.beforeMatch),
      };
  }
}

/** The row that is held back with `map` applied to its match tuple; its reason holds no secret. */
export function mapHeldBack(row: HeldBackRow, map: (match: Row) => Row): HeldBackRow {
  return { ...row, match: row.match === null ? null : map(row.match) };
}

/** The plan as it may be shown: every rendering starts here. */
export function maskPlan(plan: Plan, catalogue: Catalogue = CATALOGUE): Plan {
  return {
    changes: plan.changes.map((change) => mapChange(change, (row) => maskRow(catalogue[change.menu], row))),
    inverse: plan.inverse.map((restore) => maskRestore(restore, catalogue)),
    touched: plan.touched.map((touched) => maskTouched(touched, catalogue)),
    extras: maskDrift(plan.extras, catalogue),
    released: plan.released.map((released) => maskReleased(released, catalogue)),
    frozen: plan.frozen.map((field) => maskFrozen(field, catalogue)),
    conflicts: plan.conflicts,
    ...(plan.heldBack === undefined
      ? {}
      : { heldBack: plan.heldBack.map((row) => mapHeldBack(row, (match) => maskRow(catalogue[row.menu], match))) }),
    ...(plan.left === undefined ? {} : { left: plan.left }),
  };
}

/** Drift as it may be shown. */
export function maskDrift<Entry extends DriftEntry>(
  entries: readonly Entry[],
  catalogue: Catalogue = CATALOGUE,
): readonly Entry[] {
  return entries.map((entry) => {
    const menu = catalogue[entry.menu];
    return {
      ...entry,
      match: maskMatch(menu, entry.match),
      desired: maskRow(menu, entry.desired),
      live: maskRow(menu, entry.live),
      ...(entry.before === undefined ? {} : { before: maskMatch(menu, entry.before) }),
    };
  });
}

function maskRestore(restore: Restore, catalogue: Catalogue): Restore {
  const menu = catalogue[restore.menu];
  const masked = maskTouched(restore, catalogue);
  return restore.order === undefined ? masked : { ...masked, order: restore.order.map((row) => maskRow(menu, row)) };
}

function maskReleased(released: ReleasedRow, catalogue: Catalogue): ReleasedRow {
  const masked = maskTouched(released, catalogue);
  return released.fieldsOnly === true ? { ...masked, fieldsOnly: true } : masked;
}

function maskTouched(touched: TouchedRows, catalogue: Catalogue): TouchedRows {
  const menu = catalogue[touched.menu];
  return {
    menu: touched.menu,
    match: maskMatch(menu, touched.match),
    rows: touched.rows.map((row) => maskRow(menu, row)),
  };
}

function maskFrozen(frozen: NonConvergingField, catalogue: Catalogue): NonConvergingField {
  const menu = catalogue[frozen.menu];
  const masked = { ...frozen, match: maskMatch(menu, frozen.match) };
  return menu?.fields[frozen.field]?.secret === true ? { ...masked, desired: MASK, live: MASK } : masked;
}

function maskMatch(menu: Menu | undefined, match: Row | null): Row | null {
  return match === null ? null : maskRow(menu, match);
}
