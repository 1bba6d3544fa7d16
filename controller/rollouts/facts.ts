import type { PlanId } from '#differ';
import type { MemberAttempt, MemberNews, MemberVisit } from '../policy/rollout-member.ts';
import { memberOf, membersIn, type RolloutFacts } from '../policy/rollout.ts';
import type { DeviceName, Instant } from '../ports.ts';
import type { AttemptRecord } from '../records/attempts.ts';
import type { Records } from '../records/store.ts';
import type { RolloutMember, RolloutRecord } from '../records/rollouts.ts';
import { type GateName, REASONS } from '../reasons.ts';
import { failureKindOf } from '../telemetry/failures.ts';
import { reasonsText } from '../policy/reason-text.ts';
import type { Outcome } from '../observed/outcome.ts';
import { failureAlone } from '../policy/told-alone.ts';
import type { VisitReport } from '../observed/report.ts';
import type { Target } from '../fleet/target.ts';

/** What this controller knows of the devices. */
export interface DeviceKnowledge {
  devices(): readonly DeviceName[];
  targetOf(device: DeviceName): Target | null;
  visitOf(device: DeviceName): VisitReport | null;
  /**
   * Whether it is not in the fleet any more; false where another controller may know of it and this one does not yet.
   */
  hasLeft(device: DeviceName): boolean;
}

/** An attempt as it was read, and the visit after which it was: until the next visit it stays as it is. */
interface ReadAttempt {
  readonly visitedAt: Instant | null;
  readonly attempt: MemberAttempt | null;
}

/**
 * Attempts that were read, by rollout, member and what it waited for. Kept so that a step reads only what a visit may
 * have changed.
 */
export type ReadAttempts = Map<string, ReadAttempt>;

/**
 * What is known of a rollout's devices now, with those that are awaited; reads the attempts of those members for whom
 * one may decide. Whose is under way is never taken from what was read before.
 */
export async function rolloutFacts(
  records: Pick<Records, 'attempts'>,
  known: DeviceKnowledge,
  rollout: RolloutRecord,
  awaited: readonly DeviceName[],
  cache: ReadAttempts,
): Promise<RolloutFacts> {
  const news = new Map<RolloutMember, MemberNews>();
  const busy = membersIn(rollout, 'released', 'undoing').map(({ device }) => device);
  const open = new Map((await records.attempts.listOpen(busy)).map(({ device, planId }) => [device, planId]));
  for (const member of rollout.members) {
    const report = known.visitOf(member.device);
    const visit = known.hasLeft(member.device)
      ? ({ kind: 'gone', reason: 'left the fleet' } as const)
      : visitNews(member, report, known.targetOf(member.device));
    if (!mayHaveAttempt(member, report)) {
      news.set(member, { attempt: null, visit });
      continue;
    }
    const key = `${rollout.id} ${member.planId} ${member.device} ${member.state === 'undoing' ? String(member.since) : ''}`;
    const visitedAt = report?.at ?? null;
    let read = cache.get(key);
    const underWay = isOpenFor(member, open.get(member.device));
    if (read === undefined || read.visitedAt !== visitedAt || (read.attempt?.end === null) !== underWay) {
      read = { visitedAt, attempt: await attemptFor(records, rollout, member) };
      cache.set(key, read);
    }
    news.set(member, { attempt: read.attempt, visit });
  }
  return factsOf(news, wavesOf(awaited, known, rollout));
}

/**
 * What the store alone says: whose change is under way. For acts of people, which must not rest on what was read
 * before.
 */
export async function storedFacts(records: Pick<Records, 'attempts'>, rollout: RolloutRecord): Promise<RolloutFacts> {
  const news = new Map<RolloutMember, MemberNews>();
  for (const member of membersIn(rollout, 'released', 'undoing'))
    news.set(member, { attempt: await attemptFor(records, rollout, member), visit: null });
  return factsOf(news, new Set());
}

/** Devices of the rollout's policy of which it is not known yet whether they take part. */
export function awaitedDevices(known: DeviceKnowledge, rollout: RolloutRecord): readonly DeviceName[] {
  return known.devices().filter((device) => {
    const target = known.targetOf(device);
    return target?.rollout.policy === rollout.policy && isAwaited(device, target, known.visitOf(device), rollout);
  });
}

/** Members are told apart by their pair: a step hands in objects of its own making. */
function factsOf(news: ReadonlyMap<RolloutMember, MemberNews>, awaited: ReadonlySet<number>): RolloutFacts {
  const byPair = new Map([...news].map(([member, each]) => [`${member.planId} ${member.device}`, each]));
  const nothing: MemberNews = { attempt: null, visit: null };
  return { newsOf: (member) => byPair.get(`${member.planId} ${member.device}`) ?? nothing, awaited };
}

function wavesOf(awaited: readonly DeviceName[], known: DeviceKnowledge, rollout: RolloutRecord): ReadonlySet<number> {
  const waves = new Set<number>();
  for (const device of awaited) {
    const wave = known.targetOf(device)?.rollout.wave;
    if (wave !== undefined) waves.add(Math.min(wave, rollout.rules.waves.length - 1));
  }
  return waves;
}

/**
 * Whether a visit must tell first if the device takes part. One that does not answer is not waited for; one that
 * waited for its approval is looked at again, since the approval that opened the rollout may be its own too.
 */
function isAwaited(device: DeviceName, target: Target, report: VisitReport | null, rollout: RolloutRecord): boolean {
  if (target.suspended) return false;
  if (report === null) return true;
  const { outcome } = report;
  if (outcome.kind === 'Deferred') return false;
  if (report.revision !== target.revision) return true;
  if (outcome.kind !== 'Waiting' || memberOf(rollout, device, outcome.planId) !== null) return false;
  return outcome.ready === null && report.at < rollout.createdAt;
}

/** A member that waits has an attempt only when it was released before; its visit tells then. */
function mayHaveAttempt(member: RolloutMember, report: VisitReport | null): boolean {
  switch (member.state) {
    case 'released':
    case 'undoing':
      return true;
    case 'pending':
    case 'deferred':
    case 'superseded':
      return report !== null && report.at > member.since && endedAttempt(report.outcome);
    default:
      return false;
  }
}

function endedAttempt({ kind }: Outcome): boolean {
  return kind === 'Confirmed' || kind === 'RolledBack' || kind === 'Stalled' || kind === 'InSync';
}

/** So many attempts are looked through for a rollback. */
const LOOKED_AT = 10;

/** By whose word an attempt was made it says itself: clocks of two controllers differ. */
async function attemptFor(
  records: Pick<Records, 'attempts'>,
  rollout: RolloutRecord,
  member: RolloutMember,
): Promise<MemberAttempt | null> {
  if (member.state === 'undoing') {
    const attempts = await records.attempts.list(member.device, LOOKED_AT);
    const own = attempts.find(
      ({ payload: { undoes } }) => undoes?.rollout === rollout.id && undoes.planId === member.planId,
    );
    return own === undefined ? null : decisive(own);
  }
  const attempt = await records.attempts.lastOf(member.device, member.planId);
  return attempt?.payload.rollout === rollout.id ? decisive(attempt) : null;
}

/** Whether the open attempt of a device is that of the member; what takes a change back has a plan of its own. */
function isOpenFor({ state, planId }: RolloutMember, open: PlanId | undefined): boolean {
  return open !== undefined && (state === 'undoing' || (state === 'released' && open === planId));
}

function decisive({ end, endReason, openedAt, payload }: AttemptRecord): MemberAttempt {
  return { end, endReason, openedAt, confirmBy: openedAt + payload.confirmWithinSeconds * 1000 };
}

/** What the newest visit says of the member's plan; null: nothing. */
function visitNews(member: RolloutMember, report: VisitReport | null, target: Target | null): MemberVisit | null {
  if (report === null || target === null) return null;
  const { outcome, at, failures } = report;
  if (target.suspended) return { kind: 'refused', at, reason: 'spec.suspend is set' };
  const current = report.revision === target.revision;
  switch (outcome.kind) {
    case 'InSync':
      return current ? { kind: 'moved', at, reason: 'nothing is left to change' } : null;
    case 'Confirmed':
      return { kind: 'moved', at, reason: 'it was applied outside of this rollout' };
    case 'Waiting':
      return current ? waitingNews(member, outcome, at) : null;
    case 'RolledBack':
      return { kind: 'refused', at, reason: `rolled back: ${outcome.reason}` };
    case 'Deferred':
      if (failureKindOf(outcome.failure.code).about === 'controller') return null;
      return {
        kind: 'unreachable',
        at,
        times: failures,
        reason: `${outcome.failure.code}: ${failureAlone(outcome.failure).message}`,
      };
    case 'Stalled':
      return { kind: 'stalled', at, reason: reasonsText(outcome.reasons) };
    case 'Closed':
      return failures < CLOSED_TIMES ? null : { kind: 'refused', at, reason: outcome.reason };
    case 'Suspended':
      return null;
  }
}

/** A router that changes under every plan would keep its place for ever. */
const CLOSED_TIMES = 5;

/** What these wait for passes for the whole fleet or by the clock; the device keeps its place. */
const PASSING_GATES: readonly (GateName | null)[] = ['freeze', 'window'];

function waitingNews(
  member: RolloutMember,
  { planId, ready, reasons }: Extract<Outcome, { readonly kind: 'Waiting' }>,
  at: Instant,
): MemberVisit | null {
  if (planId !== member.planId) return { kind: 'moved', at, reason: `replaced by plan ${planId.slice(7, 19)}` };
  const others = reasons.filter(({ code }) => REASONS[code].gate !== 'rollout');
  // The rollout moved while the device was on its way to be changed: its next visit tells.
  if (others.length === 0) return ready === null ? null : { kind: 'ready', at };
  const passing = others.every(
    ({ code }) => PASSING_GATES.includes(REASONS[code].gate) && REASONS[code].clears !== 'person',
  );
  return { kind: passing ? 'held' : 'refused', at, reason: reasonsText(others) };
}
