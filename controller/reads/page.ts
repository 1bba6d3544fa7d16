import { Failure } from '#failure';
import type { Row } from '#routeros';
import { holds } from '#routeros/readable';
import type { Instant } from '../ports.ts';
import type { ReadFailure, Reading } from './cache.ts';
import type { Understood } from './question.ts';

/** Some rows of one menu, as of one moment. */
export interface MenuAnswer {
  readonly asOf: Instant;
  /** Why it is older than was asked for; null: it is not. */
  readonly stale: ReadFailure | null;
  /** Rows that hold what was asked for. */
  readonly total: number;
  /** Rows in this answer. */
  readonly returned: number;
  /** For those that follow, as of the same moment; null: there are no more. */
  readonly nextCursor: string | null;
  /** How many rows there are of each kind, where the menu is never read whole; `rows` are those that people configured. */
  readonly counts: Readonly<Record<string, number>> | null;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** Where in a reading of which moment an answer goes on. */
export interface Place {
  readonly asOf: Instant;
  readonly offset: number;
}

/** @throws {Failure} `BadRequest` */
export function placeOf(cursor: string): Place {
  const [, asOf, offset] = /^(\d{1,15})\.(\d{1,9})$/.exec(cursor) ?? [];
  if (asOf === undefined || offset === undefined)
    throw new Failure('BadRequest', 'cursor must be what nextCursor of an answer said.', { field: 'cursor' });
  return { asOf: Number(asOf), offset: Number(offset) };
}

/** The rows of a reading from an offset on that hold what is looked at here. */
export function pageOf(reading: Reading, asked: Understood, offset: number, limit: number): MenuAnswer {
  const { menu, router, here } = asked;
  const filters = { ...here, ...Object.fromEntries(Object.entries(router).filter(([name]) => !(name in reading.by))) };
  const columns = asked.columns.filter((name) => reading.columns.includes(name));
  const found =
    Object.keys(filters).length === 0 ? reading.rows : reading.rows.filter((row) => holds(menu, row, filters));
  const rows = found.slice(offset, offset + limit).map((row) => only(row, columns));
  const end = offset + rows.length;
  return {
    asOf: reading.asOf,
    stale: reading.failed,
    total: found.length,
    returned: rows.length,
    nextCursor: end < found.length ? `${reading.asOf}.${end}` : null,
    counts: reading.counts,
    columns,
    rows,
  };
}

function only(row: Row, columns: readonly string[]): Row {
  const cells: Record<string, string> = {};
  for (const name of columns) {
    const value = row[name];
    if (value !== undefined) cells[name] = value;
  }
  return cells;
}
