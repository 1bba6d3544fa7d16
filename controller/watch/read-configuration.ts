import { Failure } from '#failure';
import { compareVersions, type MenuPath, type Row, type Version } from '#routeros';
import {
  configurationColumns,
  configurationOf,
  MOST_ROWS,
  READABLE,
  type ReadableMenu,
  readableIn,
} from '#routeros/readable';
import type { DeviceName, Readers, ReadLine, ReadSession } from '../ports.ts';
import type { CapturedMenus, UnreadMenu } from '../records/captures.ts';

/** All that is configured on a router, as far as it could be read. */
export interface Configuration {
  readonly version: Version;
  readonly menus: CapturedMenus;
  readonly unread: readonly UnreadMenu[];
}

/** What one menu has; anything else is the router's or the line's, and there is no capture then. */
const OF_THE_MENU: ReadonlySet<string> = new Set([
  'NotPermitted',
  'NoSuchMenu',
  'Refused',
  'ServerError',
  'Timeout',
  'WrongBody',
  'BadAnswer',
  'AnswerTooLarge',
  'TooLarge',
]);

/** So many menus are read in one turn: about a second of a hEX, which others may have to wait. */
const MENUS_A_TURN = 8;

/**
 * Reads what is configured on a router, a few menus in a turn, so that others need not wait for all of it. No secret is
 * asked for. A menu that could not be read is said to be unread, never taken for empty.
 * @throws {Failure} when the router cannot be read at all, or not now, or became another version meanwhile.
 */
export async function readConfiguration(
  readers: Readers,
  device: DeviceName,
  signal: AbortSignal,
): Promise<Configuration> {
  const version = await readers.on(device, (line) => Promise.resolve(line.version), signal);
  const menus = new Map<MenuPath, readonly Row[] | null>();
  const unread: UnreadMenu[] = [];
  const waiting: ReadableMenu[] = [];
  for (const menu of READABLE.values()) {
    if (!readableIn(menu, version)) menus.set(menu.path, null);
    else if (configurationColumns(menu, version).length > 0) waiting.push(menu);
  }
  let begun = false;
  const takeTurn = async ({ session, version: now }: ReadLine): Promise<void> => {
    mustBe(device, version, now);
    begun = true;
    for (let read = 0; read < MENUS_A_TURN; read += 1) {
      const [menu] = waiting;
      if (menu === undefined) return;
      menus.set(menu.path, configurationOf(menu, version, await readMenu(session, menu, version, signal)));
      waiting.shift();
    }
  };
  while (waiting.length > 0) {
    begun = false;
    try {
      await readers.on(device, takeTurn, signal);
    } catch (error) {
      // What fails before a turn begins is the line's.
      if (!begun || !(error instanceof Failure) || !OF_THE_MENU.has(error.code)) throw error;
      const menu = waiting.shift();
      if (menu === undefined) throw error;
      if (error.code === 'NoSuchMenu' && menu.comesWith !== undefined) menus.set(menu.path, null);
      else unread.push({ menu: menu.path, code: error.code, message: error.message });
    }
  }
  return { version, menus, unread };
}

async function readMenu(
  session: ReadSession,
  menu: ReadableMenu,
  version: Version,
  signal: AbortSignal,
): Promise<readonly Row[]> {
  const { path, manyRows } = menu;
  const filters = manyRows?.neverWhole?.configured;
  if (manyRows !== undefined) {
    const rows = await session.count(path, filters, signal);
    if (rows > MOST_ROWS) throw new Failure('TooLarge', `It has ${rows} rows; at most ${MOST_ROWS} are read.`);
  }
  const columns = [...new Set([...configurationColumns(menu, version), ...menu.skipWhen])];
  return await session.print(path, columns, filters, signal);
}

function mustBe(device: DeviceName, version: Version, now: Version): void {
  if (compareVersions(version, now) === 0) return;
  throw new Failure('NotRead', `${device} became another version of RouterOS while it was read.`);
}
