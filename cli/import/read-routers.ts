import { type Destination, readIdentity, readLive, type DeviceSession } from '#controller';
import { Failure } from '#failure';
import {
  CATALOGUE,
  configuredRows,
  COUNTED_PROPERTIES,
  formatVersion,
  type MenuPath,
  OTHER_MENUS,
  type Row,
} from '#routeros';
import { CommandError } from '../command-error.ts';
import type { Output } from '../output.ts';
import type { ReadDevice, UnreadDevice } from './read-device.ts';

/** A router to read. */
export interface RouterToRead extends Destination {
  readonly name: string;
}

/** The way to a router, on which secrets read as set and no more; it is closed after it was read. */
export type Connect = (destination: Destination) => Promise<{ readonly session: DeviceSession }>;

/** Routers read side by side; each answers one request after the other. */
const AT_ONCE = 32;

/** Reads each router once: every menu that a section covers, and how many rows others hold. Nothing is written. */
export async function readRouters(
  routers: readonly RouterToRead[],
  connect: Connect,
  output: Output,
  signal: AbortSignal,
): Promise<{ readonly read: readonly ReadDevice[]; readonly unread: readonly UnreadDevice[] }> {
  const results: (ReadDevice | UnreadDevice)[] = [];
  const progress = output.progress('reading', routers.length);
  const waiting = routers.map((router, index) => ({ router, index }));
  const readNext = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      results[next.index] = await readRouter(next.router, connect, signal);
      progress.step(next.router.name);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, readNext));
  } finally {
    progress.end();
  }
  return {
    read: results.filter((result) => 'live' in result),
    unread: results.filter((result) => 'message' in result),
  };
}

async function readRouter(
  router: RouterToRead,
  connect: Connect,
  signal: AbortSignal,
): Promise<ReadDevice | UnreadDevice> {
  try {
    const { session } = await connect(router);
    try {
      return await readMenus(router, session, signal);
    } finally {
      await session.close();
    }
  } catch (error) {
    if (error instanceof Failure) return { name: router.name, message: error.message, code: error.code };
    if (error instanceof CommandError && error.exit !== 'interrupted')
      return { name: router.name, message: error.message };
    throw error;
  }
}

async function readMenus(router: RouterToRead, session: DeviceSession, signal: AbortSignal): Promise<ReadDevice> {
  const identity = await readIdentity(session, null, signal);
  const menus: Record<MenuPath, readonly Row[]> = {};
  for (const path of Object.keys(CATALOGUE) as MenuPath[]) {
    const live = await unlessAbsent(readLive(session, [path], {}, signal));
    const rows = live?.menus[path];
    if (rows !== undefined) menus[path] = rows;
  }
  const others: Record<string, number> = {};
  const faults: string[] = [];
  for (const path of OTHER_MENUS) {
    const rows = await unlessAbsent(countable(session, path, faults, signal));
    const count = configuredRows(rows ?? []);
    if (count > 0) others[path] = count;
  }
  return {
    name: router.name,
    from: router.address.origin,
    version: formatVersion(identity.version),
    serial: identity.serial,
    live: { menus },
    others,
    faults,
    refused: [],
    lineOf: () => undefined,
  };
}

/** A menu that the user may not see is told, and no reason to read nothing. */
async function countable(
  session: DeviceSession,
  path: MenuPath,
  faults: string[],
  signal: AbortSignal,
): Promise<readonly Row[]> {
  try {
    return await session.print(path, COUNTED_PROPERTIES, signal);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'NotPermitted') throw error;
    faults.push(`${path} was not counted: the user may not read it`);
    return [];
  }
}

/** Undefined: the router has no such menu, in this version or without a package. */
async function unlessAbsent<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof Failure && error.code === 'NoSuchMenu') return undefined;
    throw error;
  }
}
