import type { Row, Version } from '../catalogue/menu.ts';
import { compareVersions } from '../catalogue/version.ts';
import type { Column, Freshness, ReadableMenu } from './readable-menu.ts';

/** How long an answer of each kind counts as fresh, in seconds. */
export const FRESHNESS_SECONDS: Readonly<Record<Freshness, number>> = { state: 10, health: 60, configuration: 300 };

function has({ since, until }: Pick<Column, 'since' | 'until'>, version: Version): boolean {
  if (since !== undefined && compareVersions(version, since) < 0) return false;
  return until === undefined || compareVersions(version, until) < 0;
}

/** Whether routers of this version have the menu, given the package or hardware that it comes with. */
export function readableIn(menu: ReadableMenu, version: Version): boolean {
  return has(menu, version);
}

/**
 * The columns to show of a menu on a router of this version: those that identify a row first, then in the catalogue's
 * order; no secrets.
 */
export function columnsOf(menu: ReadableMenu, version: Version): readonly string[] {
  const others = Object.keys(menu.columns).filter((name) => !menu.match.includes(name));
  return [...menu.match, ...others].filter((name) => {
    const column = menu.columns[name];
    return column !== undefined && column.secret !== true && has(column, version);
  });
}

/**
 * What to ask a router of this version for (`.proplist`): all columns but the secret ones. A menu is never read without
 * it, for without it a router says everything.
 */
export function proplistOf(menu: ReadableMenu, version: Version): readonly string[] {
  const isList = menu.shape === 'list' || menu.shape === 'orderedList';
  return isList ? ['.id', ...columnsOf(menu, version)] : columnsOf(menu, version);
}

/**
 * Of a row as answered what was asked for. A router that passes over `.proplist`, or answers with another menu's body,
 * shows nobody a secret.
 */
export function asAsked(menu: ReadableMenu, version: Version, row: Row): Row {
  const asked = new Set(['.id', ...columnsOf(menu, version)]);
  return Object.fromEntries(Object.entries(row).filter(([name]) => asked.has(name)));
}

/**
 * What of a menu is kept in snapshots and digests: no secrets, and nothing that changes by itself. Empty for menus that
 * only say what the router does: of them there are no snapshots.
 */
export function configurationColumns(menu: ReadableMenu, version: Version): readonly string[] {
  return columnsOf(menu, version).filter((name) => menu.columns[name]?.volatile !== true);
}

/**
 * The columns by which a row of one read is found in another, as a multiset; in a menu whose rows have no key all that
 * is configured of them. Empty for settings.
 */
export function matchColumns(menu: ReadableMenu, version: Version): readonly string[] {
  if (menu.shape === 'settings') return [];
  return menu.match.length === 0 ? configurationColumns(menu, version) : menu.match;
}
