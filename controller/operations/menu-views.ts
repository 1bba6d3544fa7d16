import { READABLE } from '#routeros/readable';
import { formatVersion } from '#routeros';
import type { Clock, DeviceName, Instant } from '../ports.ts';
import type { MenuReads } from '../reads/menu-reads.ts';
import type { MenuQuestion } from '../reads/question.ts';
import type { MenuAnswer } from '../reads/page.ts';
import { menusOf, type MenuSummary } from '../reads/readable-menus.ts';

/** What can be read of one device. */
export interface MenusView {
  readonly device: DeviceName;
  /** Of its RouterOS, as far as is known; null: it is not, and menus of all versions are shown. */
  readonly version: string | null;
  readonly menus: readonly MenuSummary[];
}

/** One column of an answer. */
export interface ColumnView {
  readonly name: string;
  readonly type: string;
  /** What its number counts; null: nothing in particular, or it is no number. */
  readonly unit: string | null;
}

/** Rows of one menu, as the router says them: values are text, and what a row does not have is left out. */
export interface MenuView extends Omit<MenuAnswer, 'columns'> {
  readonly device: DeviceName;
  readonly menu: string;
  readonly title: string;
  /** When the answer was given, by the controller's clock. */
  readonly now: Instant;
  readonly columns: readonly ColumnView[];
}

/** The menus that a device of the fleet has for readers. */
export function menusView(reads: MenuReads, device: DeviceName): MenusView {
  const version = reads.versionOf(device);
  return { device, version: version === null ? null : formatVersion(version), menus: menusOf(reads, device) };
}

/** What somebody asks of one menu. Names of columns may be joined by commas. */
export interface AskedMenu extends Omit<MenuQuestion, 'maxAgeSeconds'> {
  readonly device: DeviceName;
  /** Seconds. */
  readonly maxAge?: number | undefined;
}

/** Rows of one menu of a device of the fleet. @throws {Failure} */
export async function menuView(
  { reads, clock }: { readonly reads: MenuReads; readonly clock: Clock },
  { device, maxAge, ...question }: AskedMenu,
): Promise<MenuView> {
  const { menu } = question;
  const columns = question.columns?.flatMap((each) => each.split(',')).filter((name) => name !== '');
  const answer = await reads.read(device, { ...question, columns, maxAgeSeconds: maxAge });
  const known = READABLE.get(menu as `/${string}`);
  return {
    device,
    menu,
    title: known?.title ?? '',
    now: clock.now(),
    ...answer,
    columns: answer.columns.map((name) => {
      const { type = 'text', unit = null } = known?.columns[name] ?? {};
      return { name, type, unit };
    }),
  };
}
