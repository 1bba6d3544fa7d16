import { CATALOGUE } from '#routeros';
import type { Catalogue } from '../canonical.ts';
import type { Change, DriftEntry } from '../change.ts';
import { maskPlan } from '../mask.ts';
import type { Plan, PlanBody } from '../plan.ts';
import { rowText, valueText } from '../row-text.ts';
import { type ShownPlan, shownChanges, shownHeldBack } from '../shown.ts';
import { changeLine, heldBackLine } from './change-line.ts';
import { writeCostNote } from './write-cost.ts';

/** Rows that the plan leaves alone are listed up to here; changes are always listed in full. */
const LISTED_NOTES = 20;
/** Of a menu with more rows that nobody declared only their number is told. */
const TOLD_OF_MENU = 3;

/**
 * The plan for people: one line for each change in the order of writing, a summary, and notes on what the plan holds back and leaves
 * alone. Secrets are masked, and nothing that a router holds can act on the terminal.
 */
export function renderPlanText(plan: Plan, catalogue: Catalogue = CATALOGUE): string {
  return renderShownText(maskPlan(plan, catalogue));
}

/**
 * What a body does and holds back for people, whole: two that differ in that never read alike. Of each sealed secret the
 * first digits are shown.
 */
export function renderBodyText(
  body: Pick<PlanBody, 'operations' | 'heldBack' | 'rowsPerSecond'>,
  catalogue: Catalogue = CATALOGUE,
): string {
  return planText(shownChanges(body, catalogue), body.rowsPerSecond, heldBackNote(shownHeldBack(body, catalogue)));
}

/**
 * As `renderPlanText`, of a plan whose secrets are masked already.
 * @param rowsPerSecond what its router was found to write.
 */
export function renderShownText(plan: ShownPlan, rowsPerSecond?: number): string {
  return planText(plan.changes, rowsPerSecond, [...heldBackNote(plan), ...notesOn(plan)]);
}

function planText(changes: readonly Change[], rowsPerSecond: number | undefined, notes: readonly string[]): string {
  const lines = changes.map(changeLine);
  if (lines.length > 0) lines.push('');
  return `${[...lines, summaryOf(changes), ...writeCostNote(changes, rowsPerSecond), ...notes].join('\n')}\n`;
}

/** `2 to add, 1 to change, 0 to remove.` */
function summaryOf(changes: readonly Change[]): string {
  if (changes.length === 0) return 'No changes.';
  const count = (kind: Change['kind']): number => changes.filter((change) => change.kind === kind).length;
  const moves = count('move') === 0 ? '' : `, ${count('move')} to move`;
  return `${count('create')} to add, ${count('set')} to change${moves}, ${count('remove')} to remove.`;
}

/** What a plan leaves out; the id covers it. */
function heldBackNote({ heldBack = [] }: Pick<ShownPlan, 'heldBack'>): readonly string[] {
  return note('Held back, so left as it is while the rest goes on:', heldBack.map(heldBackLine), heldBack.length);
}

/** What a plan leaves alone; no part of its id. */
function notesOn(plan: ShownPlan): readonly string[] {
  const tolerated = [...Map.groupBy(plan.extras, ({ menu }) => menu)].flatMap(([menu, extras]) => {
    const rows = extras.filter((extra) => extra.tolerated === true);
    return rows.length > TOLD_OF_MENU ? [`${menu}: ${rows.length} rows`] : rows.map(extraLine);
  });
  const prunedLater = plan.extras.filter((extra) => extra.tolerated !== true).map(extraLine);
  const released = plan.released.flatMap(({ menu, match, rows }) =>
    rows.map((row) => rowText(menu, { ...match, ...row })),
  );
  const frozen = plan.frozen.map(
    ({ menu, match, field, desired, live }) =>
      `${rowText(menu, match)} ${field}: declared as ${valueText(desired)}, read back as ${valueText(live)}`,
  );
  return [
    ...note('Drifted too, and left as it is by the drift rules of the RolloutPolicy:', plan.left ?? [], LISTED_NOTES),
    ...note('Did not converge twice, so left alone:', frozen, frozen.length),
    ...note('Released, so from now on unmanaged:', released, LISTED_NOTES),
    ...note('On the router and declared by nobody, so left alone:', tolerated, LISTED_NOTES),
    ...note('Declared by nobody; this plan leaves them, and a later one prunes them:', prunedLater, LISTED_NOTES),
  ];
}

function extraLine({ menu, match, live }: DriftEntry): string {
  return rowText(menu, { ...match, ...live });
}

function note(title: string, lines: readonly string[], limit: number): readonly string[] {
  if (lines.length === 0) return [];
  const more = lines.length > limit ? [`  and ${lines.length - limit} more`] : [];
  return ['', title, ...lines.slice(0, limit).map((line) => `  ${line}`), ...more];
}
