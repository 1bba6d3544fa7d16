import type { Menu, Row } from '../catalogue/menu.ts';
import { InvalidValue } from '../values/invalid-value.ts';
import { commandsOf, type RowsToRestore } from './restore-row.ts';
import { argumentsOf, findWhere, guarded, writableFields } from './statements.ts';
import { MAX_SCRIPT_BYTES, scriptSizeBytes } from './text.ts';

/**
 * Why no script could do something to one row. `value`: it can't hold what stands in `field`; `expects` says what it
 * could. `row`: it can't tell the row from others. `size`: it would be longer than a script may be. Values are not
 * named: one could be a secret.
 */
export type ScriptFault =
  | { readonly kind: 'value'; readonly field: string; readonly expects: string }
  | { readonly kind: 'row'; readonly expects: string }
  | { readonly kind: 'size'; readonly mostBytes: number };

/** Why the undo of these rows could not be a script; null: it can. */
export function restoreFault(menu: Menu, restore: Omit<RowsToRestore, 'menu'>): ScriptFault | null {
  const { match, rows } = restore;
  try {
    if (match !== null) findWhere(menu, match);
    const bytes = rows.reduce((sum, row) => sum + argumentsOf(menu, row).length, 0);
    // Each value stands three times in it at most, and what is around them is far shorter than the rest.
    if (bytes * 3 < MAX_SCRIPT_BYTES / 2) return null;
    const whole = scriptSizeBytes(guarded(commandsOf(menu, { menu: menu.path, ...restore }, null)));
    return whole > MAX_SCRIPT_BYTES ? { kind: 'size', mostBytes: MAX_SCRIPT_BYTES } : null;
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    for (const row of [...rows, match ?? {}]) {
      const fault = writeFault(menu, row);
      if (fault !== null) return fault;
    }
    return { kind: 'row', expects: error.expects };
  }
}

/** Which of these fields no script could write; null: it can write them all. */
export function writeFault(menu: Menu, fields: Row): ScriptFault | null {
  try {
    argumentsOf(menu, fields);
    return null;
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
  }
  for (const [field, value] of writableFields(menu, fields)) {
    try {
      argumentsOf(menu, { [field]: value });
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error;
      return { kind: 'value', field, expects: error.expects };
    }
  }
  return null;
}
