import type { InputOf, OutputOf } from '#controller/operations';
import { durationCodec, InvalidValue, type MenuPath, type Row } from '#routeros';
import { canonicalCell, cellOf, columnsOf, READABLE, type ReadableMenu } from '#routeros/readable';
import type { ToolAnswer } from './answer.ts';
import { arranged, type Condition, conditionsIn, orderIn, shownColumns } from './arrange.ts';
import type { Cell } from './cell.ts';
import { cursorsOf, placeIn } from './cursor.ts';
import type { Asked } from './fields.ts';
import type { ToolCall } from './tool.ts';

/** A menu as a tool shows it. */
export interface ShownMenu {
  readonly menu: MenuPath;
  /**
   * Those that are shown where nobody names others; all versions that have the menu have them. Absent: those of which a
   * row has something.
   */
  readonly columns?: readonly string[];
}

type Answered = OutputOf<'menu'>;
type Question = Omit<InputOf<'menu'>, 'device' | 'menu'>;
type AsksMenu = Pick<ToolCall, 'door' | 'signal'>;

/** Newer than any: what some version lacks, the service says. */
const ANY_VERSION = [999, 0, 0] as const;
/** Rows of one request where all are needed. */
const AT_ONCE = 10_000;

/** What was asked of one menu of a router, as a table. @throws {BadInput} @throws {DoorError} */
export async function menuAnswer(
  call: AsksMenu,
  device: string,
  { menu: path, columns: usual }: ShownMenu,
  asked: Asked,
): Promise<ToolAnswer> {
  const menu = READABLE.get(path);
  const known = menu === undefined ? [] : columnsOf(menu, ANY_VERSION);
  // Which of them all a router's version has, the service knows.
  const all = menu === undefined || asked.columns?.includes('*') === true;
  const columns = all ? [] : shownColumns(known, usual ?? [], asked.columns);
  const ask = async (question: Question): Promise<Answered> =>
    await call.door.ask('menu', { device, menu: path, ...question }, call.signal);
  // The service says which menus there are.
  if (menu === undefined) return answerOf(await ask({ limit: 1 }), path, asked);
  const conditions = conditionsIn(asked.where, known);
  const looks = conditions.filter(({ is }) => is !== '=');
  const where = conditions.filter(({ is }) => is === '=').map(({ column, value }) => `${column}=${value}`);
  const isWhole = asked.sort !== undefined || looks.length > 0;
  const rowsAsked = isWhole
    ? await wholeMenu(ask, menu, { device, asked, where, looks, columns })
    : await pageOfMenu(ask, menu, { device, asked, where, columns });
  return { ...rowsAsked, ...answerOf(rowsAsked.view, path, asked) };
}

interface Narrowed {
  readonly device: string;
  readonly asked: Asked;
  readonly where: readonly string[];
  readonly columns: readonly string[];
}

interface Rows extends Required<Pick<ToolAnswer, 'columns' | 'rows' | 'cursorAfter'>> {
  readonly total: number;
  readonly view: Answered;
}

/** As the service has them: the cursor is its own, which counts rows of what was read at one moment. */
async function pageOfMenu(
  ask: (question: Question) => Promise<Answered>,
  menu: ReadableMenu,
  { device, asked, where, columns }: Narrowed,
): Promise<Rows> {
  const question = [device, menu.path, where];
  const place = asked.cursor === undefined ? undefined : placeIn(asked.cursor, question);
  const view = await ask({
    where,
    limit: asked.limit,
    ...(columns.length === 0 ? {} : { columns }),
    ...(place === undefined ? {} : { cursor: place }),
  });
  const cursor = cursorsOf(question);
  const offset = offsetOf(place);
  const names = view.columns.map(({ name }) => name);
  const shown = columns.length === 0 && asked.columns === undefined ? filledColumns(view) : names;
  return {
    view,
    columns: shown,
    rows: view.rows.map((row) => shown.map((name) => menuCell(menu, row, name))),
    total: view.total,
    cursorAfter: (count) => (offset + count < view.total ? cursor(`${view.asOf}.${offset + count}`) : null),
  };
}

/** All rows, since the service neither orders them nor looks into their texts. */
async function wholeMenu(
  ask: (question: Question) => Promise<Answered>,
  menu: ReadableMenu,
  { device, asked, where, looks, columns }: Narrowed & { readonly looks: readonly Condition[] },
): Promise<Rows> {
  const question = [device, menu.path, asked.where, asked.sort];
  const place = asked.cursor === undefined ? undefined : placeIn(asked.cursor, question);
  const order = asked.sort === undefined ? null : orderIn(asked.sort, columnsOf(menu, ANY_VERSION));
  const needed = [
    ...new Set([...columns, ...looks.map(({ column }) => column), ...(order === null ? [] : [order.column])]),
  ];
  const first = { where, limit: AT_ONCE, ...(columns.length === 0 ? {} : { columns: needed }) };
  let view = await ask({ ...first, ...(place === undefined ? {} : { cursor: `${place.split('.')[0] ?? ''}.0` }) });
  const rows: Row[] = [...view.rows];
  while (view.nextCursor !== null) {
    view = await ask({ ...first, cursor: view.nextCursor });
    rows.push(...view.rows);
  }
  const names = view.columns.map(({ name }) => name);
  const usual = asked.columns === undefined ? filledColumns({ ...view, rows }) : names;
  const shown = columns.length === 0 ? usual : columns.filter((name) => names.includes(name));
  const keyed = names.map((name) => (name === order?.column ? keyOf(menu, name) : undefined));
  const table = rows.map((row) => names.map((name) => menuCell(menu, row, name)));
  const found = arranged(
    { columns: names, rows: table, usual: shown, order: keyed },
    {
      limit: rows.length,
      where: looks.map(
        ({ column, is, value }) => `${column}${is}${is === '~' ? value : canonicalCell(menu, column, value)}`,
      ),
      ...(asked.sort === undefined ? {} : { sort: asked.sort }),
    },
  );
  const offset = offsetOf(place);
  const cursor = cursorsOf(question);
  const total = found.rows.length;
  return {
    view,
    columns: shown,
    rows: found.rows.slice(offset, offset + asked.limit),
    total,
    cursorAfter: (count) => (offset + count < total ? cursor(`${view.asOf}.${offset + count}`) : null),
  };
}

/** Of a place, `ASOF.OFFSET`. */
function offsetOf(place: string | undefined): number {
  return Number(place?.split('.')[1] ?? 0);
}

function filledColumns({ columns, rows }: Pick<Answered, 'columns' | 'rows'>): readonly string[] {
  const names = columns.map(({ name }) => name);
  return rows.length === 0 ? names.slice(0, 10) : names.filter((name) => rows.some((row) => row[name] !== undefined));
}

/** A value as JSON has it: the canonical text, numbers and flags as such; null: it has none. */
export function menuCell(menu: ReadableMenu, row: Row, name: string): Cell {
  const text = cellOf(menu, row, name);
  if (text === '') return null;
  const type = menu.columns[name]?.type;
  if (type === 'number' && /^-?\d{1,15}$/.test(text)) return Number(text);
  if ((type === 'flag' || type === 'switch') && /^(true|false)$/.test(text)) return text === 'true';
  return text;
}

/** How values of a column are ordered, where they are not as they stand. */
function keyOf(menu: ReadableMenu, name: string): ((cell: Cell) => Cell) | undefined {
  if (menu.columns[name]?.type !== 'duration') return undefined;
  return (cell) => {
    try {
      return typeof cell === 'string' ? durationCodec.parse(cell) : cell;
    } catch (error) {
      if (error instanceof InvalidValue) return null;
      throw error;
    }
  };
}

function answerOf(view: Answered, path: string, { where = [], cursor }: Asked): ToolAnswer {
  const { device, asOf, stale, total, counts, columns, rows } = view;
  const units = columns.flatMap(({ name, unit }) =>
    unit === null || !rows.some((row) => row[name] !== undefined) ? [] : [`${name} in ${unit}`],
  );
  const hints = [
    ...(stale === null ? [] : ['The router was not read anew: not_read_anew says why.']),
    ...(total > 0 || cursor !== undefined ? [] : [emptyHint(device, path, where)]),
    ...(counts === null ? [] : [`Only configured rows are shown: ${filtersHint(path)} finds others.`]),
  ];
  return {
    facts: {
      device,
      menu: path,
      ...(units.length === 0 ? {} : { units }),
      ...(stale === null ? {} : { not_read_anew: `${stale.code}: ${stale.message}` }),
      ...(counts === null ? {} : { counts: Object.entries(counts).map(([kind, count]) => `${kind} ${count}`) }),
    },
    asOf,
    stale: stale !== null,
    untrusted: true,
    ...(hints.length === 0 ? {} : { hint: hints.join(' ') }),
  };
}

function emptyHint(device: string, path: string, where: readonly string[]): string {
  if (where.length === 0) return `${path} of ${device} has no rows: nothing of it is configured or seen there.`;
  return `No row of ${path} of ${device} holds ${where.join(' and ')}. Ask with other values, with ~ for a part of a value, or without where.`;
}

function filtersHint(path: string): string {
  const filters = READABLE.get(path as MenuPath)?.manyRows?.filters ?? [];
  return `where with ${filters.map((name) => `${name}=…`).join(', ')}`;
}
