import { canonicalJson } from '#canonical-json';
import { checkPlan, makePlan, planPart, planRest, timedIn, type Change, type Plan, type PlanInput } from '#differ';
import type { MenuPath } from '#routeros';
import { partOf } from '../apply/attempt-part.ts';
import { propertiesIn, readLiveOn, withNamers, withNames } from '../device/live.ts';
import type { GateFacts } from '../gates/gates.ts';
import { clauseOf } from '../policy/reason-text.ts';
import type { AttemptRecord } from '../records/attempts.ts';
import { armReasons } from './arm-reasons.ts';
import { isBudget } from './gate-facts.ts';
import { identify } from './identify.ts';
import { makeReady } from './make-ready.ts';
import type { PassContext } from './pass-context.ts';
import { pathProofNow } from './path-proof.ts';
import type { Proposal } from './propose-plan.ts';

/** What is left of a split plan, judged on what the router held right before its next part is armed. */
export interface RestOfPlan {
  readonly plan: Plan;
  readonly input: PlanInput;
  /** What the gates are asked with. */
  readonly facts: GateFacts;
}

/**
 * Looks at a router before a later part of a plan is armed as before the first: it is ready, and from what it holds now
 * and what stands by now, exactly the rest of the plan is planned again. The rest is then checked and proven on the
 * rows that were read here; people's word was for the whole plan, so the gates are asked about that.
 * @returns why the part is not armed, as a clause, or the rest.
 */
export async function laterPart(
  before: PassContext,
  { plan, body, input, facts }: Proposal,
  attempt: AttemptRecord,
): Promise<string | RestOfPlan> {
  const { ports, target, session, signal } = before;
  const identity = await identify(ports, target, session, signal);
  if (identity.versionText !== before.identity.versionText)
    return `the router runs RouterOS ${identity.versionText} now, and ran ${before.identity.versionText} before`;
  const pass = { ...before, identity };
  const record = await ports.store.devices.get(target.name);
  const part = partOf(attempt);
  const ready = await makeReady(pass, record, planPart(plan, body.split, part));
  if (!ready.open) return clauseOf(ready.reasons);
  if (ready.value.tier !== attempt.payload.tier) return 'the router can be armed in another way than before';

  const rest = planRest(plan, body.split ?? [], part);
  const declared = Object.keys(input.desired.menus) as MenuPath[];
  const named = (Object.keys(input.live.menus) as MenuPath[]).filter((menu) => !declared.includes(menu));
  const timed = timedIn([input.desired, input.base]);
  const read = await readLiveOn(session, declared, identity.version, timed, signal);
  const known = await withNames(session, read, named, signal);
  const live = await withNamers(session, known, propertiesIn(input.live.namers), identity.version, signal);
  const now = { ...input, base: record?.base ?? null, frozen: record?.frozen ?? [], live };
  if (!sameChanges(makePlan(now).changes, rest.changes))
    return 'the router changed after the last part, and what is left is another plan now';

  const { protectedRows, allowedMenus, rollout } = target;
  const limits = { maxChanges: rollout.maxChanges, maxDeletions: rollout.maxDeletions, protectedRows, allowedMenus };
  const proof = await pathProofNow(pass, rest, now);
  return {
    plan: rest,
    input: now,
    facts: {
      ...facts,
      violations: checkPlan(rest, now, limits).filter((violation) => !isBudget(violation)),
      path: proof.reasons,
      undo: armReasons(plan, body.split, identity),
      approval: { ...facts.approval, risks: proof.risks },
    },
  };
}

function sameChanges(some: readonly Change[], others: readonly Change[]): boolean {
  const [one, other] = [some, others].map((changes) => changes.map((change) => canonicalJson(change)).toSorted());
  return canonicalJson(one) === canonicalJson(other);
}
