import type { LiveState } from '#differ';
import { menuOf, type MenuPath, type Version } from '#routeros';
import { asAsked, columnsOf, type ReadableMenu } from '#routeros/readable';
import type { Instant } from '../ports.ts';
import type { Reading } from './cache.ts';

/** What the last visit read of a device. */
export interface LastVisit {
  readonly live: LiveState;
  /** Menus that were read with all that can be configured in them; of others no more than names. */
  readonly whole: readonly MenuPath[];
  readonly identity: { readonly version: Version };
  /** When the reading began. */
  readonly from: Instant;
}

/** What it read of this menu; null: not enough to be shown. What changes by itself visits hardly ask for. */
export function visitedReading(
  { live, whole, identity: { version }, from: asOf }: LastVisit,
  menu: ReadableMenu,
  known: Pick<Reading, 'at' | 'place' | 'failed'>,
): Reading | null {
  const rows = live.menus[menu.path];
  if (rows === undefined || !whole.includes(menu.path)) return null;
  const { fields, timedBy } = menuOf(menu.path);
  const wasAsked = (name: string): boolean =>
    menu.skipWhen.includes(name) || (fields[name]?.readOnly !== true && name !== timedBy);
  const all = columnsOf(menu, version);
  const columns = menu.shape === 'settings' ? all : all.filter(wasAsked);
  const shown = rows.map((row) => asAsked(menu, version, row));
  return { ...known, rows: shown, by: {}, columns, counts: null, version, asOf };
}
