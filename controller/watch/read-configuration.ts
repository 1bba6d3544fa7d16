import { Failure } from '#failure';
import { compareVersions, type Row, type Version } from '#routeros';
import {
  configurationColumns,
  configurationOf,
  MOST_ROWS,
  READABLE,
  type ReadableMenu,
  readableIn,
} from '#routeros/readable';
import type { DeviceName, Readers, ReadSession } from '../ports.ts';
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

/**
 * Reads what is configured on a router, each menu in a turn of its own, so that others need not wait for all of it. No
 * secret is asked for. A menu that could not be read is said to be unread, never taken for empty.
 * @throws {Failure} when the router cannot be read at all, or not now, or became another version meanwhile.
 */
export async function readConfiguration(
  readers: Readers,
  device: DeviceName,
  signal: AbortSignal,
): Promise<Configuration> {
  const version = await readers.on(device, (line) => Promise.resolve(line.version), signal);
  const menus = new Map<ReadableMenu['path'], readonly Row[] | null>();
  const unread: UnreadMenu[] = [];
  for (const menu of READABLE.values()) {
    const { path } = menu;
    if (!readableIn(menu, version)) {
      menus.set(path, null);
      continue;
    }
    if (configurationColumns(menu, version).length === 0) continue;
    try {
      const rows = await readers.on(
        device,
        async (line) => {
          mustBe(device, version, line.version);
          return await readMenu(line.session, menu, version, signal);
        },
        signal,
      );
      menus.set(path, configurationOf(menu, version, rows));
    } catch (error) {
      if (!(error instanceof Failure) || !OF_THE_MENU.has(error.code)) throw error;
      if (error.code === 'NoSuchMenu' && menu.comesWith !== undefined) menus.set(path, null);
      else unread.push({ menu: path, code: error.code, message: error.message });
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
