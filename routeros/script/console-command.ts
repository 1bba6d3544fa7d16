import { menuOf } from '../catalogue/catalogue.ts';
import type { Menu, MenuPath, Row } from '../catalogue/menu.ts';
import { booleanCodec } from '../values/boolean.ts';
import { commandPath, writableFields } from './statements.ts';
import { quote } from './text.ts';

/**
 * A change of one row or settings menu, as far as a command needs it. `nth` counts rows of one tuple from 0, enabled
 * ones first.
 */
export type ConsoleChange =
  | { readonly kind: 'create'; readonly menu: MenuPath; readonly match: Row; readonly fields: Row }
  | {
      readonly kind: 'set';
      readonly menu: MenuPath;
      readonly match: Row | null;
      readonly nth: number;
      readonly fields: Row;
    }
  | { readonly kind: 'remove'; readonly menu: MenuPath; readonly match: Row; readonly nth: number }
  | {
      readonly kind: 'move';
      readonly menu: MenuPath;
      readonly match: Row;
      readonly nth: number;
      readonly beforeMatch: Row | null;
    };

/**
 * The change as the command that someone at a terminal would type: `/ip dns set servers=1.1.1.1`. For reading, never
 * run:
 * values are quoted only where the console needs it.
 */
export function consoleCommand(change: ConsoleChange): string {
  const menu = menuOf(change.menu);
  const path = commandPath(menu);
  switch (change.kind) {
    case 'create':
      return `${path} add ${shown(menu, { ...menu.addWith, ...change.match, ...change.fields })}`;
    case 'set':
      return change.match === null
        ? `${path} set ${shown(menu, change.fields)}`
        : `${path} set ${found(menu, change.match, change.nth)} ${shown(menu, change.fields)}`;
    case 'remove':
      return `${path} remove ${found(menu, change.match, change.nth)}`;
    case 'move': {
      const row = found(menu, change.match, change.nth);
      return change.beforeMatch === null
        ? `${path} move ${row}`
        : `${path} move ${row} destination=${found(menu, change.beforeMatch, 0)}`;
    }
  }
}

function shown(menu: Menu, row: Row): string {
  return writableFields(menu, row)
    .map(([name, value]) => `${name}=${shownValue(menu, name, value)}`)
    .join(' ');
}

function shownValue(menu: Menu, name: string, value: string): string {
  if (menu.fields[name]?.codec === booleanCodec && value !== '') return value === 'true' ? 'yes' : 'no';
  return /^[A-Za-z0-9][A-Za-z0-9._:/,@-]*$/.test(value) ? value : quote(value);
}

/** Values in conditions are quoted always: a bare prefix would match nothing (armed-rollback.md §3). */
function found(menu: Menu, match: Row, nth: number): string {
  const conditions = menu.match.flatMap((name) => {
    const value = match[name];
    return value === undefined ? [] : [`${name}=${quote(value)}`];
  });
  const find = `[find where ${conditions.join(' and ')}]`;
  return nth === 0 ? find : `(${find}->${nth})`;
}
