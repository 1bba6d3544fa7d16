import type { Caller, Properties } from '../model/console.ts';
import { refusal } from '../model/refusals.ts';
import type { Menu, RouterState, StoredRow } from '../model/state.ts';
import { tableOf } from './table.ts';
import { addRow, moveRows, removeRow, requirePolicies, requireVerb, setRow } from './write.ts';

/** The row a word means: an `.id`, else a name where rows have one; undefined: none. */
export function findRow(router: RouterState, menu: Menu, word: string): StoredRow | undefined {
  const table = tableOf(router, menu.path);
  return table.byId.get(word) ?? (menu.named ? table.rows.find((row) => row.values['name'] === word) : undefined);
}

/**
 * A generic verb with a POST body's arguments: `numbers` or `.id` choose the rows (routeros-rest.md §2.4, §2.5).
 * @returns the new `.id` for `add`, else nothing. @throws {ConsoleFailure}
 */
export function runVerb(
  router: RouterState,
  menu: Menu,
  verb: string,
  args: Properties,
  caller: Caller,
): string | undefined {
  requireVerb(menu, verb, caller);
  if (verb === 'add') {
    return addRow(router, menu, args, caller).id;
  }
  const { numbers, '.id': id, ...rest } = args;
  if (verb === 'move') {
    move(router, menu, numbers ?? id, rest, caller);
    return undefined;
  }
  if (menu.spec.shape === 'settings') {
    setRow(router, menu, settingsRow(router, menu), rest, caller);
    return undefined;
  }
  const words = (numbers ?? id ?? missing('.id')).split(',').filter((word) => word !== '');
  if (verb === 'remove' && menu.spec.removeLive !== undefined) {
    requirePolicies(menu, caller);
    for (const word of words) {
      if (!menu.spec.removeLive(router, word)) {
        throw refusal('noItem');
      }
    }
    return undefined;
  }
  // All rows are found first, so that an unknown one stops the command before it changed anything.
  const rows = words.map((word) => findRow(router, menu, word) ?? missingItem());
  for (const row of rows) {
    applyVerb(router, menu, verb, row, rest, caller);
  }
  return undefined;
}

/** The one row of a settings menu. */
export function settingsRow(router: RouterState, menu: Menu): StoredRow {
  return tableOf(router, menu.path).rows[0] ?? missingItem();
}

function applyVerb(
  router: RouterState,
  menu: Menu,
  verb: string,
  row: StoredRow,
  args: Properties,
  caller: Caller,
): void {
  switch (verb) {
    case 'set':
    case 'comment':
      setRow(router, menu, row, args, caller);
      return;
    case 'remove':
      removeRow(router, menu, row, caller);
      return;
    case 'enable':
      setRow(router, menu, row, { disabled: 'no' }, caller);
      return;
    case 'disable':
      setRow(router, menu, row, { disabled: 'yes' }, caller);
      return;
    case 'unset':
      setRow(router, menu, row, { [`!${args['value-name'] ?? missing('value-name')}`]: '' }, caller);
      return;
    case 'reset':
      setRow(router, menu, row, Object.fromEntries(Object.keys(args).map((name) => [`!${name}`, ''])), caller);
      return;
    case 'reset-counters':
      requirePolicies(menu, caller);
      return;
    default:
      throw refusal('noCommand');
  }
}

/** The table of routeros-rest.md §2.7: positions, comments, unknown destinations. */
function move(router: RouterState, menu: Menu, numbers: string | undefined, args: Properties, caller: Caller): void {
  const table = tableOf(router, menu.path);
  const ids = (numbers ?? missing('.id'))
    .split(',')
    .map((word) => (moveTarget(table.rows, word, table.byId) ?? missingItem()).id);
  const destination = args['destination'];
  const before = destination === undefined ? undefined : moveTarget(table.rows, destination, table.byId);
  moveRows(router, menu, ids, before?.id ?? null, caller);
}

function moveTarget(
  rows: readonly StoredRow[],
  word: string,
  byId: ReadonlyMap<string, StoredRow>,
): StoredRow | undefined {
  return (
    byId.get(word) ?? (/^\d+$/.test(word) ? rows[Number(word)] : rows.find((row) => row.values['comment'] === word))
  );
}

function missing(name: string): never {
  throw refusal('missing', name);
}

function missingItem(): never {
  throw refusal('noItem');
}
