import { type Claim, matchOf, type Menu, type Row } from '#routeros';
import { isSkipped } from './canonical.ts';
import type { Change } from './change.ts';
import type { MenuPlan } from './menu-plan.ts';
import { withFields } from './router-table.ts';
import { describeRow } from './row-text.ts';
import { keyOf, rowsOfTuple } from './tuple.ts';

type Step = Exclude<Change, { kind: 'move' }>;

/** A row that is there before or after the plan, and the change that ends or makes it so. */
interface Holder {
  readonly key: string;
  readonly row: Row;
  readonly step: Step | null;
  readonly shared: boolean;
}

type Holders = ReadonlyMap<string, readonly Holder[]>;

/**
 * The plan of a menu with claims in an order in which no two rows have one claim at any moment: what gives one up goes
 * before what takes it, and what brings rows back in an undo goes the other way round. Troubles: a claim that another
 * row keeps, and changes that wait for each other.
 */
export function settleClaims(menu: Menu, plan: MenuPlan, live: readonly Row[]): MenuPlan {
  const steps = [...plan.creates, ...plan.sets, ...plan.removes].filter((change) => change.kind !== 'move');
  if (menu.claims === undefined || steps.length === 0) return plan;
  const states = statesOf(menu, steps, live);
  const before = holdersOf(menu, states, 'before');
  const after = holdersOf(menu, states, 'after');
  const troubles = new Map<string, string>();
  const needs = new Map<Step, Set<Step>>();
  for (const { key, step, ...rows } of states) {
    if (step === null) continue;
    for (const claim of claimsIn(menu, rows.after)) {
      for (const other of othersWith(after, claim, key)) troubles.set(key, keptBy(menu, claim, other.row));
      for (const other of othersWith(before, claim, key))
        if (other.step !== null) needs.set(step, (needs.get(step) ?? new Set()).add(other.step));
    }
    for (const claim of claimsIn(menu, rows.before))
      for (const other of othersWith(before, claim, key)) troubles.set(key, keptBy(menu, claim, other.row));
  }
  const { order, circle } = inOrder(needs);
  for (const step of circle) troubles.set(keyOf(menu, step.match ?? {}), WAITING);
  const involved = new Set(order);
  const free = (changes: readonly Change[]): Change[] => changes.filter((change) => !involved.has(change as Step));
  const settled = {
    ...plan,
    creates: [...free(plan.creates), ...order],
    sets: free(plan.sets),
    removes: free(plan.removes),
    troubles: [
      ...plan.troubles,
      ...steps.flatMap(({ menu: path, match }) => {
        const because = troubles.get(keyOf(menu, match ?? {}));
        return because === undefined ? [] : [{ menu: path, match, because }];
      }),
    ],
  };
  return { ...settled, inverse: backwards(menu, settled) };
}

const WAITING = 'it takes what another row has, which takes what this one has; give one of them something else first';

interface RowStates {
  readonly key: string;
  readonly step: Step | null;
  readonly before: Row | null;
  readonly after: Row | null;
}

function statesOf(menu: Menu, steps: readonly Step[], live: readonly Row[]): readonly RowStates[] {
  const stepOf = new Map<Row, Step>();
  const created: RowStates[] = [];
  const touched = new Map<string, readonly Row[]>();
  for (const step of steps) {
    const match = step.match ?? {};
    const key = keyOf(menu, match);
    if (step.kind === 'create') {
      created.push({ key, step, before: null, after: step.fields });
      continue;
    }
    const rows = touched.get(key) ?? rowsOfTuple(menu, live, match);
    touched.set(key, rows);
    stepOf.set(rows[step.nth] as Row, step);
  }
  const there = live
    .filter((row) => !isSkipped(menu, row))
    .map((row): RowStates => {
      const step = stepOf.get(row) ?? null;
      const after = step === null ? row : step.kind === 'remove' ? null : withFields(menu, row, step.fields);
      return { key: keyOf(menu, row), step, before: row, after };
    });
  return [...there, ...created];
}

function holdersOf(menu: Menu, states: readonly RowStates[], side: 'before' | 'after'): Holders {
  const holders = new Map<string, Holder[]>();
  for (const { key, step, [side]: row } of states)
    for (const { to, shared } of claimsIn(menu, row)) {
      const holder = { key, step, shared, row: row as Row };
      const known = holders.get(to);
      if (known === undefined) holders.set(to, [holder]);
      else known.push(holder);
    }
  return holders;
}

function claimsIn(menu: Menu, row: Row | null): readonly Claim[] {
  return row === null ? [] : (menu.claims?.(row) ?? []);
}

/** Rows of other tuples that have what the claim is to, unless both share it. */
function othersWith(holders: Holders, { to, shared }: Claim, key: string): readonly Holder[] {
  return (holders.get(to) ?? []).filter((other) => other.key !== key && !(shared && other.shared));
}

function keptBy(menu: Menu, { to }: Claim, row: Row): string {
  return `${describeRow(menu, matchOf(menu, row))} has the ${to}, and only one row can; change or remove that, too`;
}

/** Depth first; what waits for itself in the end is a circle. */
function inOrder(needs: ReadonlyMap<Step, ReadonlySet<Step>>): { order: readonly Step[]; circle: readonly Step[] } {
  const order = new Set<Step>();
  const circle = new Set<Step>();
  const visit = (step: Step, above: readonly Step[]): void => {
    if (above.includes(step)) for (const each of above.slice(above.indexOf(step))) circle.add(each);
    if (order.has(step) || above.includes(step)) return;
    for (const first of needs.get(step) ?? []) visit(first, [...above, step]);
    order.add(step);
  };
  for (const step of needs.keys()) visit(step, []);
  return { order: [...order], circle: [...circle] };
}

/** What changed last comes back first, so that it has given up by then what others had. */
function backwards(menu: Menu, { creates, sets, removes, inverse }: MenuPlan): MenuPlan['inverse'] {
  const last = new Map<string, number>();
  for (const [at, { match }] of [...creates, ...sets, ...removes].entries()) last.set(keyOf(menu, match ?? {}), at);
  const placeOf = (match: Row | null): number => last.get(keyOf(menu, match ?? {})) ?? 0;
  return inverse.toSorted((a, b) => placeOf(b.match) - placeOf(a.match));
}
