import { timedIn, type LiveState, type Namers, type PlanInput, type TimedRows } from '#differ';
import { Failure } from '#failure';
import { CATALOGUE, menuAvailable, menuOf, type MenuPath, type Row, type Version } from '#routeros';
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
 * are left out. How long rows still stand that go by themselves is only asked in the menus of `timed`: nobody else's
 * answers are to differ by it. @throws {Failure} when any other read fails: never a partial state.
 */
export async function readLive(
  session: DeviceSession,
  menus: readonly MenuPath[],
  timed: TimedRows = {},
  signal?: AbortSignal,
): Promise<ReadState> {
  const live: Record<MenuPath, readonly Row[]> = {};
  const keeps: KeepRow[] = [];
  for (const path of menus) {
    try {
      const rows = await session.print(path, propertiesOf(path, path in timed), signal);
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
  timed: TimedRows = {},
  signal?: AbortSignal,
): Promise<ReadState> {
  const isThere = (path: MenuPath): boolean => menuAvailable(menuOf(path), version);
  const { menus: live, ...keeps } = await readLive(session, menus.filter(isThere), timed, signal);
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

/**
 * `live` with who may name rows that a plan removes: of each menu the given properties. One that the router or its
 * version does not have holds nobody; one that it does not let us read, or that is more than we can take, is said to be
 * unread. @throws {Failure} when any other read fails.
 */
export async function withNamers(
  session: DeviceSession,
  live: LiveState,
  wanted: Readonly<Record<MenuPath, readonly string[]>>,
  version: Version,
  signal?: AbortSignal,
): Promise<LiveState> {
  const namers: Record<MenuPath, Namers> = {};
  for (const [path, properties] of Object.entries(wanted) as [MenuPath, readonly string[]][]) {
    const menu = CATALOGUE[path];
    const isThere = menu === undefined || menuAvailable(menu, version);
    namers[path] = { properties, rows: isThere ? await namersIn(session, path, properties, signal) : [] };
  }
  return { ...live, namers };
}

async function namersIn(
  session: DeviceSession,
  path: MenuPath,
  properties: readonly string[],
  signal?: AbortSignal,
): Promise<readonly Row[] | null> {
  try {
    return await session.print(path, properties, signal);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error.code === 'NoSuchMenu') return [];
    if (UNREADABLE.includes(error.code)) return null;
    throw error;
  }
}

const UNREADABLE: readonly string[] = ['NotPermitted', 'AnswerTooLarge'];

/** What a plan was made of, read once more: what is declared, the names, and who may name what goes. */
export async function readAgain(
  session: DeviceSession,
  { desired, base, live }: Pick<PlanInput, 'desired' | 'base' | 'live'>,
  version: Version,
  signal?: AbortSignal,
): Promise<LiveState> {
  const named = (Object.keys(live.menus) as MenuPath[]).filter((menu) => !(menu in desired.menus));
  const timed = timedIn([desired, base]);
  const read = await readLiveOn(session, Object.keys(desired.menus) as MenuPath[], version, timed, signal);
  const known = await withNames(session, read, named, signal);
  return await withNamers(session, known, propertiesIn(live.namers), version, signal);
}

/** What was asked of these menus, to ask it again. */
export function propertiesIn(namers: LiveState['namers']): Readonly<Record<MenuPath, readonly string[]>> {
  return Object.fromEntries(Object.entries(namers ?? {}).map(([path, { properties }]) => [path, properties]));
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
function propertiesOf(path: MenuPath, withTime: boolean): readonly string[] | undefined {
  if (!properties.has(path)) properties.set(path, readableProperties(path));
  const { timedBy } = menuOf(path);
  const known = properties.get(path);
  return withTime && timedBy !== undefined ? known?.concat(timedBy) : known;
}

function readableProperties(path: MenuPath): readonly string[] | undefined {
  const menu = menuOf(path);
  if (menu.shape === 'settings') return undefined;
  const configuration = Object.entries(menu.fields).filter(
    ([name, field]) => field.readOnly !== true && name !== menu.timedBy,
  );
  return [...new Set(['.id', ...configuration.map(([name]) => name), ...menu.skipWhen])];
}
