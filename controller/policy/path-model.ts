import type { Catalogue, LiveState, Plan } from '#differ';
import type { MenuPath, PathEffect } from '#routeros';
import type { Reason } from '../reasons.ts';
import type { ManagementPath } from './management-facts.ts';

/** What the proof of the management path rests on. `live` holds the menus that the plan touches. */
export interface PathInput {
  readonly plan: Plan;
  readonly live: LiveState;
  readonly path: ManagementPath;
  readonly catalogue: Catalogue;
}

/** What some kinds of changes do to the controller's own way to the router. A pure function of plan, live and path. */
export interface PathModel {
  /** Menus of the router that it needs besides `ManagementPath`. They are read for plans that it has to judge. */
  readonly reads: readonly MenuPath[];
  /** Whether it knows what such an effect of changes in this menu does. */
  judges(effect: PathEffect, menu: MenuPath, catalogue: Catalogue): boolean;
  /** Whether the plan holds anything that it has to judge, so that nothing is proven while the way is not known. */
  concerns(plan: Plan, catalogue: Catalogue): boolean;
  /**
   * Why a state on the way, in the order of the changes, could cut the path; each reason with the chain of rows that
   * proves it. Asked for every plan, with controllers that are IPv4 addresses wherever it `concerns` the model.
   */
  reasons(input: PathInput): readonly Reason[];
}
