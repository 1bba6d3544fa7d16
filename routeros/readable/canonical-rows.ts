import { CATALOGUE } from '../catalogue/catalogue.ts';
import type { Codec, Row, Version } from '../catalogue/menu.ts';
import { booleanCodec } from '../values/boolean.ts';
import { canonicalLive } from '../values/canonical.ts';
import { durationCodec } from '../values/duration.ts';
import { macCodec } from '../values/mac.ts';
import { configurationColumns } from './columns-of.ts';
import type { ColumnType, ReadableMenu } from './readable-menu.ts';

const CODECS: Partial<Record<ColumnType, Codec>> = {
  flag: booleanCodec,
  switch: booleanCodec,
  duration: durationCodec,
  mac: macCodec,
};

/**
 * The one spelling of a value of this column, whatever version or person wrote it; a text that is no such value stands
 * for itself.
 */
export function canonicalCell(menu: ReadableMenu, name: string, text: string): string {
  const type = menu.columns[name]?.type ?? 'text';
  const codec = CATALOGUE[menu.path]?.fields[name]?.codec;
  const byType = CODECS[type];
  // What is read-only is any text to the catalogue.
  return canonicalLive(byType ?? codec ?? TEXT, text);
}

const TEXT: Codec = { expects: 'a text', parse: (text) => text, format: String };

/** What a row holds in this column, canonical; where the row leaves it out, what that means. */
export function cellOf(menu: ReadableMenu, row: Row, name: string): string {
  const { type, default: byDefault } = menu.columns[name] ?? {};
  const text = row[name];
  if (text === undefined) return byDefault ?? (type === 'flag' ? 'false' : '');
  if (text === '') return type === 'switch' ? 'true' : '';
  return canonicalCell(menu, name, text);
}

/**
 * The configuration in rows as read, as a snapshot keeps it: without rows that belong to the router, without volatile
 * and secret columns and `.id`, and without what a row says only by being written out (an empty value, its default).
 * Rows of an ordered menu keep their order; others come sorted, so that equal configurations are equal.
 */
export function configurationOf(menu: ReadableMenu, version: Version, rows: readonly Row[]): readonly Row[] {
  const names = configurationColumns(menu, version).toSorted();
  const kept = rows
    .filter((row) => menu.skipWhen.every((flag) => cellOf(menu, row, flag) !== 'true'))
    .map((row) => configuredCells(menu, row, names));
  if (menu.shape === 'orderedList') return kept;
  return kept
    .map((row) => ({ row, text: JSON.stringify(row) }))
    .toSorted((a, b) => (a.text < b.text ? -1 : Number(a.text > b.text)))
    .map(({ row }) => row);
}

function configuredCells(menu: ReadableMenu, row: Row, names: readonly string[]): Row {
  const cells: Record<string, string> = {};
  for (const name of names) {
    if (row[name] === undefined) continue;
    const value = cellOf(menu, row, name);
    if (value !== '' && value !== menu.columns[name]?.default) cells[name] = value;
  }
  return cells;
}
