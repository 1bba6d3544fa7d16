import type { MenuPath } from '#routeros';
import {
  columnsOf,
  FRESHNESS_SECONDS,
  READABLE_TOPICS,
  readableIn,
  type ReadableMenu,
  type SizeClass,
  sizeClassOf,
} from '#routeros/readable';
import type { DeviceName } from '../ports.ts';
import type { MenuReads } from './menu-reads.ts';

/** A menu of one router, and how it is read. */
export interface MenuSummary {
  readonly path: MenuPath;
  readonly topic: string;
  readonly title: string;
  readonly columns: readonly string[];
  /** `counted`: refused when it holds too many rows; `narrowed`: not read without one of `filters` either. */
  readonly size: SizeClass;
  /** Columns by which the router itself finds rows; by the others they are found here. */
  readonly filters: readonly string[];
  /** An answer counts as fresh for so long. */
  readonly freshSeconds: number;
  /** The package or hardware that not every router has; null: all have the menu. */
  readonly comesWith: string | null;
}

/**
 * What can be read of a device, in the order of topics: the menus of its version, without those that its router has
 * said not to have. While nobody knows its version, those of all versions.
 */
export function menusOf(reads: MenuReads, device: DeviceName): readonly MenuSummary[] {
  const version = reads.versionOf(device);
  return Object.entries(READABLE_TOPICS).flatMap(([topic, menus]) =>
    menus
      .filter((menu) => (version === null || readableIn(menu, version)) && !reads.lacks(device, menu))
      .map((menu) => summaryOf(topic, menu, version)),
  );
}

function summaryOf(topic: string, menu: ReadableMenu, version: ReturnType<MenuReads['versionOf']>): MenuSummary {
  const { path, title, manyRows, freshness, comesWith } = menu;
  return {
    path,
    topic,
    title,
    columns: columnsOf(menu, version ?? NEWEST),
    size: sizeClassOf(menu),
    filters: manyRows?.filters ?? [],
    freshSeconds: FRESHNESS_SECONDS[freshness],
    comesWith: comesWith ?? null,
  };
}

/** Newer than any, so that nothing is left out for being new. */
const NEWEST = [999, 0, 0] as const;
