import { Failure } from '#failure';
import { asAsked, MOST_ROWS, proplistOf, type ReadableMenu, sizeClassOf } from '#routeros/readable';
import type { Row } from '#routeros';
import type { ReadLine } from '../ports.ts';
import type { Reading } from './cache.ts';
import { tooLarge } from './question.ts';

/**
 * Reads one menu: all of it, or the rows that the router finds by these filters, counted first where there may be very
 * many. One that is never read whole tells without filters what people have configured, and counts the rest. No secret
 * is asked for, nor taken where it comes unasked. @throws {Failure} `TooLarge`, and those of reading.
 */
export async function fetchMenu(
  { session, version }: ReadLine,
  menu: ReadableMenu,
  router: Row,
): Promise<Pick<Reading, 'rows' | 'columns' | 'counts'>> {
  const { path, manyRows } = menu;
  const size = sizeClassOf(menu);
  const neverWhole = Object.keys(router).length === 0 ? manyRows?.neverWhole : undefined;
  const filters = neverWhole?.configured ?? router;
  const counts: Record<string, number> = {};
  if (neverWhole !== undefined) {
    counts['all'] = await session.count(path);
    for (const kind of neverWhole.counts) counts[kind] = await session.count(path, { [kind]: 'true' });
  }
  const count = size === 'whole' ? 0 : await session.count(path, filters);
  if (count > MOST_ROWS) throw tooLarge(menu, count);
  const columns = proplistOf(menu, version);
  const rows = await session.print(path, columns, filters);
  // What no catalogue expects: a cache that one router fills would forget all others.
  if (rows.length > 2 * MOST_ROWS)
    throw new Failure('TooLarge', `${path} holds ${rows.length} rows, more than are kept.`);
  return {
    rows: rows.map((row) => asAsked(menu, version, row)),
    columns: columns.filter((name) => name !== '.id'),
    counts: neverWhole === undefined ? null : counts,
  };
}
