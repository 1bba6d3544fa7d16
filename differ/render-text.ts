import { CATALOGUE } from '#routeros';
import type { Catalogue } from './canonical.ts';
import type { Change, ChangeReason, DriftEntry } from './change.ts';
import { maskPlan } from './mask.ts';
import { type Paint, paintFor } from './paint.ts';
import type { Plan } from './plan.ts';
import { fieldsText, rowText, turnsText, valueText, visible } from './row-text.ts';

/** How the text is to look; what it says is always the same. */
export interface RenderOptions {
  /** ANSI colours, for terminals only. */
  readonly colour: boolean;
}

/** Rows that the plan leaves alone are listed up to here; changes are always listed in full. */
const LISTED_NOTES = 20;

/**
 * The plan for people: one line for each change in the order of writing, a summary, and notes on what the plan leaves alone and what
 * stands in its way. Secrets are masked, and nothing that a router holds can act on the terminal.
 */
export function renderPlanText(plan: Plan, options: RenderOptions, catalogue: Catalogue = CATALOGUE): string {
  const masked = maskPlan(plan, catalogue);
  const ink = paintFor(options);
  const lines = masked.changes.map((change) => changeLine(change, ink));
  if (lines.length > 0) lines.push('');
  lines.push(ink.bold(summaryOf(plan.changes)), ...notesOn(masked, ink));
  return `${lines.join('\n')}\n`;
}

function changeLine(change: Change, ink: Paint): string {
  switch (change.kind) {
    case 'create':
      return ink.green(`+ ${rowText(change.menu, { ...change.match, ...change.fields })}`);
    case 'set': {
      const why = change.reason === 'dropped' ? '  (no longer declared: back to the default)' : '';
      return ink.yellow(`~ ${rowText(change.menu, change.match)} ${turnsText(change.before, change.fields)}${why}`);
    }
    case 'remove': {
      return ink.red(
        `- ${rowText(change.menu, { ...change.match, ...change.before })}  (${WHY_REMOVED[change.reason]})`,
      );
    }
    case 'move': {
      const place = change.beforeMatch === null ? 'to the end' : `before ${fieldsText(change.beforeMatch)}`;
      return ink.cyan(`> ${rowText(change.menu, change.match)} moves ${place}`);
    }
  }
}

const WHY_REMOVED: Readonly<Record<ChangeReason, string>> = {
  declared: 'declared as absent',
  dropped: 'no longer declared',
  unlisted: 'declared by nobody, and the section prunes',
  restored: 'was not there before the change that is taken back',
};

/** `2 to add, 1 to change, 0 to remove.` */
function summaryOf(changes: readonly Change[]): string {
  if (changes.length === 0) return 'No changes.';
  const count = (kind: Change['kind']): number => changes.filter((change) => change.kind === kind).length;
  const moves = count('move') === 0 ? '' : `, ${count('move')} to move`;
  return `${count('create')} to add, ${count('set')} to change${moves}, ${count('remove')} to remove.`;
}

function notesOn(plan: Plan, ink: Paint): readonly string[] {
  const tolerated = plan.extras.filter((extra) => extra.tolerated === true).map(extraLine);
  const prunedLater = plan.extras.filter((extra) => extra.tolerated !== true).map(extraLine);
  const released = plan.released.flatMap(({ menu, match, rows }) =>
    rows.map((row) => rowText(menu, { ...match, ...row })),
  );
  const frozen = plan.frozen.map(
    ({ menu, match, field, desired, live }) =>
      `${rowText(menu, match)} ${field}: declared as ${valueText(desired)}, read back as ${valueText(live)}`,
  );
  return [
    ...note(ink.red('In the way, so this plan is never applied:'), plan.conflicts.map(visible), plan.conflicts.length),
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
