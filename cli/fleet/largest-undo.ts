import { type Inventory, removalUndoSize, targetOf, type UndoSize } from '#controller';
import type { DesiredState } from '#differ';

/**
 * The device that declares most rows in lists, with the undo of a plan that removes them all; null: that is no more
 * than one script.
 */
export function largestUndoIn(inventory: Inventory, revision: string): (UndoSize & { readonly device: string }) | null {
  let most: { readonly device: string; readonly desired: DesiredState; readonly rows: number } | null = null;
  for (const device of inventory.devices.keys()) {
    const desired = targetOf(inventory, device, 'folder:', revision)?.desired;
    const rows = desired === undefined ? 0 : rowsIn(desired);
    if (desired !== undefined && rows > (most?.rows ?? 0)) most = { device, desired, rows };
  }
  if (most === null || most.rows < FEW_ROWS) return null;
  const size = removalUndoSize(most.desired);
  return size.parts === 0 ? null : { device: most.device, ...size };
}

/** Nobody asks how large the undo of so few is. */
const FEW_ROWS = 500;

function rowsIn({ menus }: DesiredState): number {
  return Object.values(menus).reduce((sum, menu) => sum + (menu.shape === 'list' ? menu.rows.length : 0), 0);
}
