import type { Menu, MenuPath, Row } from '../catalogue/menu.ts';
import { InvalidValue } from '../values/invalid-value.ts';
import { addCommand, argumentsOf, commandPath, findExactly } from './statements.ts';

/** A change of one row or settings menu, as far as a command needs it. */
export type ConsoleChange =
  | { readonly kind: 'create'; readonly menu: MenuPath; readonly match: Row; readonly fields: Row }
  | { readonly kind: 'set'; readonly menu: MenuPath; readonly match: Row | null; readonly fields: Row }
  | { readonly kind: 'remove'; readonly menu: MenuPath; readonly match: Row }
  | { readonly kind: 'move'; readonly menu: MenuPath; readonly match: Row; readonly beforeMatch: Row | null };

/**
 * The change as a command for the router's terminal, on one line: `/ip dns set servers="1.1.1.1"`. It does to this row
 * what the change does, and nothing to any other: every match field counts, every value is quoted (a bare prefix in a
 * condition would match nothing, armed-rollback.md §3).
 * @param state which of the rows with this match it is, where there are two: the enabled or the disabled one.
 * @throws {InvalidValue} when no command says that.
 */
export function consoleCommand(menu: Menu, change: ConsoleChange, state: 'enabled' | 'disabled' | null): string {
  const path = commandPath(menu);
  switch (change.kind) {
    case 'create':
      refuseSecrets(menu, change.fields);
      return addCommand(menu, { ...change.match, ...change.fields });
    case 'set': {
      refuseSecrets(menu, change.fields);
      const row = change.match === null ? '' : `${findExactly(menu, change.match, state)} `;
      return `${path} set ${row}${argumentsOf(menu, change.fields)}`;
    }
    case 'remove':
      return `${path} remove ${findExactly(menu, change.match, state)}`;
    case 'move': {
      const move = `${path} move ${findExactly(menu, change.match, state)}`;
      if (change.beforeMatch === null) return move;
      // Before a row that is gone it would move to the end, silently (routeros-rest.md §2.7).
      const before = findExactly(menu, change.beforeMatch, null);
      return `:if ([:len ${before}] = 1) do={${move} destination=${before}}`;
    }
  }
}

/** What is shown in place of a secret must not become one. */
function refuseSecrets(menu: Menu, fields: Row): void {
  const secret = Object.keys(fields).find((name) => menu.fields[name]?.secret === true && fields[name] !== '');
  if (secret !== undefined) throw new InvalidValue(`a ${secret} that may be shown`, '');
}
