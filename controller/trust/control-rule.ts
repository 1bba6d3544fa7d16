import type { ApprovalPolicy } from '#schemas';
import type { Declared, Inventory } from '../desired/inventory.ts';
import { selects } from '../desired/selector.ts';
import { APPROVAL_HOURS } from '../policy/consent.ts';
import type { ControlRule } from '../policy/control-approval.ts';
import type { ControlPlan } from './control-plan.ts';

interface Asked {
  readonly policy: Declared<ApprovalPolicy>;
  /** Every device that it was matched for is in the lab. */
  readonly lab: boolean;
}

/**
 * What must be asked for a control plan: of every ApprovalPolicy that means a device it changes, before or after, the
 * stricter. A change of the roster or of a policy concerns them all.
 */
export function controlRuleOf(plan: ControlPlan, before: Inventory, after: Inventory): ControlRule {
  const global = plan.body.changes.some(({ kind }) => kind !== 'RouterDevice');
  const asked = [before, after].flatMap((inventory) => [
    ...(global ? inventory.approvalPolicies.map((policy) => ({ policy, lab: isLabOnly(policy) })) : []),
    ...plan.devices.flatMap((device) => askedFor(inventory, device)),
  ]);
  const byPeople = asked.filter(({ policy }) => policy.document.spec.auto !== true);
  return {
    required: Math.max(1, ...byPeople.map(({ policy }) => policy.document.spec.required ?? 1)),
    excludeAuthors:
      byPeople.some(({ policy, lab }) => policy.document.spec.excludeAuthors ?? !lab) ||
      [before, after].some((inventory) => plan.devices.some((device) => isUnasked(inventory, device))),
    expiresAfterHours: Math.min(
      APPROVAL_HOURS,
      ...byPeople.map(({ policy }) => policy.document.spec.expiresAfterHours ?? APPROVAL_HOURS),
    ),
  };
}

function askedFor(inventory: Inventory, name: string): readonly Asked[] {
  const device = inventory.devices.get(name);
  if (device === undefined) return [];
  const lab = device.document.spec.environment === 'lab';
  return inventory.approvalPolicies
    .filter(({ document }) => selects(document.spec.selector, device.document))
    .map((policy) => ({ policy, lab }));
}

/** Outside the lab and without a policy: what holds where nobody says otherwise. */
function isUnasked(inventory: Inventory, device: string): boolean {
  const environment = inventory.devices.get(device)?.document.spec.environment ?? 'lab';
  return environment !== 'lab' && askedFor(inventory, device).length === 0;
}

function isLabOnly({ document }: Declared<ApprovalPolicy>): boolean {
  return document.spec.selector.matchLabels?.['environment'] === 'lab';
}
