import { CATALOGUE } from '#routeros';
import type { Catalogue } from './canonical.ts';
import type { DriftEntry } from './change.ts';
import { maskDrift } from './mask.ts';
import { type Paint, paintFor } from './paint.ts';
import type { RenderOptions } from './render-text.ts';
import { rowText, turnsText } from './row-text.ts';

const CLASSES = ['Missing', 'Changed', 'Extra', 'Reordered'] as const;

/** Drift for people: one line for each row, values as `confirmed → live`, and a count of each class. Secrets are masked. */
export function renderDriftText(
  entries: readonly DriftEntry[],
  options: RenderOptions,
  catalogue: Catalogue = CATALOGUE,
): string {
  if (entries.length === 0) return 'No drift.\n';
  const ink = paintFor(options);
  const counts = CLASSES.map(
    (name) => `${entries.filter((entry) => entry.class === name).length} ${name.toLowerCase()}`,
  );
  const lines = maskDrift(entries, catalogue).map((entry) => entryLine(entry, ink));
  return `${lines.join('\n')}\n\n${ink.bold(`${counts.join(', ')}.`)}\n`;
}

function entryLine({ class: kind, menu, match, tolerated, desired, live }: DriftEntry, ink: Paint): string {
  switch (kind) {
    case 'Missing':
      return ink.red(`Missing    ${rowText(menu, { ...match, ...desired })}`);
    case 'Changed':
      return ink.yellow(
        `Changed    ${rowText(menu, match)} ${turnsText(desired, { ...absentAsNone(desired), ...live })}`,
      );
    case 'Extra':
      return ink.green(
        `Extra      ${rowText(menu, { ...match, ...live })}${tolerated === true ? '  (tolerated)' : ''}`,
      );
    case 'Reordered':
      return ink.cyan(`Reordered  ${rowText(menu, match)}`);
  }
}

function absentAsNone(desired: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.keys(desired).map((name) => [name, '']));
}
