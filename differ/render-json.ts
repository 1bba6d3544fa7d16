import { CATALOGUE } from '#routeros';
import { visibleJson } from '#visible';
import type { Catalogue } from './canonical.ts';
import { maskPlan } from './mask.ts';
import type { Plan } from './plan.ts';

/** The plan as indented JSON, secrets masked: for programs that read along, never for a plan id. */
export function renderPlanJson(plan: Plan, catalogue: Catalogue = CATALOGUE): string {
  return `${visibleJson(JSON.stringify(maskPlan(plan, catalogue), null, 2))}\n`;
}
