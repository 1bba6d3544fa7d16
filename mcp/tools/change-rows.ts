import type { OutputOf } from '#controller/operations';
import type { Cell } from '../cell.ts';
import { rowText } from './row-text.ts';

/** One change of a plan, secrets masked. */
export type Change = OutputOf<'plan'>['body']['operations'][number];

/** What {@link changeRow} tells. */
export const CHANGE_COLUMNS = ['change', 'menu', 'row', 'from', 'to', 'because'] as const;

/** A change of a plan as a row of a table. */
export function changeRow(change: Change): readonly Cell[] {
  const { kind, menu, match, reason } = change;
  const row = rowText(match);
  switch (change.kind) {
    case 'create':
      return [kind, menu, row, '', rowText(change.fields), reason];
    case 'set':
      return [kind, menu, row, rowText(change.before), rowText(change.fields), reason];
    case 'remove':
      return [kind, menu, row, rowText(change.before), '', reason];
    case 'move': {
      const before = change.beforeMatch === null ? 'to the end' : `before ${rowText(change.beforeMatch)}`;
      return [kind, menu, row, '', before, reason];
    }
  }
}
