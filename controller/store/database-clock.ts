import { type RawBuilder, sql } from 'kysely';
import type { Engine } from './scope.ts';

/** The database's own clock, in milliseconds since 1970: those of controllers may differ. */
export function nowIn(engine: Engine): RawBuilder<number> {
  return engine === 'postgres'
    ? sql<number>`cast(extract(epoch from now()) * 1000 as bigint)`
    : sql<number>`cast(unixepoch('subsec') * 1000 as integer)`;
}

/** So many milliseconds from now, by the database's clock. */
export function untilIn(engine: Engine, milliseconds: number): RawBuilder<number> {
  return sql<number>`${nowIn(engine)} + ${sql.lit(milliseconds)}`;
}
