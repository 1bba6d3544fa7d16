import type { PlanId } from '#differ';
import { keysOfPerson, type SignedBy, signerOf, type Signer } from '#signatures';
import type { Inventory } from '../desired/inventory.ts';
import type { Target } from '../fleet/target.ts';
import { askGates } from '../gates/ask-gates.ts';
import { standingFactsOf, type News, type WaitingFacts } from '../gates/between-visits.ts';
import { GATES_BETWEEN_VISITS, latestOpening } from '../gates/gates.ts';
import { whyUselessFor } from '../policy/approval.ts';
import { type HeldConsent, UNCOUNTED, type Uncounted } from '../policy/consent.ts';
import { type ControlAsked, whyUselessForControl } from '../policy/control-approval.ts';
import { reasonText, siteTime } from '../policy/reason-text.ts';
import type { Instant } from '../ports.ts';
import { type GateName, REASONS, type ToldReason } from '../reasons.ts';
import { proofIn } from '../records/proofs.ts';
import { ringOf } from '../trust/authority.ts';
import type { QueryContext } from './context.ts';

/** Why an approval would not count, and what a person can do; commands between backticks. */
export interface Obstacle extends ToldReason {
  readonly next: string;
}

/** In one sentence after the other. */
export function obstacleText({ message, next }: Obstacle): string {
  return `${message} Next: ${next.replaceAll('`', '')}.`;
}

/** Each once, by what it says. */
export function distinct(obstacles: readonly Obstacle[]): readonly Obstacle[] {
  return [...new Map(obstacles.map((each) => [each.message, each])).values()];
}

/** Whose key it is now, with the form in which the roster has it. */
export interface ApprovingKey {
  readonly person: string;
  readonly roles: Signer['roles'];
  readonly by: SignedBy;
}

/** Whose key this is by the roster in force, or why nobody's approval is signed with it. */
export async function approvingKey(
  { store, fleet }: Pick<QueryContext, 'store' | 'fleet'>,
  key: string,
): Promise<ApprovingKey | Obstacle> {
  const found = keyIn(fleet.inventory, key);
  const next = 'sign with a key that counts: `rosctl signers list`; `git config user.signingKey FILE.pub`';
  if (found === null) {
    const message = `It would be signed with ${key}, which nobody in the roster in force has.`;
    return { code: 'UnknownKey', message, next };
  }
  const { person, roles, by } = found;
  if (signerOf(await ringOf(store, fleet.inventory), by) === null)
    return { code: 'KeyRevoked', message: `It would be signed with ${key} of ${person}, which is revoked.`, next };
  if (roles.includes('approver') || roles.includes('policy')) return found;
  const message = `${person} has neither the role approver nor the role policy: the roster gives ${roles.join(', ')}.`;
  return { code: 'NoRole', message, next: 'ask somebody who may: `rosctl signers list`' };
}

/** The key as this roster has it, revoked or not; null: it is nobody's. */
export function keyIn(inventory: Pick<Inventory, 'roster'> | null, key: string): ApprovingKey | null {
  for (const person of inventory?.roster?.document.spec.people ?? [])
    for (const { key: id, ids } of keysOfPerson(person)) {
      const [material] = ids.get(key) ?? [];
      if (material === undefined) continue;
      return { person: person.name, roles: person.roles, by: { key: id, signedWith: key, material } };
    }
  return null;
}

/** A plan as an approval of it would be judged. */
export interface Judged {
  readonly id: PlanId;
  readonly target: Target;
  readonly facts: WaitingFacts;
  /** By the people and the rollouts of when it would count. */
  readonly news: News;
}

/** A turn in a rollout and what is found right before the first write keep no approval from counting. */
const LATER: readonly (GateName | null)[] = ['rollout', 'preflight'];

/** What keeps a plan from being written whoever approves it, until somebody changes something. */
export function hindrances({ id, target, facts, news }: Judged): readonly Obstacle[] {
  const { reasons } = askGates(GATES_BETWEEN_VISITS, standingFactsOf(facts, id, target, news));
  return reasons
    .filter(({ code }) => REASONS[code].clears === 'person' && !LATER.includes(REASONS[code].gate))
    .map((reason) => ({
      code: reason.code,
      message: reasonText(reason),
      next: REASONS[reason.code].next.replaceAll('DEVICE', target.name),
    }));
}

/** Why this person's approval of a device plan would not count; none: it would. `own`: it names this very plan. */
export function obstacles(judged: Judged, key: ApprovingKey, own: boolean): readonly Obstacle[] {
  const { id, target, facts, news } = judged;
  const hindered = hindrances(judged);
  if (hindered.length > 0) return hindered;
  const standing = standingFactsOf(facts, id, target, news);
  const opening = latestOpening(askWindows(judged));
  // What was given may hold no longer when its window opens, and this one may not either.
  const at = opening?.opensAt ?? news.now;
  // By the people who judge it: its key may be another's, or nobody's, once a control plan that waits counts.
  const given = oneMore(key, id, own, news.now);
  const [one = given] = news.held([given]);
  const against = whyUselessFor(one, standing.plan, standing.approval, target.approvalRules, at).map(
    ({ policy, why }) =>
      why === 'Expired' && opening !== null
        ? endsFirst(siteTime(opening.opensAt, opening.timeZone), target.name)
        : uncounted(why, key.person, `policy ${policy}`, target.name),
  );
  // A control plan that waits may ask the same once more.
  return distinct(against);
}

/** Why this person's approval of the control plan would not count; null: it would. */
export function controlObstacle(asked: ControlAsked, id: PlanId, key: ApprovingKey, now: Instant): Obstacle | null {
  const why = whyUselessForControl(oneMore(key, id, true, now), asked, now);
  return why === null ? null : uncounted(why, key.person, 'the control plan asks for the role policy', 'control');
}

function askWindows({ id, target, facts, news }: Judged) {
  const windows = GATES_BETWEEN_VISITS.filter(({ name }) => name === 'window');
  return askGates(windows, standingFactsOf(facts, id, target, news)).reasons;
}

function endsFirst(opens: string, plan: string): Obstacle {
  return {
    code: 'ApprovalEndsFirst',
    message: `It would expire before the maintenance window opens, ${opens}.`,
    next: `approve it when that is near: \`rosctl approve ${plan}\`; or let approvals hold longer: \`expiresAfterHours\``,
  };
}

function uncounted(why: Uncounted, person: string, asking: string, plan: string): Obstacle {
  const { because, next } = UNCOUNTED[why];
  const message = `An approval by ${person} would not count (${asking}): ${because}.`;
  return { code: why, message, next: next.replaceAll('PLAN', plan) };
}

/** The consent that this person would give now, with whom their key belongs to by the roster in force. */
function oneMore({ person, roles, by }: ApprovingKey, approves: PlanId, own: boolean, now: Instant): HeldConsent {
  return {
    id: `sha256:${'0'.repeat(64)}`,
    source: '',
    approves,
    proof: proofIn('', by),
    person,
    // It is seen after now.
    firstSeenAt: now + 1,
    startsAt: now + 1,
    acceptedAt: null,
    withdrawnAt: null,
    own,
    spentBy: null,
    refused: false,
    holder: { person, roles },
  };
}
