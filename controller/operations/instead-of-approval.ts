import { isAutomatic } from '../policy/approval.ts';
import { nobodyCould } from '../policy/control-approval.ts';
import type { Outcome } from '../observed/outcome.ts';
import type { DeviceName } from '../ports.ts';
import { REASONS } from '../reasons.ts';
import type { Target } from '../fleet/target.ts';
import type { QueryContext } from './context.ts';
import { isWaiting } from './reports-now.ts';
import type { DeviceView } from './views.ts';

/** What a person can do for a device that waits where no approval helps; null: one does, or it does not wait. */
export async function insteadOfApproval(
  known: QueryContext,
  device: DeviceName,
): Promise<NonNullable<DeviceView['instead']> | null> {
  const outcome = known.fleet.visitOf(device)?.outcome;
  const target = known.fleet.targetOf(device);
  if (outcome === undefined || target === null) return null;
  if (outcome.kind !== 'Waiting' && outcome.kind !== 'RolledBack' && outcome.kind !== 'Stalled') return null;
  if (await mayRetry(known, outcome, target)) return 'retry';
  if (outcome.kind === 'Waiting' && outcome.reasons.length === 0) return null;
  if (known.fleet.sourceStatus() === null) return 'folder';
  return outcome.kind !== 'RolledBack' && nobodyCould(outcome.reasons) ? 'nobody' : null;
}

/** Whether a plan was undone, and nothing but that keeps the policy's own word from counting. */
async function mayRetry({ store }: QueryContext, outcome: Outcome, target: Target): Promise<boolean> {
  const { environment, approvalRules } = target;
  if (outcome.kind === 'RolledBack') {
    const record = await store.plans.get(outcome.planId);
    return record !== null && isAutomatic(record.plan, environment, approvalRules);
  }
  if (!isWaiting(outcome) || outcome.facts.approval.driftOnly) return false;
  const asking = outcome.reasons.filter(({ code }) => REASONS[code].gate === 'approval');
  if (asking.length === 0 || asking.some(({ code }) => code !== 'RolledBack')) return false;
  return isAutomatic(outcome.facts, environment, approvalRules);
}
