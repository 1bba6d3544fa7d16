import type { Instant } from '../ports.ts';
import type { AttemptRecord } from '../records/attempts.ts';
import type { RolloutMember, RolloutMemberState } from '../records/rollouts.ts';

/**
 * What the newest visit says of a member's plan. `ready`: nothing but its turn is missing. `held`: a freeze or a
 * closed window is in its way, which
 * passes by itself. `refused`: another gate is closed. `moved`: the device has another plan now, or none. `silent`: it
 * did not answer, so many
 * `times` in a row. `stalled`: a person must look at it. `gone`: it left the fleet, so nobody visits it any more.
 */
export type MemberVisit =
  | { readonly kind: 'ready'; readonly at: Instant }
  | { readonly kind: 'held' | 'refused' | 'moved' | 'stalled'; readonly at: Instant; readonly reason: string }
  | { readonly kind: 'gone'; readonly reason: string }
  | { readonly kind: 'unreachable'; readonly at: Instant; readonly times: number; readonly reason: string };

/** What decides of an attempt. `confirmBy`: the device has undone it by then unless it was confirmed. */
export interface MemberAttempt extends Pick<AttemptRecord, 'end' | 'endReason' | 'openedAt'> {
  readonly confirmBy: Instant;
}

/** What is known of one member. */
export interface MemberNews {
  /**
   * The newest attempt of the plan since the rollout was opened; of an `undoing` member the newest rollback since it
   * is that.
   */
  readonly attempt: MemberAttempt | null;
  /** Null: not visited yet in this life of the controller. */
  readonly visit: MemberVisit | null;
}

/** One request that fails says little; a second visit that ends so is believed. */
const UNREACHABLE_TIMES = 2;

/** So long after the device has undone its change by itself a controller may still be on its way to see it. */
const MARGIN_MS = 60_000;

/**
 * A device that refuses a change when it is its turn, because somebody holds safe mode for instance, would do so again
 * at once.
 */
const TRY_AGAIN_MS = 300_000;

/** Whether the device does not answer, as far as that can be believed. */
export function isUnreachable(visit: MemberVisit | null): visit is Extract<MemberVisit, { kind: 'unreachable' }> {
  return visit?.kind === 'unreachable' && visit.times >= UNREACHABLE_TIMES;
}

/** Whether the member may be released: its newest visit found every gate open but that of the rollout. */
export function isReady(news: MemberNews): boolean {
  return news.visit?.kind === 'ready';
}

/**
 * Whether the member's change is under way: its attempt has begun, and once its first write is on record nothing but
 * its end can stop it.
 */
export function isUnderWay({ attempt }: MemberNews): boolean {
  return attempt !== null && attempt.end === null;
}

/** Where a member stands after what became known of it; the very same object when that is where it stood. */
export function memberAfter(member: RolloutMember, news: MemberNews, now: Instant): RolloutMember {
  switch (member.state) {
    case 'pending':
    case 'released':
      return attempted(member, news, now) ?? waited(member, news, now);
    case 'deferred':
    case 'superseded':
      return attempted(member, news, now) ?? returned(member, news, now);
    case 'undoing':
      return undone(member, news, now);
    case 'confirmed':
    case 'failed':
    case 'skipped':
    case 'undone':
      return member;
  }
}

/** The member in another state. */
export function moved(member: RolloutMember, state: RolloutMemberState, reason: string, now: Instant): RolloutMember {
  const { device, planId, wave } = member;
  return { device, planId, wave, state, reason, since: now };
}

/** What the attempt says; null: nothing yet. One that was closed wrote nothing, so it counts for nothing. */
function attempted(member: RolloutMember, { attempt, visit }: MemberNews, now: Instant): RolloutMember | null {
  if (attempt === null || attempt.end === 'closed') return null;
  const why = attempt.endReason ?? '';
  switch (attempt.end) {
    case 'confirmed':
      return moved(member, 'confirmed', 'applied, healthy and confirmed', now);
    case 'undone':
      return moved(member, 'failed', `rolled back: ${why}`, now);
    case 'stalled':
      return moved(member, 'failed', `stalled: ${why}`, now);
    case null: {
      const lost = lostSince(attempt, visit, 'it was changed', now);
      if (lost !== null) return moved(member, 'failed', lost, now);
      return member.state === 'released' ? member : moved(member, 'released', 'its change is under way', now);
    }
  }
}

/**
 * Why nobody will see the end of an attempt that the device has undone by now unless it was confirmed; null: somebody
 * will.
 */
function lostSince({ confirmBy }: MemberAttempt, visit: MemberVisit | null, what: string, now: Instant): string | null {
  const over = confirmBy + MARGIN_MS;
  if (visit === null || visit.kind === 'ready') return null;
  if (visit.kind === 'gone') return now > over ? `${visit.reason} while ${what}` : null;
  if (visit.at <= over) return null;
  if (isUnreachable(visit)) return `does not answer since ${what}: ${visit.reason}`;
  return visit.kind === 'refused' || visit.kind === 'stalled' ? `stands still since ${what}: ${visit.reason}` : null;
}

/** What the last visit says of a member whose change has not begun. */
function waited(member: RolloutMember, { visit }: MemberNews, now: Instant): RolloutMember {
  if (visit?.kind === 'gone') return moved(member, 'superseded', visit.reason, now);
  if (visit === null || visit.at <= member.since || visit.kind === 'ready') return member;
  if (visit.kind === 'moved') return moved(member, 'superseded', visit.reason, now);
  if (visit.kind === 'held') return member.state === 'pending' ? member : moved(member, 'pending', visit.reason, now);
  if (visit.kind === 'unreachable' && !isUnreachable(visit)) return member;
  const deferred = moved(member, 'deferred', visit.reason, now);
  return visit.kind === 'unreachable' ? deferred : { ...deferred, notBefore: now + TRY_AGAIN_MS };
}

/** A device that was left aside takes part again as soon as its plan could be applied. */
function returned(member: RolloutMember, { visit }: MemberNews, now: Instant): RolloutMember {
  if (visit?.kind === 'gone')
    return member.state === 'deferred' ? moved(member, 'superseded', visit.reason, now) : member;
  if (visit === null || visit.at <= member.since) return member;
  if (visit.at < (member.notBefore ?? 0) && visit.kind !== 'moved') return member;
  if (visit.kind === 'ready' || visit.kind === 'held')
    return moved(member, 'pending', 'its plan can be applied again', now);
  return visit.kind === 'moved' && member.state === 'deferred'
    ? moved(member, 'superseded', visit.reason, now)
    : member;
}

function undone(member: RolloutMember, { attempt, visit }: MemberNews, now: Instant): RolloutMember {
  const why = attempt?.endReason ?? '';
  switch (attempt === null ? 'closed' : attempt.end) {
    case 'confirmed':
      return moved(member, 'undone', 'its change was taken back', now);
    case 'undone':
      return moved(member, 'failed', `taking its change back was itself rolled back: ${why}`, now);
    case 'stalled':
      return moved(member, 'failed', `taking its change back stalled: ${why}`, now);
    case 'closed':
      if (visit?.kind === 'gone') return moved(member, 'skipped', `kept its change: ${visit.reason}`, now);
      if (visit?.kind !== 'stalled' || visit.at <= member.since) return member;
      return moved(member, 'failed', `its change can not be taken back: ${visit.reason}`, now);
    case null: {
      const lost = attempt === null ? null : lostSince(attempt, visit, 'its change was taken back', now);
      return lost === null ? member : moved(member, 'failed', lost, now);
    }
  }
}
