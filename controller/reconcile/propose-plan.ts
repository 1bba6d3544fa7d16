import { confirmedRevision } from '../apply/apply-armed.ts';
import { record } from '../events.ts';
import { remember } from '../observed/memory.ts';
import { sameDesired, storedDigestOf } from '../records/digest.ts';
import { nextBase, nonConvergingKeyOf, planIdOf, type Plan, type PlanBody, type PlanId, type PlanInput } from '#differ';
import { askGates } from '../gates/ask-gates.ts';
import { waitingFactsOf } from '../gates/between-visits.ts';
import { GATES, type GateFacts } from '../gates/gates.ts';
import { refusedApprovals } from '../policy/approval.ts';
import { heldBackIn } from '../policy/held-back.ts';
import { secretReasons } from '../policy/own-secrets.ts';
import type { Reason } from '../reasons.ts';
import type { DeviceRecord } from '../records/devices.ts';
import { driftScope } from './drift-scope.ts';
import { gateFacts } from './gate-facts.ts';
import { noteRefusal } from './note-refusal.ts';
import type { Outcome } from '../observed/outcome.ts';
import type { PassContext } from './pass-context.ts';
import { bodyOf } from './plan-body.ts';

/** A plan that every gate but the preflight let through. */
export interface Proposal {
  readonly kind: 'ready';
  readonly id: PlanId;
  readonly plan: Plan;
  readonly body: PlanBody;
  readonly input: PlanInput;
  /** What the gates were asked with, to ask them again right before the first write. */
  readonly facts: GateFacts;
}

/**
 * Records what the plan is now, of drift as much as the policy wants told, and asks the gates that need no write; an empty plan confirms itself. All closed gates
 * tell their reasons.
 */
export async function proposePlan(
  pass: PassContext,
  record: DeviceRecord | null,
  whole: PlanInput,
  needed: Plan,
): Promise<Outcome | Proposal> {
  if (needed.changes.length === 0) return await confirmEmpty(pass, record, whole, needed);
  const { ports, target } = pass;
  const { store, clock } = ports;
  const { input, plan, driftOnly } = await driftScope(pass, record, whole, needed);
  if (plan.changes.length === 0) {
    await store.plans.clear(target.name, clock.now());
    return inSync(record, plan);
  }
  const leaks = secretReasons(plan, ports.ownSecrets);
  if (leaks.length > 0) return await refuseLeak(pass, leaks);
  const body = bodyOf(pass, plan, record);
  const id = planIdOf(body);
  const { name: device, revision } = target;
  const plannedAt = await store.plans.propose({ id, device, revision, body, plan, createdAt: clock.now() });

  const facts = await gateFacts(pass, record, { id, plan, body, input, plannedAt, driftOnly });
  const { approval } = facts;
  const refused = refusedApprovals(plan, approval, target.approvalRules);
  ports.mustLead();
  if (refused.length > 0) await store.approvals.refuse(ports.fleetSource, id, device, refused, clock.now());
  const asked = askGates(ports.gates ?? GATES, facts);
  const missing = asked.of('approval');
  if (missing.length > 0) await noteRefusal(pass, id, approval.consents, missing);
  if (asked.reasons.length === 0) return { kind: 'ready', id, plan, body, input, facts };
  const ready = asked.approval === null ? null : { approvedAt: asked.approval.approvedAt };
  return { kind: 'Waiting', planId: id, reasons: asked.reasons, ready, facts: waitingFactsOf(facts) };
}

/** Nothing of the plan is stored, and none that was before waits for an approval. */
async function refuseLeak({ ports, target }: PassContext, reasons: readonly Reason[]): Promise<Outcome> {
  await ports.store.plans.clear(target.name, ports.clock.now());
  return { kind: 'Stalled', reasons };
}

/**
 * Live is what is desired, but for rows that are held back: it becomes the base (`nextBase`) without anybody's approval, and nothing is stored when it
 * is that already.
 */
async function confirmEmpty(
  pass: PassContext,
  stored: DeviceRecord | null,
  input: PlanInput,
  plan: Plan,
): Promise<Outcome> {
  const { ports, target } = pass;
  const base = nextBase(input.desired, plan, input.base);
  const known = stored !== null && stored.base !== null && sameDesired(stored.base, base);
  if (!known) {
    const at = ports.clock.now();
    await ports.store.transaction(async (records) => {
      ports.mustLead();
      const revision = confirmedRevision(plan, stored?.baseRevision ?? null, target.revision);
      await records.devices.setBase(target.name, base, revision, at);
      const detail = { revision: target.revision, reason: 'live is what is desired' };
      await record(records, { action: 'base.set', device: target.name, detail }, { actor: 'controller', at });
    });
  }
  const digest = known && base === input.desired && stored.base !== null ? storedDigestOf(stored.base) : null;
  if (digest !== null) remember(ports.memory, target.name, { confirmed: { digest, base } });
  await ports.store.plans.clear(target.name, ports.clock.now());
  return inSync(stored, plan);
}

/** Fields that do not converge are told as they were: what was written and what read back. Rows that are held back: why. */
function inSync(record: DeviceRecord | null, plan: Plan): Outcome {
  const keys = new Set(plan.frozen.map(nonConvergingKeyOf));
  return {
    kind: 'InSync',
    extras: plan.extras.length,
    ...heldBackIn(plan),
    frozen: (record?.frozen ?? []).filter((field) => keys.has(nonConvergingKeyOf(field))),
  };
}
