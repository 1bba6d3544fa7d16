import { getHeapStatistics } from 'node:v8';
import { Failure } from '#failure';
import { formatVersion, InvalidValue, parseVersion, type Version } from '#routeros';
import { readableIn, type ReadableMenu } from '#routeros/readable';
import type { Clock, DeviceName, Readers } from '../ports.ts';
import { makeCache, type Reading } from './cache.ts';
import { fetchMenu } from './fetch-menu.ts';
import { type MenuAnswer, pageOf, placeOf } from './page.ts';
import { type MenuQuestion, readableMenu, type Understood, understood } from './question.ts';
import { type ReadableFleet, readableTarget } from './readable-target.ts';
import { type LastVisit, visitedReading } from './visited.ts';

/** What reading menus needs of the world. */
export interface MenuReadsWorld {
  readonly clock: Clock;
  readonly fleet: ReadableFleet;
  readonly readers: Readers;
  /** What the last visit of this controller read of a device; null: none did. */
  lastVisit(device: DeviceName): LastVisit | null;
  /** The version that the last visit of any controller found, as the router spells it; null: none did. */
  versionText(device: DeviceName): string | null;
}

/** Live reads of menus, behind one memory of what routers said. */
export interface MenuReads {
  /** The version of the device's router, as far as is known without asking it; null: it is not. */
  versionOf(device: DeviceName): Version | null;
  /** Whether the router has said that it does not have this menu. */
  lacks(device: DeviceName, menu: ReadableMenu): boolean;
  /**
   * Some rows of a menu, read now or not longer ago than asked for; where that can not be, the last good ones with why.
   * @throws {Failure} when there are none either, and for what can not be asked so.
   */
  read(device: DeviceName, question: MenuQuestion): Promise<MenuAnswer>;
}

const MOST_BYTES = 64 * 1024 * 1024;
const SHARE_OF_HEAP = 1 / 8;

/** Of these the reason is in the question, or in how much is asked at once: an older answer would hide it. */
const TOLD: ReadonlySet<string> = new Set(['NotFound', 'NoSuchMenu', 'TooLarge', 'AnswerTooLarge', 'TooManyReads']);

/** Nothing is known yet. */
export function makeMenuReads(world: MenuReadsWorld): MenuReads {
  const { clock, readers } = world;
  const cache = makeCache(Math.min(MOST_BYTES, getHeapStatistics().heap_size_limit * SHARE_OF_HEAP));
  /** Equal reads share one request. */
  const underWay = new Map<string, Promise<Reading>>();
  const versions = new Map<DeviceName, { readonly version: Version; readonly lacking: ReadonlySet<string> }>();

  function versionOf(device: DeviceName): Version | null {
    return versions.get(device)?.version ?? versionIn(world.versionText(device));
  }

  async function versionNow(device: DeviceName): Promise<Version> {
    return versionOf(device) ?? (await readers.on(device, ({ version }) => Promise.resolve(version)));
  }

  function noteRouter(device: DeviceName, version: Version, lacking: string | null): void {
    const known = versions.get(device);
    const isSame = known !== undefined && String(known.version) === String(version);
    const before = isSame ? known.lacking : new Set<string>();
    versions.set(device, { version, lacking: lacking === null ? before : new Set([...before, lacking]) });
  }

  async function readNow(device: DeviceName, { menu, router }: Understood, place: string): Promise<Reading> {
    return await readers.on(device, async (line) => {
      const [asOf, at] = [clock.now(), clock.monotonic()];
      try {
        const fetched = await fetchMenu(line, menu, router);
        noteRouter(device, line.version, null);
        return { ...fetched, by: router, version: line.version, asOf, at, place, failed: null };
      } catch (error) {
        const isLacking = error instanceof Failure && error.code === 'NoSuchMenu';
        noteRouter(device, line.version, isLacking ? menu.path : null);
        throw error;
      }
    });
  }

  function shared(key: string, read: () => Promise<Reading>): Promise<Reading> {
    const known = underWay.get(key);
    if (known !== undefined) return known;
    const reading = read().finally(() => underWay.delete(key));
    underWay.set(key, reading);
    return reading;
  }

  /** The newest there is, whoever read it, with why there is no newer one. */
  function lastGood(
    device: DeviceName,
    asked: Understood,
    keys: Keys,
    place: string,
    failure: Failure,
  ): Reading | null {
    const failed = { code: failure.code, message: failure.message };
    const own = ofPlace(cache.get(keys.read), place);
    const visit = world.lastVisit(device);
    if (visit !== null && visit.from > (own?.asOf ?? Number.NEGATIVE_INFINITY)) {
      const at = clock.monotonic() - (clock.now() - visit.from);
      const visited = visitedReading(visit, asked.menu, { at, place, failed });
      if (visited !== null) {
        cache.set(keys.visited, visited);
        return visited;
      }
    }
    if (own === null) return null;
    const stale = { ...own, failed };
    cache.set(keys.read, stale);
    return stale;
  }

  async function reading(device: DeviceName, asked: Understood, keys: Keys, place: string): Promise<Reading> {
    const known = ofPlace(cache.get(keys.read), place);
    if (known !== null && clock.monotonic() - known.at <= asked.maxAgeMs) return known;
    try {
      const fresh = await shared(keys.read, () => readNow(device, asked, place));
      cache.set(keys.read, fresh);
      return fresh;
    } catch (error) {
      if (!(error instanceof Failure) || TOLD.has(error.code)) throw error;
      const good = lastGood(device, asked, keys, place, error);
      if (good === null) throw error;
      return good;
    }
  }

  return {
    versionOf,
    lacks: (device, menu) => versions.get(device)?.lacking.has(menu.path) === true,
    async read(device, question) {
      const menu = readableMenu(question.menu);
      const version = await versionNow(device);
      if (!readableIn(menu, version))
        throw new Failure('NoSuchMenu', `RouterOS ${formatVersion(version)} of ${device} has no ${menu.path}.`);
      const asked = understood(question, menu, version);
      const keys = keysOf(device, asked);
      const place = placeIn(world.fleet, device);
      if (question.cursor === undefined) {
        const found = await reading(device, asked, keys, place);
        return pageOf(found, asked, 0, question.limit);
      }
      const { asOf, offset } = placeOf(question.cursor);
      const kept = [keys.read, keys.visited].map((key) => ofPlace(cache.get(key), place));
      const found = kept.find((each) => each?.asOf === asOf) ?? null;
      if (found === null)
        throw new Failure('CursorExpired', 'The rows that this cursor goes on with are no longer there.', {
          field: 'cursor',
        });
      return pageOf(found, asked, offset, question.limit);
    },
  };
}

/** Under which the memory has what was read itself, and what visits have read. */
interface Keys {
  readonly read: string;
  readonly visited: string;
}

function keysOf(device: DeviceName, { menu, router }: Understood): Keys {
  const filters = Object.entries(router).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return {
    read: JSON.stringify([device, menu.path, filters]),
    visited: JSON.stringify([device, menu.path, 'visited']),
  };
}

/** What tells the router of a name from another one that has the name later. @throws {Failure} `NotFound` */
function placeIn(fleet: ReadableFleet, device: DeviceName): string {
  const { address, serial } = fleet.targetOf(device) ?? readableTarget(fleet, device);
  return JSON.stringify([address.origin, serial]);
}

function ofPlace(reading: Reading | null, place: string): Reading | null {
  return reading?.place === place ? reading : null;
}

function versionIn(text: string | null): Version | null {
  try {
    return text === null ? null : parseVersion(text);
  } catch (error) {
    if (error instanceof InvalidValue) return null;
    throw error;
  }
}
