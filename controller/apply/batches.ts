import { keyOf, type Change } from '#differ';
import {
  addedFields,
  bulkAdds,
  bulkRemoves,
  bulkSets,
  CATALOGUE,
  findWhere,
  InvalidValue,
  MAX_SCRIPT_BYTES,
  menuOf,
  refersToItself,
  type Menu,
  type MenuPath,
  type Row,
  scriptSizeBytes,
  shapeOf,
  writeFault,
} from '#routeros';
import { hasOnlyPathEffects } from '../policy/path-effects.ts';
import type { TouchedIndex } from './relation.ts';

/** From so many on, changes of one kind in one menu go as one script (routeros-rest.md §1.2: 0.1 s and more a request). */
const BULK_FROM = 20;

/** A change, and what it has in common with others that can stand in one script; null: it goes by itself. */
export interface Step {
  readonly change: Change;
  readonly shape: string | null;
}

/** One change for a request of its own, or a script that makes several. */
export type Batch =
  | { readonly one: Change }
  | { readonly menu: MenuPath; readonly kind: Change['kind']; readonly count: number; readonly script: string };

/**
 * The order in which changes are written: the plan's, but that within the adds, the sets or the removals of one menu
 * those of one shape stand together behind those that go by themselves, where their order neither matters to the
 * router nor to the controller's way, which is proven in the order of the plan. The order of what is left stays the
 * same when some are done.
 * @param rows what the router holds, as read a moment ago.
 */
export function stepsOf(changes: readonly Change[], rows: TouchedIndex): readonly Step[] {
  const steps: Step[] = [];
  for (let at = 0; at < changes.length;) {
    const first = changes[at] as Change;
    let end = at + 1;
    while (changes[end]?.kind === first.kind && changes[end]?.menu === first.menu) end += 1;
    const run = changes.slice(at, end);
    const menu = menuOf(first.menu);
    const mayBe = run.length >= BULK_FROM && isUnordered(menu);
    const planned = run.map((change): Step => ({ change, shape: mayBe ? shapeOfChange(menu, change, rows) : null }));
    steps.push(...(mayBe ? planned.toSorted(byShape) : planned));
    at = end;
  }
  return steps;
}

/** Rows that name each other, stand in an order, or take over from each other, come and go in that of the plan. */
function isUnordered(menu: Menu): boolean {
  return menu.shape === 'list' && menu.claims === undefined && !refersToItself(menu);
}

function byShape({ shape: one }: Step, { shape: other }: Step): number {
  return (one ?? '') < (other ?? '') ? -1 : Number((one ?? '') > (other ?? ''));
}

/**
 * Whether the controller's way is the same whatever comes first. Who is on a list after some adds, or after some
 * removals, does not depend on their order; after a mixture of both, as changes in place may be, it does.
 */
function isOrderFree(change: Change): boolean {
  return hasOnlyPathEffects(change, change.kind === 'set' ? ['none', 'names'] : ['none', 'names', 'lists'], CATALOGUE);
}

/** Null: it keeps its place, no script may hold it, as it may no secret, or could not tell its row from others. */
function shapeOfChange(menu: Menu, change: Change, rows: TouchedIndex): string | null {
  const isSecret = (fields: Row): boolean => Object.keys(fields).some((name) => menu.fields[name]?.secret === true);
  if (change.kind === 'move' || change.match === null || isSecret(change.match)) return null;
  if (!isOrderFree(change)) return null;
  if (change.kind !== 'remove') {
    if (isSecret(change.fields) || writeFault(menu, change.fields) !== null) return null;
    if (change.kind === 'create') return `create ${shapeOf(menu, addedFields(menu, change.fields))}`;
  }
  if (held(menu, change.match, rows).length !== 1 || !canBeFound(menu, change.match)) return null;
  return change.kind === 'remove' ? 'remove' : `set ${shapeOf(menu, change.fields)}`;
}

function held(menu: Menu, match: Row, rows: TouchedIndex): readonly Row[] {
  return rows.get(menu.path)?.get(keyOf(menu, match)) ?? [];
}

function canBeFound(menu: Menu, match: Row): boolean {
  try {
    return findWhere(menu, match) !== '';
  } catch (error) {
    if (error instanceof InvalidValue) return false;
    throw error;
  }
}

/**
 * The next thing to send.
 * @param most rows of a script.
 */
export function batchAt(
  steps: readonly Step[],
  at: number,
  rows: TouchedIndex,
  most: number,
  guardScriptName: string,
): Batch {
  const first = steps[at] as Step;
  const { change } = first;
  const group: Change[] = [];
  for (let next = steps[at]; isAlike(next, first); next = steps[at + group.length]) group.push(next.change);
  if (group.length < BULK_FROM) return { one: change };
  for (let count = Math.min(group.length, Math.max(most, BULK_FROM)); ;) {
    const script = scriptOf(group.slice(0, count), rows, guardScriptName);
    const bytes = scriptSizeBytes(script);
    if (bytes <= MAX_SCRIPT_BYTES) return { menu: change.menu, kind: change.kind, count, script };
    if (count === 1) return { one: change };
    count = Math.max(1, Math.min(count - 1, Math.floor((0.98 * count * MAX_SCRIPT_BYTES) / bytes)));
  }
}

/** Whether a step can stand in one script with another. */
function isAlike(step: Step | undefined, { change: { kind, menu }, shape }: Step): step is Step {
  return shape !== null && step?.shape === shape && step.change.kind === kind && step.change.menu === menu;
}

function scriptOf(changes: readonly Change[], rows: TouchedIndex, guardScriptName: string): string {
  const menu = menuOf((changes[0] as Change).menu);
  const adds: Row[] = [];
  const sets: { match: Row; fields: Row }[] = [];
  const removes: Row[] = [];
  for (const change of changes) {
    if (change.kind === 'create') adds.push(change.fields);
    else {
      const match = asSpelt(menu, change.match ?? {}, rows);
      if (change.kind === 'set') sets.push({ match, fields: change.fields });
      if (change.kind === 'remove') removes.push(match);
    }
  }
  if (adds.length > 0) return bulkAdds(menu, adds, guardScriptName);
  return sets.length > 0 ? bulkSets(menu, sets, guardScriptName) : bulkRemoves(menu, removes, guardScriptName);
}

/** The match fields of the one row of the tuple, as the router spells them. */
function asSpelt(menu: Menu, match: Row, rows: TouchedIndex): Row {
  const [row = {}] = held(menu, match, rows);
  return Object.fromEntries(menu.match.flatMap((name) => (row[name] === undefined ? [] : [[name, row[name]]])));
}
