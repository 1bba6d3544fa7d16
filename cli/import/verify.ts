import { type LocatedInventory, targetOf } from '#controller';
import { type DesiredMenu, type DesiredState, makePlan } from '#differ';
import { renderPlanText } from '#differ/render';
import { menuOf, type MenuPath } from '#routeros';
import type { ReadDevice } from './read-device.ts';

/** What the files of a fleet would change on a device, planned against what was read. */
export interface Verified {
  readonly device: string;
  /** How many changes and rows that are held back; 0: the files say what the router holds. */
  readonly differences: number;
  /** The plan in words; null without differences. */
  readonly text: string | null;
  /** Menus that the files declare and that were not read. */
  readonly notRead: readonly MenuPath[];
}

/**
 * Declared rows without their secrets: what is bound under a name nobody knows here, so none is compared. A controller
 * does so once they are bound.
 */
function withoutSecrets(path: MenuPath, declared: DesiredMenu): DesiredMenu {
  if (declared.shape === 'settings') return declared;
  const { fields: known } = menuOf(path);
  const rows = declared.rows.map((row) => {
    const told = Object.entries(row.fields).filter(([name]) => known[name]?.secret !== true);
    return { ...row, fields: Object.fromEntries(told) };
  });
  return { ...declared, rows };
}

/** What is left of a row without its secrets is compared like any other. */
const UNTOLD = { because: null, unbound: {} } as const;

/** Plans a device from the files alone against what was read of it; null: the fleet does not have it. */
export function verify(inventory: LocatedInventory, { name, live }: ReadDevice): Verified | null {
  const target = targetOf(inventory, name, 'import', '');
  if (target === null) return null;
  const declared = Object.entries(target.desired.menus) as [MenuPath, DesiredState['menus'][MenuPath]][];
  const known = declared.flatMap(([menu, said]) =>
    live.menus[menu] === undefined || said === undefined ? [] : [[menu, withoutSecrets(menu, said)] as const],
  );
  const notRead = declared.filter(([menu]) => live.menus[menu] === undefined).map(([menu]) => menu);
  const plan = makePlan({ desired: { menus: Object.fromEntries(known) }, base: null, live, secrets: UNTOLD });
  const differences = plan.changes.length + (plan.heldBack?.length ?? 0) + notRead.length;
  return {
    device: name,
    differences,
    text: differences === 0 ? null : renderPlanText(plan),
    notRead,
  };
}
