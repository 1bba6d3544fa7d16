import type { Row } from '#routeros';
import { quotedText } from '#visible';
import type { Change, ChangeReason } from '../change.ts';
import type { HeldBackRow } from '../plan.ts';
import { fieldNames, fieldsText, rowText, turnsText } from '../row-text.ts';

/**
 * One change on one line, whole: two changes that differ in anything never read alike. Secrets must be masked already.
 */
export function changeLine(change: Change): string {
  switch (change.kind) {
    case 'create':
      return `+ ${named(change)}${restText(change.match, change.fields)}${because(change.reason)}`;
    case 'set':
      return `~ ${named(change)} ${turnsText(change.before, change.fields)}${because(change.reason)}`;
    case 'remove':
      return `- ${named(change)}${restText(change.match, change.before)}  (${WHY_REMOVED[change.reason]})`;
    case 'move': {
      const place = change.beforeMatch === null ? 'to the end' : `before ${fieldsText(change.beforeMatch)}`;
      return `> ${named(change)} moves ${place}${because(change.reason)}`;
    }
  }
}

/** A row that is held back, and why, on one line, whole as a change is. Secrets must be masked already. */
export function heldBackLine({ menu, match, fields, because }: HeldBackRow): string {
  const only = fields === undefined ? '' : ` (only ${fieldNames(fields)})`;
  const every = match !== null && Object.keys(match).length === 0 ? ' (any)' : '';
  const why = /^[A-Za-z/][ -~]*$/.test(because) ? because : quotedText(because);
  return `! ${rowText(menu, match)}${every}${only}: ${why}`;
}

const WHY_REMOVED: Readonly<Record<ChangeReason, string>> = {
  declared: 'declared as absent',
  dropped: 'no longer declared',
  unlisted: 'declared by nobody, and pruned there',
  restored: 'was not there before the change that is taken back',
};

const WHY: Readonly<Record<Exclude<ChangeReason, 'declared'>, string>> = {
  dropped: 'no longer declared: back to the default',
  unlisted: 'declared by nobody',
  restored: 'as before the change that is taken back',
};

function because(reason: ChangeReason): string {
  return reason === 'declared' ? '' : `  (${WHY[reason]})`;
}

/** The row, and which one where several go by one tuple. */
function named(change: Change): string {
  const every = change.match !== null && Object.keys(change.match).length === 0 ? ' (any)' : '';
  const number = change.kind === 'create' || change.nth === 0 ? '' : ` (number ${change.nth + 1} of these)`;
  return `${rowText(change.menu, change.match)}${every}${number}`;
}

/**
 * What the row has besides its tuple, or spelt in another way; what of the tuple it leaves out because it is
 * understood.
 */
function restText(match: Row, row: Row): string {
  const more = Object.fromEntries(Object.entries(row).filter(([name, value]) => match[name] !== value));
  const leftOut = Object.fromEntries(Object.entries(match).filter(([name]) => row[name] === undefined));
  const withMore = Object.keys(more).length === 0 ? '' : ` with ${fieldsText(more)}`;
  return Object.keys(leftOut).length === 0 ? withMore : `${withMore}; understood: ${fieldsText(leftOut)}`;
}
