import { makePlan, planIdOf } from '#differ';
import { applyArmed, type LookAgain } from '../apply/apply-armed.ts';
import type { Objection } from '../apply/apply-context.ts';
import { partOf } from '../apply/attempt-part.ts';
import { runningInterfaces } from '../device/checks.ts';
import { readAgain } from '../device/live.ts';
import { askGates } from '../gates/ask-gates.ts';
import { waitingFactsOf } from '../gates/between-visits.ts';
import { type GateFacts, GATES } from '../gates/gates.ts';
import type { Instant } from '../ports.ts';
import type { Reason } from '../reasons.ts';
import type { SpentApproval } from '../records/approvals.ts';
import type { AttemptRecord } from '../records/attempts.ts';
import type { DeviceRecord } from '../records/devices.ts';
import { lastAttemptFor } from '../records/last-attempt.ts';
import type { Records } from '../records/store.ts';
import { clauseOf } from '../policy/reason-text.ts';
import { reasonsAlone } from '../policy/told-alone.ts';
import { endingOf } from './ending.ts';
import { gateFactsAgain } from './gate-facts.ts';
import { objectionOf } from './objection.ts';
import { openAttempt, type Opening } from './open-attempt.ts';
import type { Outcome } from '../observed/outcome.ts';
import { laterPart, type RestOfPlan } from './later-part.ts';
import { makeReady } from './make-ready.ts';
import { workOf, type PassContext } from './pass-context.ts';
import { provePathAgain } from './path-proof.ts';
import { bodyOf } from './plan-body.ts';
import type { Proposal } from './propose-plan.ts';

/**
 * Preflight, a fresh read that must give the very same plan id, then the armed apply; every gate is asked again in
 * between. Each later part of a split plan goes through the same on rows of its own (`laterPart`).
 */
export async function applyPlan(pass: PassContext, record: DeviceRecord | null, proposal: Proposal): Promise<Outcome> {
  const { ports, target, session, signal } = pass;
  const ready = await makeReady(pass, record, proposal.plan);
  if (!ready.open) return waitingFor(proposal, ready.reasons, ready.reasons);

  const live = await readAgain(session, proposal.input, pass.identity.version, signal);
  const plan = makePlan({ ...proposal.input, live });
  if (planIdOf(bodyOf(pass, plan, record)) !== proposal.id)
    return { kind: 'Closed', planId: proposal.id, reason: 'the router changed after it was planned' };

  const interfaces = await runningInterfaces(session, signal);
  let lastAttempt: AttemptRecord | null = null;
  let used: readonly SpentApproval[] = [];
  const again = (facts: GateFacts, mine: AttemptRecord | null, records: Records, at: Instant): Promise<GateFacts> =>
    gateFactsAgain(pass, facts, { lastAttempt, mine }, records, at);
  const gates = ports.gates ?? GATES;

  return await ports.changing.during(target.name, async () => {
    const attempt = await openAttempt(
      pass,
      openingOf(record, proposal),
      ready.value,
      interfaces,
      async (records, at) => {
        lastAttempt = await lastAttemptFor(records.attempts, target.name, proposal.id, proposal.input.desired);
        const facts = await again(proposal.facts, null, records, at);
        const { reasons, approval } = askGates(gates, facts);
        const { rollout } = facts;
        if (reasons.length > 0 || approval === null || rollout === null) return waitingFor(proposal, reasons, []);
        used = approval.used;
        return { ...approval, rollout: rollout.id };
      },
    );
    if ('kind' in attempt) return attempt;
    const objection = (facts: GateFacts): Objection =>
      objectionOf(pass, async (records, at) => {
        const { reasons } = askGates(gates, await again(facts, attempt, records, at));
        return reasons.length === 0 ? null : clauseOf(reasonsAlone(reasons));
      });
    const lookAgainAt =
      ({ plan: judged, input, facts }: RestOfPlan): LookAgain =>
      async () => {
        const proof = await provePathAgain(pass, judged, input, used);
        const { approval, ...rest } = facts;
        return objection(
          proof === null ? facts : { ...rest, path: proof.reasons, approval: { ...approval, risks: proof.risks } },
        );
      };
    const clear = async (current: AttemptRecord): Promise<string | LookAgain> => {
      if (partOf(current) === 0)
        return lookAgainAt({ plan, input: { ...proposal.input, live }, facts: proposal.facts });
      const rest = await laterPart(pass, proposal, current);
      if (typeof rest === 'string') return rest;
      const against = await ports.store.transaction((records) => objection(rest.facts)(records, ports.clock.now()));
      return against ?? lookAgainAt(rest);
    };
    return endingOf(attempt, await applyArmed(workOf(pass), attempt, clear, signal));
  });
}

function openingOf(record: DeviceRecord | null, { id, plan, body, input }: Proposal): Opening {
  const before = { base: input.base, revision: record?.baseRevision ?? null };
  return { purpose: 'apply', id, plan, body, desired: input.desired, live: input.live, before };
}

function waitingFor({ id, facts }: Proposal, reasons: readonly Reason[], found: readonly Reason[]): Outcome {
  return { kind: 'Waiting', planId: id, reasons, ready: null, facts: waitingFactsOf(facts, found) };
}
