import { type Menu, menuOf, namesInValue, namingFields, type Row, SECTIONS, wayBack } from '#routeros';
import { SECTION_NAMES, type SectionName } from '#schemas';
import { rowText } from './canonical-section.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { DeclaredConfig, LocatedConfig } from './inventory.ts';
import { layeredValues, type LayeredValue } from './layers.ts';
import { faultAt, placeOf } from './report.ts';

/** Rows of one menu that no router holds together. */
export type RowsAtOdds =
  /** Both have something of which there is one: an address of a lease. */
  | {
      readonly why: 'oneClaim';
      readonly claim: string;
      readonly at: LayeredValue;
      readonly others: readonly LayeredValue[];
    }
  /** `at` names a row that leads back to its own: pools that go on in a circle. */
  | {
      readonly why: 'circle';
      readonly way: readonly string[];
      readonly at: LayeredValue;
      readonly others: readonly LayeredValue[];
    };

const JUDGED: readonly SectionName[] = SECTION_NAMES.filter((name) =>
  SECTIONS[name].menus.some(({ menu }) => menu.claims !== undefined || namingFields(menu).length > 0),
);

/** Rows that are declared of one device, each sound by itself, and that no router holds together. */
export function rowsAtOdds(configs: readonly DeclaredConfig[]): readonly RowsAtOdds[] {
  const declared = JUDGED.filter((name) => configs.some(({ sections }) => sections.has(name)));
  if (declared.length === 0) return [];
  const byMenu = Map.groupBy(
    layeredValues(configs, declared).filter(({ row, field }) => row !== null && field !== 'unlisted'),
    ({ menu }) => menu,
  );
  return [...byMenu].flatMap(([path, values]) => {
    const menu: Menu = menuOf(path);
    const rows = [...Map.groupBy(values, ({ row }) => row).values()].map(
      (row): DeclaredRow => new Map(row.map((value) => [value.field, value])),
    );
    return [...sameClaims(menu, rows), ...circles(menu, rows)];
  });
}

/** The values of a row by field. */
type DeclaredRow = ReadonlyMap<string, LayeredValue>;

function sameClaims(menu: Menu, rows: readonly DeclaredRow[]): readonly RowsAtOdds[] {
  const { claims } = menu;
  if (claims === undefined) return [];
  const held = new Map<string, { readonly shared: boolean; readonly value: LayeredValue }[]>();
  return rows.flatMap((row) =>
    claims(textsOf(row)).flatMap(({ to, by, shared }): readonly RowsAtOdds[] => {
      const value = row.get(by);
      if (value === undefined) return [];
      const holders = held.get(to) ?? [];
      held.set(to, [...holders, { shared, value }]);
      const other = holders.find((holder) => !(shared && holder.shared));
      return other === undefined ? [] : [{ why: 'oneClaim', claim: to, at: value, others: [other.value] }];
    }),
  );
}

function textsOf(row: DeclaredRow): Row {
  return Object.fromEntries([...row].map(([field, { value }]) => [field, value]));
}

/** The value that closes a circle is told, with those that lead to it. */
function circles(menu: Menu, rows: readonly DeclaredRow[]): readonly RowsAtOdds[] {
  const naming = namingFields(menu);
  const named = new Map<string, string[]>();
  const values = new Map<string, LayeredValue>();
  return rows.flatMap((row) => {
    const own = row.get('name')?.value;
    if (own === undefined) return [];
    return naming.flatMap(([name, field]) => {
      const value = row.get(name);
      return namesInValue(field, value?.value ?? '').flatMap((other): readonly RowsAtOdds[] => {
        const way = wayBack(named, other, own);
        const at = value as LayeredValue;
        if (way === null) {
          named.set(own, [...(named.get(own) ?? []), other]);
          values.set(stepText(own, other), at);
          return [];
        }
        const others = way.slice(1).flatMap((to, index) => values.get(stepText(way[index] ?? '', to)) ?? []);
        return [{ why: 'circle', way: [own, ...way], at, others }];
      });
    });
  });
}

function stepText(from: string, to: string): string {
  return JSON.stringify([from, to]);
}

/** The fault at the row that comes second, with the places of the others. */
export function oddsFault(
  odds: RowsAtOdds,
  locatedOf: (config: DeclaredConfig) => LocatedConfig,
  deviceName: string,
): Diagnostic {
  const { at, others } = odds;
  const places = others.map(({ config, path }) => placeOf(locatedOf(config), path)).join(', ');
  const both = `${others.length > 1 ? 'all' : 'both'} mean the device "${deviceName}"`;
  const declared = locatedOf(at.config);
  if (odds.why === 'oneClaim') {
    const [other] = others;
    const row = rowText(JSON.parse(other?.row ?? '{}') as Row);
    const message = `${row} (${places}) has the ${odds.claim} already, and only one row can; ${both}`;
    return faultAt(declared, at.path, message, 'give one of them something else, or take it out');
  }
  const back = others.length === 0 ? 'itself' : `a row that leads back here (${places})`;
  const message = `names ${back}: ${odds.way.join(' → ')}; ${others.length === 0 ? `meant is the device "${deviceName}"` : both}`;
  return faultAt(declared, at.path, message, 'a router takes a row after the one that it names: leave one of them out');
}
