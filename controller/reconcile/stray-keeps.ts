import { Failure } from '#failure';
import { menuOf, type MenuPath } from '#routeros';
import { readKeeps } from '../apply/keeps.ts';
import { ARMED_PREFIX } from '../apply/token.ts';
import { keepsAmong } from '../device/keep-row.ts';
import type { ReadState } from '../device/live.ts';
import type { DeviceRecord } from '../records/devices.ts';
import type { PassContext } from './pass-context.ts';

/**
 * Takes copies of rows off the router that no undo waits for any more: of an attempt that was lost, or left to a person
 * who has removed its scripts. They hold an old secret, and else stand in the way of the next rotation. Asked after the
 * device's open attempt was settled; a copy whose undo still has anything on the router is left alone.
 * @param read what the pass has read; menus that only the base has are asked for besides.
 */
export async function removeStrayKeeps(
  { session, ports, target, signal }: PassContext,
  record: Pick<DeviceRecord, 'base'> | null,
  read: ReadState,
): Promise<void> {
  const once = Object.keys(record?.base?.menus ?? {}) as MenuPath[];
  const unread = once.filter((menu) => read.menus[menu] === undefined && menuOf(menu).copiesSecrets === true);
  const held = await readKeeps(session, unread, signal);
  const found = [...(read.keeps ?? []), ...held.flatMap((row) => keepsAmong(row.menu, [row]))];
  if (found.length === 0) return;
  const scripts = await session.print('/system/script', ['name'], signal);
  const waiting = scripts.map(({ name = '' }) => name).filter((name) => name.startsWith(ARMED_PREFIX));
  for (const { menu, id, owner } of found) {
    if (waiting.some((name) => name.startsWith(`${owner}-`))) continue;
    try {
      await session.remove(menu, id, signal);
      ports.log.info({ device: target.name, menu, owner }, 'stray copy of a row removed');
    } catch (error) {
      // What the router keeps is named before the next change of that menu.
      if (!(error instanceof Failure) || error.effect !== 'none') throw error;
    }
  }
}
