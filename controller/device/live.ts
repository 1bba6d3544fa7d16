import type { LiveState } from '#differ';
import { Failure } from '#failure';
import { menuAvailable, menuOf, type MenuPath, type Row, type Version } from '#routeros';
import { bodyDigestOf } from '#routeros/rest';
import type { DeviceSession } from '../ports.ts';
import { isKeep, type KeepRow, keepsAmong } from './keep-row.ts';

/** What a router was read to hold, and apart from it the copies of rows that wait for an undo. Absent: there is none. */
export interface ReadState extends LiveState {
  readonly keeps?: readonly KeepRow[];
}

/**
 * One list read per menu, never one per row (DESIGN §5). A menu that comes with a package, and that the router does not
 * have, is left out: it is not empty. Secrets are as the line gives them: sealed. Copies of rows that wait for an undo
 * are left out. @throws {Failure} when any other read fails: never a partial
 * state.
 */
export async function readLive(
  session: DeviceSession,
  menus: readonly MenuPath[],
  signal?: AbortSignal,
): Promise<ReadState> {
  const live: Record<MenuPath, readonly Row[]> = {};
  const keeps: KeepRow[] = [];
  for (const path of menus) {
    try {
      const rows = await session.print(path, propertiesOf(path), signal);
      const hasKeeps = menuOf(path).copiesSecrets === true && rows.some(isKeep);
      live[path] = hasKeeps ? rows.filter((row) => !isKeep(row)) : rows;
      if (hasKeeps) keeps.push(...keepsAmong(path, rows));
    } catch (error) {
      const isAbsent = error instanceof Failure && error.code === 'NoSuchMenu' && menuOf(path).comesWith !== undefined;
      if (!isAbsent) throw error;
    }
  }
  return keeps.length === 0 ? { menus: live } : { menus: live, keeps };
}

/** The same of a router of this version: a menu that it does not have yet holds nothing, and is not asked for. */
export async function readLiveOn(
  session: DeviceSession,
  menus: readonly MenuPath[],
  version: Version,
  signal?: AbortSignal,
): Promise<ReadState> {
  const isThere = (path: MenuPath): boolean => menuAvailable(menuOf(path), version);
  const { menus: live, ...keeps } = await readLive(session, menus.filter(isThere), signal);
  const lacking = menus.filter((path) => !isThere(path)).map((path) => [path, NOT_THERE]);
  return { ...keeps, menus: { ...live, ...(Object.fromEntries(lacking) as LiveState['menus']) } };
}

/** The rows of a menu that a router of its version does not have. */
const NOT_THERE: readonly Row[] = [];

/**
 * `live` with the names in these menus, which need not be of the catalogue. What a router does not have at all is left
 * out: there the router has the last word. @throws {Failure} when any other read fails.
 */
export async function withNames(
  session: DeviceSession,
  live: LiveState,
  menus: readonly MenuPath[],
  signal?: AbortSignal,
): Promise<LiveState> {
  const names: Record<MenuPath, readonly Row[]> = {};
  for (const path of menus) {
    try {
      names[path] = await session.print(path, ['name'], signal);
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'NoSuchMenu') throw error;
    }
  }
  return { menus: { ...names, ...live.menus } };
}

/** What a router said of each menu, by digests of its answers; null unless every menu is as it was read. */
export function wordsReadIn({ menus }: LiveState): readonly (readonly [menu: string, digest: string])[] | null {
  const words: (readonly [string, string])[] = [];
  for (const [menu, rows] of Object.entries(menus)) {
    const digest = rows === NOT_THERE ? 'not there' : bodyDigestOf(rows);
    if (digest === null) return null;
    words.push([menu, digest]);
  }
  return words;
}

const properties = new Map<MenuPath, readonly string[] | undefined>();

/** What the differ needs of a list row; settings menus are read whole, they are one row. */
function propertiesOf(path: MenuPath): readonly string[] | undefined {
  if (!properties.has(path)) properties.set(path, readableProperties(path));
  return properties.get(path);
}

function readableProperties(path: MenuPath): readonly string[] | undefined {
  const menu = menuOf(path);
  if (menu.shape === 'settings') return undefined;
  const configuration = Object.entries(menu.fields).filter(([, field]) => field.readOnly !== true);
  return [...new Set(['.id', ...configuration.map(([name]) => name), ...menu.skipWhen])];
}
