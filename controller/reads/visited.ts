import type { LiveState } from '#differ';
import { CATALOGUE, menuOf, type Version } from '#routeros';
import { asAsked, columnsOf, type ReadableMenu } from '#routeros/readable';
import type { Instant } from '../ports.ts';
import type { Reading } from './cache.ts';

/** What the last visit read of a device. */
export interface LastVisit {
  readonly live: LiveState;
  readonly version: Version;
  readonly serial: string;
  readonly asOf: Instant;
}

/** What it read of this menu; null: nothing. Visits ask for what can be configured, and hardly for anything else. */
export function visitedReading(
  { live, version, asOf }: LastVisit,
  menu: ReadableMenu,
  from: Pick<Reading, 'at' | 'place' | 'failed'>,
): Reading | null {
  const rows = live.menus[menu.path];
  // Of other menus visits know no more than names.
  if (rows === undefined || menu.path in (live.namers ?? {}) || !isManaged(menu)) return null;
  const fields = menuOf(menu.path).fields;
  const isList = menu.shape !== 'settings';
  const columns = columnsOf(menu, version).filter(
    (name) => !isList || fields[name]?.readOnly !== true || menu.skipWhen.includes(name),
  );
  const known = columns.filter((name) => !isList || name !== menuOf(menu.path).timedBy);
  return {
    ...from,
    by: {},
    rows: rows.map((row) => asAsked(menu, version, row)),
    columns: known,
    counts: null,
    version,
    asOf,
  };
}

function isManaged({ path }: ReadableMenu): boolean {
  return path in CATALOGUE;
}
