import { sql, type RawBuilder } from 'kysely';
import type { Engine } from './scope.ts';

/**
 * Rows of values as a source to select from, called `listed`; column n of a row is `listed.value ->> n`. However many
 * rows there are, they are one parameter: the statement stays the same, and no database's limit on parameters is met.
 */
export function listed(engine: Engine, rows: readonly (readonly (string | number | null)[])[]): RawBuilder<unknown> {
  const text = JSON.stringify(rows);
  return engine === 'sqlite'
    ? sql`json_each(${text}) as listed`
    : sql`json_array_elements(cast(${text} as json)) as listed(value)`;
}

/** The same for texts alone, as what a column is `in`. */
export function listedTexts(engine: Engine, texts: readonly string[]): RawBuilder<string> {
  const rows = texts.map((text) => [text]);
  return sql<string>`(select listed.value ->> 0 from ${listed(engine, rows)})`;
}
