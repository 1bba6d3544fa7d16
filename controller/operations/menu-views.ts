import { READABLE } from '#routeros/readable';
import { formatVersion } from '#routeros';
import type { DeviceName, Instant } from '../ports.ts';
import type { MenuReads } from '../reads/menu-reads.ts';
import type { MenuAnswer } from '../reads/page.ts';
import { menusOf, type MenuSummary } from '../reads/readable-menus.ts';
import type { OperationContext } from './context.ts';
import type { CheckedInput } from './table.ts';

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

/** Rows of one menu of a device of the fleet. @throws {Failure} */
export async function menuView(
  { reads, clock }: Pick<OperationContext, 'reads' | 'clock'>,
  { device, menu, columns, where, maxAge, limit, cursor }: CheckedInput<'menu'>,
): Promise<MenuView> {
  const names = columns?.flatMap((each) => each.split(',')).filter((name) => name !== '');
  const asked = { menu, columns: names, where, maxAgeSeconds: maxAge, limit, cursor };
  const answer = await reads.read(device, asked);
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
