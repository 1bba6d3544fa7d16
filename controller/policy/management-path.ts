import type { Catalogue, LiveState, Plan } from '#differ';
import { CATALOGUE, type MenuPath, type PathEffect, readRange } from '#routeros';
import { gateOf, type Gate } from './gate.ts';
import type { Reason } from '../reasons.ts';
import { ADDRESS_MODEL, ADDRESSES } from './address-changes.ts';
import { DHCP_MODEL } from './dhcp-path.ts';
import { LINK_MODEL } from './link-changes.ts';
import { LIST_MODEL } from './list-changes.ts';
import { MEMBERSHIP_MODEL } from './membership-changes.ts';
import type { ManagementPath } from './management-facts.ts';
import { pathEffectsOf } from './path-effects.ts';
import type { PathModel } from './path-model.ts';
import { WIFI_MODEL } from './wifi-path.ts';

/**
 * Whether the plan can matter to the path: only then the facts are read. A row of addresses may be ours, whatever
 * changes in it.
 */
export function mayCutPath(plan: Plan, catalogue: Catalogue = CATALOGUE): boolean {
  const effects = pathEffectsOf(plan.changes, catalogue);
  return effects.has(ADDRESSES) || [...effects.values()].some((some) => [...some].some((effect) => effect !== 'none'));
}

/** Every model, in the order in which reasons are told. */
const PATH_MODELS: readonly PathModel[] = [
  ADDRESS_MODEL,
  LIST_MODEL,
  LINK_MODEL,
  MEMBERSHIP_MODEL,
  DHCP_MODEL,
  WIFI_MODEL,
];

/** The menus that the models which have to judge this plan need besides what is always read. */
export function readsOf(plan: Plan, catalogue: Catalogue = CATALOGUE): readonly MenuPath[] {
  const concerned = PATH_MODELS.filter((model) => model.concerns(plan, catalogue));
  return [...new Set(concerned.flatMap(({ reads }) => reads))];
}

/** Every menu that any of them needs. */
export function readsOfAll(): readonly MenuPath[] {
  return [...new Set(PATH_MODELS.flatMap(({ reads }) => reads))];
}

/**
 * Opens when no state on the way, in the order of the changes, cuts the controller's own path, from whichever of its
 * possible addresses it comes. What can't be modelled is refused. `live` holds the menus that the plan touches.
 */
export function proveManagementPath(
  plan: Plan,
  live: LiveState,
  path: ManagementPath,
  catalogue: Catalogue = CATALOGUE,
): Gate {
  const foreign = notModelled(pathEffectsOf(plan.changes, catalogue), catalogue);
  const isRisky = PATH_MODELS.some((model) => model.concerns(plan, catalogue));
  const unknown = isRisky ? unknownReasons(path) : [];
  if (unknown.length > 0) return gateOf([...foreign, ...unknown]);
  const input = { plan, live, path, catalogue };
  return gateOf(onceEach([...foreign, ...PATH_MODELS.flatMap((model) => model.reasons(input))]));
}

function onceEach(reasons: readonly Reason[]): readonly Reason[] {
  return [...new Map(reasons.map((reason) => [JSON.stringify(reason), reason])).values()];
}

/** One reason for each menu whose changes no model takes. */
function notModelled(found: ReadonlyMap<MenuPath, ReadonlySet<PathEffect>>, catalogue: Catalogue): readonly Reason[] {
  return [...found]
    .filter(([menu, effects]) => [...effects].some((effect) => !isModelled(effect, menu, catalogue)))
    .map(([menu]) => ({
      code: 'PathNotModelled',
      message: `What changes in ${menu} do to the way to the controller is not modelled, so they cannot be proven harmless.`,
    }));
}

/** Whether it is known what such an effect of changes in this menu does to the path. */
function isModelled(effect: PathEffect, menu: MenuPath, catalogue: Catalogue): boolean {
  // Names cut nothing at once: such plans are of high risk instead (`pathRisks`).
  if (effect === 'none' || effect === 'names') return true;
  return PATH_MODELS.some((model) => model.judges(effect, menu, catalogue));
}

function unknownReasons(path: ManagementPath): readonly Reason[] {
  const reasons: Reason[] = [];
  if (path.controllers.length === 0) {
    reasons.push({
      code: 'PathUnknown',
      message:
        'The router does not tell from which address the controller reaches it, so this cannot be proven harmless.',
    });
  }
  for (const controller of path.controllers.filter((address) => readRange(address) === undefined)) {
    reasons.push({
      code: 'PathNotModelled',
      message: `The controller comes from ${controller}, which is not an IPv4 address: for such a path nothing can be proven harmless.`,
    });
  }
  for (const menu of path.unread) {
    reasons.push({
      code: 'PathUnknown',
      message: `The controller's user may not read ${menu}, on which the way back can depend. Give its group the policy "read".`,
    });
  }
  return reasons;
}
