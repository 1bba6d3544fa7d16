import type { ColumnDefinitionBuilder } from 'kysely';
import type { Engine } from '../scope.ts';

/** A column that is never null. */
export function required(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder {
  return column.notNull();
}

/** A key that the database counts up by itself, of the type that {@link sequenceType} gives. */
export function counted(engine: Engine): (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder {
  return engine === 'postgres'
    ? (column) => column.generatedAlwaysAsIdentity().primaryKey()
    : (column) => column.primaryKey().autoIncrement();
}

/** SQLite counts only what is called `integer`. */
export function sequenceType(engine: Engine): 'bigint' | 'integer' {
  return engine === 'postgres' ? 'bigint' : 'integer';
}
