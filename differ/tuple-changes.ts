import { isFixed, matchOf, type Menu, type Row, setsInPlace } from '#routeros';
import { isDisabled, isWritable, satisfies, valueOf, writableRow } from './canonical.ts';
import type { Change } from './change.ts';
import { fieldChanges, type Goal, goalOf, stillSpeaks, unknownField } from './field-changes.ts';
import type { NonConvergence } from './convergence.ts';
import type { MenuPlan } from './menu-plan.ts';
import type { PlacedRow } from './moves.ts';
import { pairRows } from './pairing.ts';
import { describeRow } from './row-text.ts';
import type { DesiredList, DesiredRow } from './state.ts';
import { isTimed } from './timed-rows.ts';
import { enabledFirst, type Tuple } from './tuple.ts';
import { type UndeclaredFate, wordOn } from './unlisted.ts';

type CreateChange = Extract<Change, { kind: 'create' }>;
type SetChange = Extract<Change, { kind: 'set' }>;

/** What all tuples of one menu are planned with. `plan`, `freezer` and `placed` collect what comes out. */
export interface TupleContext {
  readonly menu: Menu;
  readonly desired: DesiredList;
  /** Every row of the menu, those of the router itself too. */
  readonly live: readonly Row[];
  /** `key`: of the row's tuple. */
  readonly undeclared: (key: string, row: Row) => UndeclaredFate;
  readonly freezer: NonConvergence;
  readonly plan: MenuPlan;
  /** Where each declared row stands, for the order of ordered menus. */
  readonly placed: Map<DesiredRow, PlacedRow>;
}

/**
 * Three-way planning of the rows of one tuple. Declared rows take live rows first; what the base declared and desired
 * does not takes from the rest, and is removed or released; what then remains was declared by nobody. `key` is the
 * tuple's (`keyOf`).
 */
export function planTuple(context: TupleContext, key: string, tuple: Tuple): void {
  const { menu, plan } = context;
  if (isSetAlone(menu, tuple)) return planInPlace(context, tuple);
  const live = enabledFirst(tuple.live, (row) => isDisabled(menu, row));
  const desired = enabledFirst(tuple.desired, (row) => isDisabled(menu, row.fields));
  const base = enabledFirst(tuple.base, (row) => isDisabled(menu, row.fields));
  const match = matchOf(menu, live[0] ?? desired[0]?.fields ?? base[0]?.fields ?? {});

  const baseOf = pairRows(desired, base, (wanted, old) => satisfies(menu, old.fields, wanted.fields));
  const goals = desired.map((wanted, index) => {
    const old = base[baseOf[index] as number];
    return goalOf(menu, wanted.fields, old?.fields ?? {}, () => old?.owners ?? [], context.desired.declaredBy);
  });
  const rowOf = pairRows(goals, live, (goal, row) => satisfies(menu, goal.fields, row));
  const sets: SetChange[] = [];
  const creates: CreateChange[] = [];
  for (const [index, wanted] of desired.entries()) {
    const nth = rowOf[index] as number;
    const row = live[nth];
    if (row === undefined) {
      const created = plan.creates.length + creates.length;
      context.placed.set(wanted, { match, nth: live.length + creates.length, row: null, created });
      creates.push(createOf(context, match, wanted));
    } else {
      context.placed.set(wanted, { match, nth, row, created: -1 });
      const set = setOf(context, match, goals[index] as Goal, row, nth);
      if (set !== null) sets.push(set);
    }
  }
  if ([...sets, ...creates].some((change) => isInTheWay(menu, tuple, change)))
    plan.troubles.push({ menu: menu.path, match, because: inTheWay(menu, tuple.dynamic, context.live) });
  if (menu.shape === 'orderedList' && desired.length > 0 && Math.max(desired.length, live.length) > 1) {
    const because = "several rows go by this, so their order can't be told; make them differ";
    plan.troubles.push({ menu: menu.path, match, because });
  }
  const timed = timedTrouble(menu, tuple, sets);
  if (timed !== null) plan.troubles.push({ menu: menu.path, match, because: timed });
  if (setsInPlace(menu) && sets.length > 0)
    plan.troubles.push({ menu: menu.path, match, because: 'several rows go by this name; make them differ' });
  const free = live.map((_, nth) => nth).filter((nth) => !rowOf.includes(nth));
  const dropped = base.filter((_, index) => !baseOf.includes(index));
  const removes = leaveOrRemove(context, key, match, live, free, dropped);

  if (sets.length + creates.length + removes.length === 0) return;
  plan.sets.push(...sets);
  plan.creates.push(...creates);
  plan.removes.push(...removes);
  // In the order of nth, not of the table: an undo brings twins back enabled ones first, and that must not make
  // another plan id.
  plan.touched.push({ menu: menu.path, match, rows: live.map((row) => writableRow(menu, row)) });
  const explicit = spelledOut(menu, tuple.live, [...sets, ...creates], removes);
  plan.inverse.push({
    menu: menu.path,
    match,
    rows: live.map((row) => restoredRow(menu, row, explicit)),
    ...(creates.some(({ fields }) => isTimed(menu, fields)) ? { timed: true as const } : {}),
  });
}

/** Why rows that go by themselves, or would from now on, are left alone: one is added where none is, and that is all. */
function timedTrouble(menu: Menu, { desired, live }: Tuple, sets: readonly SetChange[]): string | null {
  if (!desired.some(({ fields }) => isTimed(menu, fields))) return null;
  if (desired.length > 1 || live.length > 1)
    return 'one with a timeout stands by itself, and several rows go by this; make them differ';
  if (desired.some(({ fields }) => fields['disabled'] === 'true'))
    return 'one that is disabled has no timeout; declare it without, or in force';
  if (sets.length === 0) return null;
  return live.some((row) => isTimed(menu, row))
    ? 'an entry with a timeout is never changed: what is declared counts when it is written again, once it has gone by itself'
    : 'the router holds it without a timeout, and it is never given one; remove it there, or declare it without';
}

/** Whether the row is one that a plan may only set: declared, or declared once and there for good. */
function isSetAlone(menu: Menu, { live: [row, ...twins], desired, base }: Tuple): boolean {
  if (menu.fixedRows === true) return true;
  if (row === undefined || twins.length > 0 || desired.length > 1 || !setsInPlace(menu)) return false;
  return desired.length > 0 || (base.length > 0 && isFixed(menu, row));
}

/** A row that is neither added nor removed: only what is declared of it is touched and comes back. */
function planInPlace(context: TupleContext, tuple: Tuple): void {
  const { menu, plan, desired } = context;
  const [wanted] = tuple.desired;
  const [old] = tuple.base;
  const [row] = tuple.live;
  if (row === undefined) {
    if (wanted === undefined) return;
    const because = `the router has no such row in ${menu.path}, and none can be added there; take it out for this device, or name one that it has`;
    plan.troubles.push({ menu: menu.path, match: matchOf(menu, wanted.fields), because });
    return;
  }
  const match = matchOf(menu, row);
  const goal = goalOf(menu, wanted?.fields ?? {}, old?.fields ?? {}, () => old?.owners ?? [], desired.declaredBy);
  const set = setOf(context, match, goal, row, 0);
  if (set === null) return;
  if (isInTheWay(menu, tuple, set))
    plan.troubles.push({ menu: menu.path, match, because: inTheWay(menu, tuple.dynamic, context.live) });
  plan.sets.push(set);
  plan.touched.push({ menu: menu.path, match, rows: [writableRow(menu, row)] });
  const before = Object.keys(set.fields).map((name) => [name, set.before[name] ?? valueOf(menu, {}, name)] as const);
  plan.inverse.push({ menu: menu.path, match, rows: [{ ...match, ...Object.fromEntries(before) }] });
}

function createOf({ menu, plan }: TupleContext, match: Row, wanted: DesiredRow): CreateChange {
  for (const name of Object.keys(wanted.fields)) {
    if (!isWritable(menu, name)) plan.troubles.push(unknownField(menu, match, name));
  }
  return { kind: 'create', menu: menu.path, match, fields: { ...menu.addWith, ...wanted.fields }, reason: 'declared' };
}

function setOf(
  { menu, freezer, plan }: TupleContext,
  match: Row,
  goal: Goal,
  live: Row,
  nth: number,
): SetChange | null {
  const changes = fieldChanges(menu, match, goal, live, freezer);
  plan.troubles.push(...changes.troubles);
  plan.frozen.push(...changes.frozen);
  if (changes.released !== null)
    plan.released.push({ menu: menu.path, match, rows: [changes.released], fieldsOnly: true });
  return changes.set === null ? null : { kind: 'set', menu: menu.path, match, nth, ...changes.set };
}

/** Decides about live rows that no declaration takes (`free`, as `nth`): dropped by the base, or declared by nobody. */
function leaveOrRemove(
  { menu, desired, undeclared, plan }: TupleContext,
  key: string,
  match: Row,
  live: readonly Row[],
  free: readonly number[],
  dropped: readonly DesiredRow[],
): readonly Change[] {
  const removes: Change[] = [];
  const taken = pairRows(dropped, free, (old, nth) => satisfies(menu, old.fields, live[nth] as Row));
  for (const [index, nth] of free.entries()) {
    const row = live[nth] as Row;
    const before = writableRow(menu, row);
    const old = dropped[taken.indexOf(index)];
    const fate =
      old === undefined ? undeclared(key, row) : stillSpeaks(old.owners, desired.declaredBy) ? 'drop' : 'release';
    const isKept = fate === 'prune' && isFixed(menu, row);
    switch (isKept ? 'leave' : fate) {
      case 'release':
        plan.released.push({ menu: menu.path, match, rows: [before] });
        break;
      case 'drop':
      case 'prune': {
        const reason = fate === 'drop' ? 'dropped' : 'unlisted';
        removes.push({ kind: 'remove', menu: menu.path, match, nth, before, reason });
        break;
      }
      case 'leave': {
        const tolerated =
          isKept || wordOn(menu, desired, row).unlisted === 'tolerate' ? ({ tolerated: true } as const) : {};
        plan.extras.push({ class: 'Extra', menu: menu.path, match, ...tolerated, desired: {}, live: before });
      }
    }
  }
  return removes;
}

/**
 * Fields that every restored row has to name: what the plan sets, what an add would default, and what tells twins
 * apart.
 */
function spelledOut(
  menu: Menu,
  live: readonly Row[],
  written: readonly { readonly fields: Row }[],
  removes: readonly Change[],
): ReadonlySet<string> {
  const names = new Set(written.flatMap(({ fields }) => Object.keys(fields)));
  if (removes.length > 0) for (const name of Object.keys(menu.addWith)) names.add(name);
  if (live.length > 1) for (const row of live) for (const name of Object.keys(writableRow(menu, row))) names.add(name);
  return names;
}

/** The row as the snapshot held it, with the default of every named field that it lacks. */
function restoredRow(menu: Menu, row: Row, explicit: ReadonlySet<string>): Row {
  const restored: Record<string, string> = { ...writableRow(menu, row) };
  for (const name of explicit) {
    const field = menu.fields[name];
    if (restored[name] !== undefined || field === undefined || field.neverCleared === true) continue;
    if (!menu.match.includes(name)) restored[name] = field.default ?? '';
  }
  return restored;
}

/** Whether a change puts a row in force beside one of the router itself that goes by the same. */
function isInTheWay(menu: Menu, { dynamic }: Tuple, change: CreateChange | SetChange): boolean {
  const { disabled } = change.fields;
  const enables = change.kind === 'create' ? disabled !== 'true' : disabled === 'false';
  if (menu.shape !== 'list' || menu.besideDynamic === true || !enables) return false;
  return dynamic.some((row) => !isDisabled(menu, row));
}

/** Nobody can make room for an entry that comes of another one, and a timed one goes by itself. */
function inTheWay(menu: Menu, dynamic: readonly Row[], live: readonly Row[]): string {
  const { cameOf } = menu;
  const parent =
    cameOf &&
    live.find((row) =>
      dynamic.some(
        (child) =>
          row !== child &&
          row[cameOf.parent] !== undefined &&
          row[cameOf.parent] === child[cameOf.toldBy] &&
          cameOf.within.every((name) => row[name] === child[name]),
      ),
    );
  if (parent === undefined)
    return 'the router holds it already, as a timed or dynamic entry of its own; it is planned again when that is gone';
  const row = describeRow(menu, matchOf(menu, parent));
  return `the router holds it already, because ${row} stands for it; it is planned again when that is gone, or declare only one of the two`;
}
