import type { Menu, MenuPath, Row } from '#routeros';
import { type Catalogue, menuIn } from './canonical.ts';
import type { Plan, SecretTerms } from './plan.ts';
import { describeRow } from './row-text.ts';
import { keyOf } from './tuple.ts';

/** What is known of secrets when a change is taken back. */
export interface RollbackSecrets {
  readonly terms: SecretTerms;
  /** Whether the value that a seal stands for is bound now, so that it could be written. */
  readonly isBound: (seal: string) => boolean;
}

/** Rows with secrets, where none is read: they would look as if somebody had changed them. */
export function unreadSecrets(
  { touched, changes }: Plan,
  because: string | null,
  catalogue: Catalogue,
): readonly string[] {
  if (because === null) return [];
  const holds = (path: MenuPath, row: Row): boolean =>
    Object.entries(row).some(([name, value]) => value !== '' && menuIn(catalogue, path).fields[name]?.secret === true);
  const rows = touched.filter(
    ({ menu, match, rows: before }) =>
      before.some((row) => holds(menu, row)) ||
      changes.some(
        (change) =>
          change.menu === menu &&
          sameTuple(menuIn(catalogue, menu), change.match, match) &&
          'fields' in change &&
          holds(menu, change.fields),
      ),
  );
  return rows.map(({ menu, match }) => `${describeRow(menuIn(catalogue, menu), match)}: ${because}.`);
}

function sameTuple(menu: Menu, one: Row | null, other: Row | null): boolean {
  return keyOf(menu, one ?? {}) === keyOf(menu, other ?? {});
}

/** Rows whose old secret nobody has any more: the router holds the new one, and a store none. */
export function unknownSecrets(
  { changes }: Plan,
  { isBound }: RollbackSecrets,
  catalogue: Catalogue,
): readonly string[] {
  return changes.flatMap((change): readonly string[] => {
    const menu = menuIn(catalogue, change.menu);
    if (menu.keepsSecrets !== true || (change.kind !== 'set' && change.kind !== 'create')) return [];
    const lost = Object.entries(change.fields).find(
      ([name, value]) => menu.fields[name]?.secret === true && value !== '' && !isBound(value),
    );
    if (lost === undefined) return [];
    const row = describeRow(menu, change.match);
    return [
      `${row}: its old ${lost[0]} is bound no more, and a change is taken back whole or not at all. Bind the old value under its name again, and what declared the rest: that is planned like any other change.`,
    ];
  });
}
