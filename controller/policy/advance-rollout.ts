import type { DeviceName, Instant } from '../ports.ts';
import type { RolloutMember, RolloutMemberState, RolloutRecord } from '../records/rollouts.ts';
import {
  failuresOf,
  hasEnded,
  membersIn,
  nextWaveTimes,
  type RolloutFacts,
  slotsOf,
  waveText,
  withWave,
} from './rollout.ts';
import { isReady, isUnreachable, isUnderWay, memberAfter, type MemberVisit, moved } from './rollout-member.ts';

/** Confirmed devices that must be looked at before the wave has soaked. */
export function awaitingLook(rollout: RolloutRecord, facts: RolloutFacts, now: Instant): readonly DeviceName[] {
  const times = nextWaveTimes(rollout);
  if (rollout.state !== 'running' || times === null || rollout.rules.soakSeconds === 0 || now < times.soakedAt)
    return [];
  return soaking(rollout)
    .filter((member) => !lookedAt(facts.newsOf(member).visit, times.soakedAt))
    .map(({ device }) => device);
}

/**
 * One step: takes in what became known of the members, then halts, goes on to the next wave, releases devices or ends,
 * as the rules say.
 * The very same record when nothing is to change; otherwise the next version of it. Steps can be repeated and
 * interrupted anywhere.
 */
export function advanceRollout(rollout: RolloutRecord, facts: RolloutFacts, now: Instant): RolloutRecord {
  if (hasEnded(rollout)) return rollout;
  const informed = withMembers(rollout, (member) =>
    intoCurrentWave(rollout, memberAfter(member, facts.newsOf(member), now)),
  );
  const next = stateAfter(reopened(informed), facts, now);
  return next === rollout ? rollout : { ...next, version: rollout.version + 1 };
}

function stateAfter(rollout: RolloutRecord, facts: RolloutFacts, now: Instant): RolloutRecord {
  switch (rollout.state) {
    case 'running':
      return runningAfter(rollout, facts, now);
    case 'paused':
    case 'halted':
      return takenBack(overBudget(rollout, facts, now) ?? rollout, facts, now);
    case 'undoing':
      return undoingAfter(rollout, facts, now);
    default:
      return rollout;
  }
}

function runningAfter(rollout: RolloutRecord, facts: RolloutFacts, now: Instant): RolloutRecord {
  const soaked = withSoakFailures(rollout, facts, now);
  const stopped = overBudget(soaked, facts, now);
  if (stopped !== null) return takenBack(stopped, facts, now);
  const forward = throughWaves(soaked, facts, now);
  return forward.state === 'running' && forward.waveDoneAt === null
    ? released(forward, facts, now)
    : takenBack(forward, facts, now);
}

/**
 * Halts when more failed than the budget allows, or begins to roll back what the policy says; null: the budget holds.
 */
function overBudget(rollout: RolloutRecord, facts: RolloutFacts, now: Instant): RolloutRecord | null {
  if (rollout.state === 'halted') return null;
  const { count, budget } = failuresOf(rollout);
  if (count <= budget) return null;
  const failed = membersIn(rollout, 'failed').filter(({ since }) => since > (rollout.forgivenAt ?? -1));
  const last = failed.reduce((one, other) => (other.since >= one.since ? other : one));
  const reason = `${counted(count)} failed, and the failure budget is ${String(budget)}; the last one: ${last.device}, ${last.reason}`;
  const { onFailure } = rollout.rules;
  const waves = new Set(failed.map(({ wave }) => wave));
  const inScope = ({ wave }: RolloutMember): boolean =>
    onFailure === 'rollout' || (onFailure === 'wave' && waves.has(wave));
  const changed = (member: RolloutMember): boolean =>
    member.state === 'confirmed' || (member.state === 'released' && isUnderWay(facts.newsOf(member)));
  if (!rollout.members.some((member) => inScope(member) && changed(member)))
    return { ...rollout, state: 'halted', reason, since: now };
  return undoingFrom(rollout, inScope, reason, facts, now);
}

/** Why, the rollout itself tells: that may name another device. */
const ROLLED_BACK = 'the rollout is rolled back';

/** Begins to take back what was confirmed: nothing else of the rollout is changed any more. */
export function undoingFrom(
  rollout: RolloutRecord,
  inScope: (member: RolloutMember) => boolean,
  reason: string,
  facts: RolloutFacts,
  now: Instant,
): RolloutRecord {
  const undoing = withMembers(rollout, (member) =>
    member.state === 'confirmed' && inScope(member) ? moved(member, 'undoing', ROLLED_BACK, now) : member,
  );
  return undoingAfter(
    { ...undoing, state: 'undoing', reason, since: now, waveDoneAt: null, nextWave: null },
    facts,
    now,
  );
}

function undoingAfter(rollout: RolloutRecord, facts: RolloutFacts, now: Instant): RolloutRecord {
  const next = withMembers(rollout, (member) => {
    if (member.state === 'pending' || member.state === 'deferred') return moved(member, 'skipped', ROLLED_BACK, now);
    if (member.state === 'released' && !isUnderWay(facts.newsOf(member)))
      return moved(member, 'skipped', ROLLED_BACK, now);
    // Its change was under way when the rollback began.
    const late = member.state === 'confirmed' && member.since >= rollout.since;
    return late ? moved(member, 'undoing', ROLLED_BACK, now) : member;
  });
  if (membersIn(next, 'undoing', 'released').length > 0) return next;
  return { ...next, state: 'undone', reason: `rolled back: ${next.reason}`, since: now };
}

/** Devices that were released and have not begun wait again: nothing begins while the rollout does not run. */
function takenBack(rollout: RolloutRecord, facts: RolloutFacts, now: Instant): RolloutRecord {
  if (rollout.state === 'running' || rollout.state === 'undoing') return rollout;
  return withMembers(rollout, (member) =>
    member.state === 'released' && !isUnderWay(facts.newsOf(member))
      ? moved(member, 'pending', `the rollout is ${rollout.state}`, now)
      : member,
  );
}

/** Confirmed devices that do not answer any more, or stalled, once their wave has soaked. */
function withSoakFailures(rollout: RolloutRecord, facts: RolloutFacts, now: Instant): RolloutRecord {
  const times = nextWaveTimes(rollout);
  if (times === null || rollout.rules.soakSeconds === 0 || now < times.soakedAt) return rollout;
  const watched = new Set(soaking(rollout));
  return withMembers(rollout, (member) => {
    if (!watched.has(member)) return member;
    const { visit } = facts.newsOf(member);
    if (visit === null || visit.kind === 'gone' || visit.at < times.soakedAt) return member;
    if (isUnreachable(visit))
      return moved(member, 'failed', `does not answer since its wave is done: ${visit.reason}`, now);
    if (visit.kind === 'stalled')
      return moved(member, 'failed', `stalled after its wave was done: ${visit.reason}`, now);
    return member;
  });
}

function soaking(rollout: RolloutRecord): readonly RolloutMember[] {
  return membersIn(rollout, 'confirmed').filter(({ wave }) => wave === rollout.wave);
}

function lookedAt(visit: MemberVisit | null, since: Instant): boolean {
  if (visit === null || visit.kind === 'gone') return visit !== null;
  return visit.at >= since && (visit.kind !== 'unreachable' || isUnreachable(visit));
}

/** From wave to wave as far as nothing is in the way, and to the end after the last one. */
function throughWaves(rollout: RolloutRecord, facts: RolloutFacts, now: Instant): RolloutRecord {
  let at = rollout;
  while (isWaveOver(at, facts)) {
    const last = isLastWithWork(at, facts);
    if (last && membersIn(at, 'undoing').length > 0) return at;
    if (wasChanged(at)) {
      if (at.waveDoneAt === null) at = { ...at, waveDoneAt: now, reason: afterWaveText(at) };
      const times = nextWaveTimes(at);
      if (times === null || now < times.soakedAt || awaitingLook(at, facts, now).length > 0) return at;
      if (!last && now < times.nextAt) return at;
      if (!last && at.rules.betweenWaves === 'wait' && at.nextWave !== 'granted') return askedForNext(at, now);
    }
    if (last) return finished(at, now);
    at = withWave(at, at.wave + 1);
  }
  return at;
}

function askedForNext(rollout: RolloutRecord, now: Instant): RolloutRecord {
  const reason = `${waveText(rollout.rules.waves, rollout.wave)} is done, and the policy asks for a person to let the next one begin`;
  return { ...rollout, state: 'paused', nextWave: 'asked', reason, since: now };
}

function isWaveOver(rollout: RolloutRecord, facts: RolloutFacts): boolean {
  const left = rollout.members.some(
    ({ wave, state }) => wave <= rollout.wave && (state === 'pending' || state === 'released'),
  );
  return !left && ![...facts.awaited].some((wave) => wave <= rollout.wave);
}

/** A wave in which nothing was changed needs no soak, no pause and no word of a person. */
function wasChanged(rollout: RolloutRecord): boolean {
  return membersIn(rollout, 'confirmed', 'failed', 'undoing', 'undone').some(({ wave }) => wave === rollout.wave);
}

function isLastWithWork(rollout: RolloutRecord, facts: RolloutFacts): boolean {
  const later = rollout.members.some(({ wave, state }) => wave > rollout.wave && state === 'pending');
  return !later && ![...facts.awaited].some((wave) => wave > rollout.wave);
}

/** Devices that were deferred catch up with a rollout of their own. */
function finished(rollout: RolloutRecord, now: Instant): RolloutRecord {
  const replaced = membersIn(rollout, 'superseded').length > 0 && membersIn(rollout, 'confirmed').length === 0;
  return { ...rollout, state: replaced ? 'superseded' : 'done', reason: endText(rollout), since: now };
}

/** Releases devices of the wave under way as far as there are slots. */
function released(rollout: RolloutRecord, facts: RolloutFacts, now: Instant): RolloutRecord {
  const free = slotsOf(rollout) - membersIn(rollout, 'released', 'undoing').length;
  if (free <= 0) return rollout;
  const turn = membersIn(rollout, 'pending')
    .filter((member) => member.wave <= rollout.wave && isReady(facts.newsOf(member)))
    .toSorted((a, b) => a.wave - b.wave)
    .slice(0, free);
  const chosen = new Set(turn);
  return withMembers(rollout, (member) => (chosen.has(member) ? moved(member, 'released', 'its turn', now) : member));
}

/** A device that takes part again although its wave has passed goes with the one that is under way. */
function intoCurrentWave(rollout: RolloutRecord, member: RolloutMember): RolloutMember {
  return member.state === 'pending' && member.wave < rollout.wave ? { ...member, wave: rollout.wave } : member;
}

/** A wave with a device that waits again is not done. */
function reopened(rollout: RolloutRecord): RolloutRecord {
  if (rollout.waveDoneAt === null) return rollout;
  const again = rollout.members.some(
    ({ wave, state }) => wave === rollout.wave && (state === 'pending' || state === 'released'),
  );
  return again ? { ...rollout, waveDoneAt: null, reason: waveText(rollout.rules.waves, rollout.wave) } : rollout;
}

/** The same record where no member changes. */
function withMembers(rollout: RolloutRecord, change: (member: RolloutMember) => RolloutMember): RolloutRecord {
  const members = rollout.members.map(change);
  return members.every((member, index) => member === rollout.members[index]) ? rollout : { ...rollout, members };
}

function afterWaveText({ rules, wave }: RolloutRecord): string {
  const soak = rules.soakSeconds === 0 ? '' : ` and is watched for ${String(rules.soakSeconds)} s`;
  return `${waveText(rules.waves, wave)} is done${soak}`;
}

function endText(rollout: RolloutRecord): string {
  const states: readonly RolloutMemberState[] = ['confirmed', 'failed', 'deferred', 'skipped', 'superseded', 'undone'];
  const parts = states.flatMap((state) => {
    const count = membersIn(rollout, state).length;
    return count === 0 ? [] : [`${String(count)} ${state}`];
  });
  return parts.length === 0 ? 'no device was left' : parts.join(', ');
}

function counted(count: number): string {
  return count === 1 ? '1 device' : `${String(count)} devices`;
}
