import { CATALOGUE } from '#routeros';
import type { Catalogue } from '../canonical.ts';
import type { DriftEntry } from '../change.ts';
import { maskDrift } from '../mask.ts';
import { fieldsText, rowText, turnsText } from '../row-text.ts';

const CLASSES = ['Missing', 'Changed', 'Extra', 'Reordered'] as const;

/**
 * Drift for people: one line for each row, values as `confirmed → live`, and a count of each class. Secrets are masked.
 */
export function renderDriftText(entries: readonly DriftEntry[], catalogue: Catalogue = CATALOGUE): string {
  if (entries.length === 0) return 'No drift.\n';
  const counts = CLASSES.map(
    (name) => `${entries.filter((entry) => entry.class === name).length} ${name.toLowerCase()}`,
  );
  const lines = maskDrift(entries, catalogue).map(entryLine);
  return `${lines.join('\n')}\n\n${counts.join(', ')}.\n`;
}

function entryLine({ class: kind, menu, match, tolerated, desired, live, before }: DriftEntry): string {
  switch (kind) {
    case 'Missing':
      return `Missing    ${rowText(menu, { ...match, ...desired })}`;
    case 'Changed':
      return `Changed    ${rowText(menu, match)} ${turnsText(desired, live)}`;
    case 'Extra':
      return `Extra      ${rowText(menu, { ...match, ...live })}${tolerated === true ? '  (tolerated)' : ''}`;
    case 'Reordered':
      return `Reordered  ${rowText(menu, match)}${placeText(before)}`;
  }
}

/** Drift that an earlier release noted does not say where the row should stand. */
function placeText(before: DriftEntry['before']): string {
  if (before === undefined) return '';
  return before === null ? ' should stand at the end' : ` should stand before ${fieldsText(before)}`;
}
