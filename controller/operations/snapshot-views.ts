import { Failure } from '#failure';
import { type MenuPath, parseVersion, type Row } from '#routeros';
import { READABLE } from '#routeros/readable';
import type { DeviceName, Instant } from '../ports.ts';
import type { CaptureRecord, MenuState, UnreadMenu } from '../records/captures.ts';
import { diffRows, isSame, type MenuDiff } from '../watch/diff-rows.ts';
import { readableMenu } from '../reads/question.ts';
import type { OfflineContext } from './context.ts';
import { mustKnow } from './known-device.ts';
import { momentIn } from './when.ts';

/** The captures of a device, newest first. */
export interface SnapshotsView {
  readonly now: Instant;
  readonly device: DeviceName;
  readonly timeZone: string | null;
  readonly captures: readonly CaptureRecord[];
}

/** What a menu held at an instant, as far as it was seen. */
export interface MenuHeld {
  readonly menu: MenuPath;
  readonly title: string;
  /** The same wherever the same is configured. */
  readonly digest: string;
  /** The capture that found it so first, and the last one up to the instant that read the menu. */
  readonly since: Instant;
  readonly seenAt: Instant;
  readonly rowCount: number;
  /** Only of a menu that was asked for. */
  readonly rows?: readonly Row[];
}

/** What a device held at an instant: what the last capture before found. */
export interface SnapshotView {
  readonly now: Instant;
  readonly device: DeviceName;
  readonly timeZone: string | null;
  readonly at: Instant;
  readonly capture: CaptureRecord;
  readonly menus: readonly MenuHeld[];
}

/** What differs between two instants. */
export interface SnapshotDiffView {
  readonly now: Instant;
  readonly device: DeviceName;
  readonly timeZone: string | null;
  /** The captures that count for the two instants. */
  readonly from: CaptureRecord;
  readonly to: CaptureRecord;
  readonly menus: readonly MenuDiff[];
  /** Menus that one of the two could not read: they are compared as they were last seen, or (never read) not at all. */
  readonly unread: readonly UnreadMenu[];
}

/** Moments as `WHEN` spells them; without a menu all of them. */
interface Asked {
  readonly device: DeviceName;
  readonly menu?: string | undefined;
}

type Known = Pick<OfflineContext, 'store' | 'fleet' | 'clock'>;

/** Whoever asks may have a clock that is ahead. */
const CLOCKS_DIFFER_MS = 60_000;
/** So far back it is looked when a menu was last read. */
const LOOKED_THROUGH = 400;

/** The captures of a device, newest first. @throws {Failure} `NotFound`, `NoRevision` */
export async function snapshotsView(
  known: Known,
  { device, limit }: { readonly device: DeviceName; readonly limit: number },
): Promise<SnapshotsView> {
  const captures = await known.store.captures.list(device, limit);
  if (captures.length === 0) await mustKnow(known, device);
  return { ...headOf(known, device), captures };
}

/** What a device held at an instant. @throws {Failure} `NotFound` where nothing is known of it, `NoRevision` */
export async function snapshotView(
  known: Known,
  { device, at: asked, menu }: Asked & { readonly at?: string | undefined },
): Promise<SnapshotView> {
  const head = headOf(known, device);
  const at = asked === undefined ? head.now : past(momentIn(asked, head.now), head.now, 'at');
  const capture = await captureBefore(known, device, at);
  const states = only(await known.store.captures.statesAt(device, capture.at), menu);
  const contents = await known.store.captures.contents(states.map(({ digest }) => digest));
  const seenAt = await seenAtOf(known, device, capture);
  const menus = states.map((state): MenuHeld => {
    const rows = contents.get(state.digest) ?? [];
    return {
      menu: state.menu,
      title: titleOf(state.menu),
      digest: state.digest,
      since: state.from,
      seenAt: seenAt(state.menu) ?? state.from,
      rowCount: rows.length,
      ...(menu === undefined ? {} : { rows }),
    };
  });
  return { ...head, at, capture, menus };
}

/** What differs between two instants. @throws {Failure} `NotFound`, `NoRevision`, `BadRequest` */
export async function snapshotDiffView(
  known: Known,
  { device, from, to: until, menu }: Asked & { readonly from: string; readonly to?: string | undefined },
): Promise<SnapshotDiffView> {
  const head = headOf(known, device);
  const begin = past(momentIn(from, head.now), head.now, 'from');
  const end = until === undefined ? head.now : past(momentIn(until, head.now), head.now, 'to');
  if (begin > end) throw new Failure('BadRequest', 'from must be earlier than to.', { field: 'from' });
  const earlier = await captureBefore(known, device, begin);
  const later = await captureBefore(known, device, end);
  const before = byMenu(only(await known.store.captures.statesAt(device, earlier.at), menu));
  const after = byMenu(only(await known.store.captures.statesAt(device, later.at), menu));
  const neverRead = new Set(earlier.unread.map((each) => each.menu).filter((each) => !before.has(each)));
  const paths = [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path)?.digest !== after.get(path)?.digest && !neverRead.has(path))
    .toSorted();
  const digests = paths.flatMap((path) => [before.get(path)?.digest ?? [], after.get(path)?.digest ?? []].flat());
  const contents = await known.store.captures.contents(digests);
  const rowsOf = (state: MenuState | undefined): readonly Row[] | null =>
    state === undefined ? null : (contents.get(state.digest) ?? []);
  const menus = paths.flatMap(
    (path) => menuDiffOf(path, later.version, rowsOf(before.get(path)), rowsOf(after.get(path))) ?? [],
  );
  const unread = new Map([...earlier.unread, ...later.unread].map((each) => [each.menu, each]));
  return {
    ...head,
    from: earlier,
    to: later,
    menus,
    unread: [...unread.values()].filter((each) => menu === undefined || each.menu === menu),
  };
}

/** Nobody knows yet what stands then, and an answer as of then would look as if somebody did. */
function past(at: Instant, now: Instant, field: string): Instant {
  if (at <= now + CLOCKS_DIFFER_MS) return at;
  throw new Failure('BadRequest', `${field} must not lie in the future.`, { field });
}

function menuDiffOf(
  menu: MenuPath,
  version: string,
  before: readonly Row[] | null,
  after: readonly Row[] | null,
): MenuDiff | null {
  const readable = READABLE.get(menu);
  // A release that does not read the menu any more has nothing to compare it by.
  if (readable === undefined) return null;
  const diff = diffRows(readable, parseVersion(version), before ?? [], after ?? []);
  const kind = before === null ? 'appeared' : after === null ? 'gone' : 'changed';
  if (kind === 'changed' && isSame(diff)) return null;
  return { menu, title: readable.title, kind, ...diff };
}

function headOf({ clock, fleet }: Known, device: DeviceName): Pick<SnapshotsView, 'now' | 'device' | 'timeZone'> {
  return { now: clock.now(), device, timeZone: fleet?.specOf(device)?.timeZone ?? null };
}

async function captureBefore(known: Known, device: DeviceName, at: Instant): Promise<CaptureRecord> {
  const [capture] = await known.store.captures.list(device, 1, at);
  if (capture !== undefined) return capture;
  await mustKnow(known, device);
  const when = new Date(at).toISOString();
  throw new Failure(
    'NotFound',
    `There is no snapshot of ${JSON.stringify(device)} of ${when} or before: ${await oldestOf(known, device)}.`,
  );
}

/** More than there are in two years, of which many were asked for. */
const ALL_CAPTURES = 10_000;

async function oldestOf({ store }: Known, device: DeviceName): Promise<string> {
  const oldest = (await store.captures.list(device, ALL_CAPTURES)).at(-1);
  return oldest === undefined ? 'none was taken yet' : `the oldest is of ${new Date(oldest.at).toISOString()}`;
}

/** When each menu was read last, up to that capture; null: not as far as is known. */
async function seenAtOf(
  { store }: Known,
  device: DeviceName,
  capture: CaptureRecord,
): Promise<(menu: MenuPath) => Instant | null> {
  const captures =
    capture.unread.length === 0 ? [capture] : await store.captures.list(device, LOOKED_THROUGH, capture.at);
  return (menu) => captures.find(({ unread }) => unread.every((each) => each.menu !== menu))?.at ?? null;
}

/** @throws {Failure} `NotFound` for a menu that no capture reads; what an older release captured is shown. */
function only(states: readonly MenuState[], menu: string | undefined): readonly MenuState[] {
  if (menu === undefined) return states;
  const found = states.filter((state) => state.menu === menu);
  if (found.length === 0) readableMenu(menu);
  return found;
}

function byMenu(states: readonly MenuState[]): ReadonlyMap<MenuPath, MenuState> {
  return new Map(states.map((state) => [state.menu, state]));
}

function titleOf(menu: MenuPath): string {
  return READABLE.get(menu)?.title ?? menu;
}
