import type { ToolAnswer } from './answer.ts';
import type { Cell } from './cell.ts';
import { cursorsOf, placeIn } from './cursor.ts';
import type { Asked } from './fields.ts';
import { BadInput, notAmong } from './input-fault.ts';

/** Rows as a tool has them before they are narrowed. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Columns that are shown where nobody names others; absent: all. */
  readonly usual?: readonly string[];
  /** For each column what its values are ordered by; undefined: by themselves. */
  readonly order?: readonly (((cell: Cell) => Cell) | undefined)[];
}

/** One condition on a column. */
export interface Condition {
  readonly column: string;
  readonly is: '=' | '!=' | '~';
  readonly value: string;
}

/**
 * What of a table was asked for: its rows that hold the conditions, in that order, from the cursor on. `question` is
 * what else the answer depends on, such as the device: a cursor of another question is refused. @throws {BadInput}
 */
export function arranged(
  table: Table,
  asked: Asked,
  question: unknown = null,
): Required<Pick<ToolAnswer, 'columns' | 'rows' | 'total' | 'cursorAfter'>> {
  const asksFor = [question, asked.where, asked.sort];
  const offset = asked.cursor === undefined ? 0 : Number(placeIn(asked.cursor, asksFor));
  const cursor = cursorsOf(asksFor);
  const columns = shownColumns(table.columns, table.usual ?? table.columns, asked.columns);
  const found = sorted(table, filtered(table, conditionsIn(asked.where, table.columns)), asked.sort);
  const rows = found.slice(offset, offset + asked.limit);
  const picked = columns.map((name) => table.columns.indexOf(name));
  return {
    columns,
    rows: rows.map((row) => picked.map((at) => row[at] ?? null)),
    total: found.length,
    cursorAfter: (count) => (offset + count < found.length ? cursor(String(offset + count)) : null),
  };
}

/** The columns to show. @throws {BadInput} for one that is not known. */
export function shownColumns(
  known: readonly string[],
  usual: readonly string[],
  asked: readonly string[] | undefined,
): readonly string[] {
  if (asked === undefined || asked.length === 0) return usual;
  const names = asked.flatMap((each) => each.split(',')).map((name) => name.trim());
  if (names.includes('*')) return known;
  for (const name of names) mustBeAmong('columns', name, known);
  return [...new Set(names)];
}

/** @throws {BadInput} for what is no condition, or on a column that is not known. */
export function conditionsIn(where: readonly string[] | undefined, known: readonly string[]): readonly Condition[] {
  return (where ?? []).map((text) => {
    const [, column, is, value] = /^([^=~!]+)(=|!=|~)(.*)$/s.exec(text) ?? [];
    if (column === undefined || is === undefined || value === undefined) {
      const cause = `where must hold COLUMN=VALUE, COLUMN!=VALUE or COLUMN~TEXT, not ${JSON.stringify(text)}.`;
      throw new BadInput({ field: 'where', cause, allowed: known });
    }
    mustBeAmong('where', column.trim(), known);
    return { column: column.trim(), is: is as Condition['is'], value: value.trim() };
  });
}

/** Whether a value holds a condition; letters count alike in both cases. */
export function holdsIn(cell: Cell, { is, value }: Condition): boolean {
  const [text, wanted] = [String(cell ?? '').toLowerCase(), value.toLowerCase()];
  if (is === '~') return text.includes(wanted);
  return (text === wanted) === (is === '=');
}

/** The column of `sort`, and which way. @throws {BadInput} for one that is not known. */
export function orderIn(sort: string, known: readonly string[]): { readonly column: string; readonly way: 1 | -1 } {
  const way = sort.startsWith('-') && !known.includes(sort) ? -1 : 1;
  const column = way === -1 ? sort.slice(1) : sort;
  mustBeAmong('sort', column, known);
  return { column, way };
}

function mustBeAmong(field: string, name: string, known: readonly string[]): void {
  if (!known.includes(name)) throw new BadInput(notAmong(field, name, known));
}

function filtered(table: Table, conditions: readonly Condition[]): Table['rows'] {
  if (conditions.length === 0) return table.rows;
  const tests = conditions.map((condition) => [table.columns.indexOf(condition.column), condition] as const);
  return table.rows.filter((row) => tests.every(([at, condition]) => holdsIn(row[at] ?? null, condition)));
}

/** Numbers in texts count as such: `ether2` before `ether10`, 10.0.0.9 before 10.0.0.10. */
const NATURAL = new Intl.Collator('en', { numeric: true });

function sorted({ columns, order }: Table, rows: Table['rows'], sort: string | undefined): Table['rows'] {
  if (sort === undefined) return rows;
  const { column, way } = orderIn(sort, columns);
  const at = columns.indexOf(column);
  const keyOf = order?.[at] ?? ((cell: Cell) => cell);
  return rows
    .map((row) => ({ row, key: keyOf(row[at] ?? null) }))
    .toSorted((one, other) => compared(one.key, other.key, way))
    .map(({ row }) => row);
}

/** What has no value comes last, whichever way. */
function compared(one: Cell, other: Cell, way: 1 | -1): number {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  if (typeof one === 'number' && typeof other === 'number') return way * (one - other);
  return way * NATURAL.compare(String(one), String(other));
}
