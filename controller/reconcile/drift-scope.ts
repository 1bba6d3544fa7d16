import { makePlan, planIdOf, type Plan, type PlanInput } from '#differ';
import { type MenuPath, sectionOfMenu } from '#routeros';
import { isAutomatic } from '../policy/approval.ts';
import { driftScopeOf } from '../policy/drift-rules.ts';
import type { DeviceRecord } from '../records/devices.ts';
import { isDriftOnly, type Planning } from './gate-facts.ts';
import { bodyOf } from './plan-body.ts';

/** What is proposed of what a device would need. */
export interface Scoped {
  readonly input: PlanInput;
  readonly plan: Plan;
  /** Nothing is desired that is not confirmed already. */
  readonly driftOnly: boolean;
}

/**
 * What is desired and not confirmed is planned with all that differs. Drift by itself is planned as the policy says of
 * its sections: what is ignored is left, and what is corrected by the policy's own word goes first, so that it waits
 * for nobody; once that was tried and did not stay it waits with the rest.
 */
export async function driftScope(
  pass: Planning,
  record: DeviceRecord | null,
  input: PlanInput,
  plan: Plan,
): Promise<Scoped> {
  const driftOnly = isDriftOnly(record, input, plan);
  if (!driftOnly || plan.changes.length === 0) return { input, plan, driftOnly };
  const corrected = await correctedAlone(pass, record, input, plan);
  if (corrected !== null) return { ...corrected, driftOnly };
  const { drift } = pass.target.rollout;
  const ignored = menusOf(plan).filter((menu) => driftScopeOf(drift, menu).mode === 'ignore');
  return { ...leaving(ignored, input, plan), driftOnly };
}

/** Null: nothing is corrected by itself, or nothing else drifted. */
async function correctedAlone(
  pass: Planning,
  record: DeviceRecord | null,
  input: PlanInput,
  plan: Plan,
): Promise<Pick<Scoped, 'input' | 'plan'> | null> {
  const { store } = pass.ports;
  const { name, environment, approvalRules } = pass.target;
  const others = notCorrected(pass, plan);
  if (others.length === 0 || others.length === menusOf(plan).length) return null;
  const alone = leaving(others, input, plan);
  if (alone.plan.changes.length === 0 || !isAutomatic(alone.plan, environment, approvalRules)) return null;
  const last = await store.attempts.lastOf(name, planIdOf(bodyOf(pass, alone.plan, record)));
  return last?.end === 'undone' || last?.end === 'stalled' ? null : alone;
}

/** Menus of sections that the policy does not correct, or not in this way. */
function notCorrected({ target }: Planning, plan: Plan): readonly MenuPath[] {
  const { drift } = target.rollout;
  const deleting = new Set(plan.changes.filter(({ kind }) => kind === 'remove').map(({ menu }) => sectionOfMenu(menu)));
  return menusOf(plan).filter((menu) => {
    const { mode, deletions } = driftScopeOf(drift, menu);
    return mode !== 'correct' || (deletions === 'refuse' && deleting.has(sectionOfMenu(menu)));
  });
}

function leaving(menus: readonly MenuPath[], input: PlanInput, plan: Plan): Pick<Scoped, 'input' | 'plan'> {
  if (menus.length === 0) return { input, plan };
  const without = { ...input, leave: menus };
  return { input: without, plan: makePlan(without) };
}

function menusOf({ changes }: Plan): readonly MenuPath[] {
  return [...new Set(changes.map(({ menu }) => menu))];
}
