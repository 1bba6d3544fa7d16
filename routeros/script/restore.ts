import { menuOf } from '../catalogue/catalogue.ts';
import type { Menu, Row, Version } from '../catalogue/menu.ts';
import { clearStatement, type EmptyBefore, holdsRow } from './clear.ts';
import { groupAlike } from './restore-groups.ts';
import { sectionStatements } from './restore-sections.ts';
import { timedStatements } from './restore-timed.ts';
import { commandsOf, type RowsToRestore } from './restore-row.ts';
import { commandPath, findWhere, guarded } from './statements.ts';

/** The state that an undo restores. */
export interface StateToRestore {
  readonly restores: readonly RowsToRestore[];
  /** Parts of list menus that held nothing: their rows go by one condition. */
  readonly emptyBefore: readonly EmptyBefore[];
}

/** From so many rows on that are alike, a loop over an array is shorter and faster than a statement for each. */
export const ALIKE_FROM = 8;

/**
 * The inverse of a plan as statements of a script: for each touched tuple they make the number of rows and their fields
 * what the snapshot held (armed-rollback.md §3). Right after any prefix of the plan, applied once or twice, and each by
 * itself. What comes back comes first, in writing order; removals come last, in falling order, so that nothing is gone
 * before its replacement is back; but where rows claim what others must not have (`Menu.claims`) removals come first,
 * and rows come back one by one in the order given. `$rgFailed` counts what failed. Rows that are alike are restored together
 * (`alikeFrom`), as long as no statement gets longer than `mostBytes`. `version`: fields the router does not have are
 * left alone.
 * @throws {InvalidValue} when a script can't hold a value or can't tell a row from others: such a plan can't be armed.
 */
export function restoreStatements(
  { restores, emptyBefore }: StateToRestore,
  version: Version | null,
  mostBytes: number,
  alikeFrom: number = ALIKE_FROM,
): readonly RestoreStatement[] {
  const orders = restores.flatMap(({ menu, order = [] }) => orderStatements(menuOf(menu), order));
  const clears = emptyBefore.map((part) => ({ part, menu: menuOf(part.menu) }));
  const rows = restores.filter(({ order }) => order === undefined);
  const menus = [...Map.groupBy(rows, ({ menu }) => menu)]
    .map(([path, own]) => ({ menu: menuOf(path), own }))
    .toSorted((a, b) => a.menu.writeOrder - b.menu.writeOrder);
  const statementsOf = (menu: Menu, own: readonly RowsToRestore[], inOrder = false): readonly RestoreStatement[] => {
    const { alike, others } = inOrder ? { alike: [], others: own } : groupAlike(menu, own, alikeFrom);
    return [
      ...alike.flatMap((group) => sectionStatements(menu, group, version, mostBytes).map(inBulk)),
      ...others.map((restore) => ({ text: guarded(commandsOf(menu, restore, version)), bulk: false })),
    ];
  };
  const returning = menus.flatMap(({ menu, own }) =>
    statementsOf(
      menu,
      own.filter(({ rows }) => rows.length > 0),
      menu.claims !== undefined,
    ),
  );
  const leavingOf = ({ menu, own }: (typeof menus)[number]): readonly RestoreStatement[] => {
    const parts = clears.filter((clear) => clear.menu === menu).map(({ part }) => part);
    const rest = own.filter(
      ({ rows, match, timed }) => rows.length === 0 && timed !== true && !parts.some((part) => holdsRow(part, match)),
    );
    const timed = own.flatMap((restore) => (restore.timed === true ? [restore.match ?? {}] : []));
    return [
      ...parts.map((part) => inBulk(clearStatement(menu, part))),
      ...timedStatements(menu, timed, mostBytes, alikeFrom),
      ...statementsOf(menu, rest.toReversed()),
    ];
  };
  const backwards = menus.toReversed();
  return [
    ...backwards.filter(({ menu }) => menu.claims !== undefined).flatMap(leavingOf),
    ...returning,
    ...backwards.filter(({ menu }) => menu.claims === undefined).flatMap(leavingOf),
    ...orders,
  ];
}

/** From the end on each row comes to stand before its successor. The last ones of a script, once every row is back. */
function orderStatements(menu: Menu, order: readonly Row[]): readonly RestoreStatement[] {
  return order
    .slice(0, -1)
    .map((match, at) => {
      const next = findWhere(menu, order[at + 1] as Row);
      const found = `:local rgIds ${findWhere(menu, match)}; :local rgNext ${next}`;
      const move = `${commandPath(menu)} move $rgIds $rgNext`;
      return guarded(`${found}; :if (([:len $rgIds] = 1) && ([:len $rgNext] = 1)) do={${move}}`);
    })
    .map((text) => ({ text, bulk: false }))
    .toReversed();
}

/** One statement that can be run by itself; `bulk`: it restores many rows. */
export interface RestoreStatement {
  readonly text: string;
  readonly bulk: boolean;
}

function inBulk(text: string): RestoreStatement {
  return { text, bulk: true };
}
