import { CATALOGUE, type Menu, type MenuPath, type Row, setsInPlace } from '#routeros';
import { applyChanges, ChangeRefused } from './apply-changes.ts';
import { canonicalJson } from '#canonical-json';
import { type Catalogue, canonicalRow, menuIn, valueOf, writableRow } from './canonical.ts';
import { changedSince, keysIn, sameOrder, tuplesIn } from './changed-since.ts';
import { makePlan } from './make-plan.ts';
import type { Plan, PlanInput, Restore } from './plan.ts';
import { type RollbackSecrets, unknownSecrets, unreadSecrets } from './rollback-secrets.ts';
import { describeRow, saidOfRow } from './row-text.ts';
import type { DesiredMenu, DesiredRow, DesiredState, LiveState } from './state.ts';
import { timedAdds, timedStanding } from './timed-rows.ts';
import { keyOf, rowsOfTuple, type Tuple } from './tuple.ts';

/**
 * Why a confirmed plan can't be taken back by a plan of its own. `ChangedSince`: the router is not as the plan left
 * it. `NotRestorable`: what was there before would not come back exactly.
 */
export interface RollbackRefusal {
  readonly code: 'ChangedSince' | 'NotRestorable';
  readonly message: string;
}

/** A plan that takes another back, with what it was made from (for `checkPlan`); or all reasons why there is none. */
export type RollbackPlan =
  | { readonly kind: 'planned'; readonly plan: Plan; readonly input: PlanInput }
  | { readonly kind: 'refused'; readonly reasons: readonly RollbackRefusal[] };

/**
 * The plan that leads from `live` back to what the router held before `done`, which is confirmed. It is a plan like
 * any other, with ordered changes and an inverse that restores what `done` left. Only what `done` touched is changed,
 * and only while it still is as `done` left it. A secret that it rotated comes back while its old value is bound. What
 * goes by itself no plan removes: it is refused while such a row of it stands, and what is gone is as it was.
 */
export function rollbackPlanOf(
  written: Plan,
  live: LiveState,
  catalogue: Catalogue = CATALOGUE,
  secrets: RollbackSecrets | null = null,
): RollbackPlan {
  const unread = unreadSecrets(written, secrets?.terms.because ?? null, catalogue);
  if (unread.length > 0)
    return { kind: 'refused', reasons: unread.map((message) => ({ code: 'NotRestorable', message })) };
  const standing = timedStanding(written.changes, live, catalogue);
  if (standing.length > 0) return { kind: 'refused', reasons: standing.map((row) => stillStands(row, catalogue)) };
  const done = withoutTimed(written, catalogue);
  if (done.changes.length < written.changes.length && done.changes.length === 0)
    return { kind: 'refused', reasons: [{ code: 'NotRestorable', message: ALL_GONE }] };
  const changed = changedSince(done, live, catalogue);
  if (changed.length > 0)
    return { kind: 'refused', reasons: changed.map((message) => ({ code: 'ChangedSince', message })) };
  const input = { ...inputOf(done, live, catalogue), ...(secrets === null ? {} : { secrets: secrets.terms }) };
  const made = makePlan(input, catalogue);
  const changes = made.changes.map((change) =>
    change.kind === 'create'
      ? { ...change, fields: spoken(menuIn(catalogue, change.menu), change.fields), reason: 'restored' as const }
      : { ...change, reason: 'restored' as const },
  );
  const plan: Plan = { ...made, changes, extras: [], released: [] };
  const heldBack = (plan.heldBack ?? []).map((row) => `${saidOfRow(menuIn(catalogue, row.menu), row)}.`);
  const unknown = heldBack.length > 0 || secrets === null ? [] : unknownSecrets(plan, secrets, catalogue);
  const told = [...heldBack, ...unknown];
  const lost = told.length > 0 ? told : notRestored(done, plan, live, catalogue);
  if (lost.length > 0) return { kind: 'refused', reasons: lost.map((message) => ({ code: 'NotRestorable', message })) };
  return { kind: 'planned', plan, input };
}

const ALL_GONE = 'All that the change added has gone by itself, so there is nothing to take back.';

function stillStands(row: { readonly menu: MenuPath; readonly match: Row }, catalogue: Catalogue): RollbackRefusal {
  const text = describeRow(menuIn(catalogue, row.menu), row.match);
  return {
    code: 'NotRestorable',
    message: `${text}: an entry with a timeout is not removed before it goes by itself. Remove it on the router, or wait until it is gone.`,
  };
}

/** What it added that goes by itself, and is gone, is as it was before. */
function withoutTimed(plan: Plan, catalogue: Catalogue): Plan {
  const timed = timedAdds(plan.changes, catalogue);
  if (Object.keys(timed).length === 0) return plan;
  const nameOf = (path: MenuPath, match: Row | null): string =>
    `${path} ${keyOf(menuIn(catalogue, path), match ?? {})}`;
  const names = new Set(
    (Object.entries(timed) as [MenuPath, readonly Row[]][]).flatMap(([path, rows]) =>
      rows.map((row) => nameOf(path, row)),
    ),
  );
  const stays = ({ menu, match }: { readonly menu: MenuPath; readonly match: Row | null }): boolean =>
    !names.has(nameOf(menu, match));
  return {
    ...plan,
    changes: plan.changes.filter(stays),
    inverse: plan.inverse.filter(stays),
    touched: plan.touched.filter(stays),
  };
}

/**
 * Whose word it is that the old rows come back: who declares everything, so that nothing is released instead of
 * removed.
 */
const WORD = ['rollback'] as const;

/**
 * Desired is what the inverse restores, and the base what the router holds of the same tuples, so that rows too many
 * are removed.
 */
function inputOf(done: Plan, live: LiveState, catalogue: Catalogue): PlanInput {
  const desired: Record<MenuPath, DesiredMenu> = {};
  const base: Record<MenuPath, DesiredMenu> = {};
  for (const [path, restores] of Map.groupBy(done.inverse, ({ menu }) => menu)) {
    const menu = menuIn(catalogue, path);
    if (menu.shape === 'settings') {
      desired[path] = settingsOf(menu, restores[0]?.rows[0] ?? {});
      continue;
    }
    const tuples = tuplesIn(menu, live);
    const held = restores.flatMap(({ match }) =>
      match === null ? [] : (tuples.get(keyOf(menu, match))?.live ?? []).map(() => declared(match)),
    );
    desired[path] = listOf(wantedRows(menu, restores, tuples, live));
    base[path] = listOf(held);
  }
  return { desired: stateOf(desired), base: stateOf(base), live };
}

function settingsOf(menu: Menu, restored: Row): DesiredMenu {
  const fields = canonicalFields(menu, restored);
  const owners = Object.fromEntries(Object.keys(fields).map((name) => [name, WORD]));
  return { shape: 'settings', declaredBy: WORD, fields, owners };
}

function listOf(rows: readonly DesiredRow[]): DesiredMenu {
  return { shape: 'list', declaredBy: WORD, unlisted: 'tolerate', rows };
}

function stateOf(menus: Readonly<Record<MenuPath, DesiredMenu>>): DesiredState {
  return { menus };
}

function declared(fields: Row): DesiredRow {
  return { fields, owners: WORD };
}

/**
 * The rows to come back, in the order that the snapshot gives an ordered menu. Rows that `done` did not touch stand
 * among them for their place alone.
 */
function wantedRows(
  menu: Menu,
  restores: readonly Restore[],
  tuples: ReadonlyMap<string, Tuple>,
  live: LiveState,
): readonly DesiredRow[] {
  const wanted = new Map<string, readonly DesiredRow[]>();
  for (const { match, rows } of restores) {
    if (match === null) continue;
    const key = keyOf(menu, match);
    const names = new Set((tuples.get(key)?.live ?? []).flatMap((row) => Object.keys(writableRow(menu, row))));
    wanted.set(
      key,
      rows.map((row) => {
        const fields = canonicalFields(menu, row);
        // Of a row that is only set, what was touched comes back and nothing else.
        return declared(setsInPlace(menu) ? fields : complete(menu, fields, names));
      }),
    );
  }
  if (menu.shape === 'list') return [...wanted.values()].flat();
  return [...new Set(orderOf(menu, restores, live))].flatMap((key) => {
    const rows = tuples.get(key)?.live ?? [];
    return wanted.get(key) ?? (rows.length === 1 ? [declared(matchIn(menu, rows[0] as Row))] : []);
  });
}

/** Keys in the order that the snapshot gives an ordered menu; where `done` left the order alone, it is that of now. */
function orderOf(menu: Menu, restores: readonly Restore[], live: LiveState): readonly string[] {
  const order = restores.find((restore) => restore.order !== undefined)?.order;
  return order === undefined ? keysIn(menu, live) : order.map((match) => keyOf(menu, match));
}

function matchIn(menu: Menu, row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => menu.match.includes(name)));
}

function canonicalFields(menu: Menu, row: Row): Row {
  const fields: Record<string, string> = {};
  for (const [name, text] of Object.entries(row)) fields[name] = text === '' ? '' : valueOf(menu, row, name);
  return fields;
}

/** With the default of every field that a row of the tuple holds now and the old one did not. */
function complete(menu: Menu, row: Row, names: ReadonlySet<string>): Row {
  const whole: Record<string, string> = { ...row };
  for (const name of names) {
    const field = menu.fields[name];
    if (whole[name] !== undefined || menu.match.includes(name) || field?.neverCleared === true) continue;
    whole[name] = field?.default ?? '';
  }
  return whole;
}

/** A new row has nothing that could be cleared. */
function spoken(menu: Menu, fields: Row): Row {
  return Object.fromEntries(
    Object.entries(fields).filter(([name, text]) => text !== '' || menu.fields[name]?.default !== undefined),
  );
}

/** What would not be as the snapshot held it, in words: rows of touched tuples, or their order. */
function notRestored(done: Plan, plan: Plan, live: LiveState, catalogue: Catalogue): readonly string[] {
  let after: LiveState;
  try {
    after = applyChanges(live, plan.changes, catalogue);
  } catch (error) {
    if (!(error instanceof ChangeRefused)) throw error;
    return [`${error.message}, so the old rows can not be brought back.`];
  }
  const settings = new Map(done.inverse.map((restore) => [restore.menu, Object.keys(restore.rows[0] ?? {})]));
  const rows = done.touched.flatMap(({ menu: path, match, rows: before }) => {
    const menu = menuIn(catalogue, path);
    const held = match === null ? (after.menus[path] ?? []) : rowsOfTuple(menu, after.menus[path] ?? [], match);
    const counted = match === null ? (settings.get(path) ?? []) : null;
    if (textOf(menu, held, counted) === textOf(menu, before, counted)) return [];
    return [`${describeRow(menu, match)}: what was here before would not come back exactly.`];
  });
  const orders = [...Map.groupBy(done.inverse, ({ menu }) => menu)].flatMap(([path, restores]) => {
    const menu = menuIn(catalogue, path);
    if (menu.shape !== 'orderedList') return [];
    if (sameOrder(keysIn(menu, after), orderOf(menu, restores, live))) return [];
    return [`${path}: the order of before would not come back exactly.`];
  });
  return [...rows, ...orders];
}

/** Equal for the same configuration, whatever its spelling. `counted`: of a settings menu only these fields. */
function textOf(menu: Menu, rows: readonly Row[], counted: readonly string[] | null): string {
  const texts = rows.map((row) => {
    const canonical = canonicalRow(menu, writableRow(menu, row));
    if (counted === null) return canonicalJson(canonical);
    return canonicalJson(Object.fromEntries(Object.entries(canonical).filter(([name]) => counted.includes(name))));
  });
  return texts.toSorted().join('\n');
}
