import type { DeviceName, Instant } from '../ports.ts';
import type { RolloutMember, RolloutRecord } from '../records/rollouts.ts';
import { undoingFrom } from './advance-rollout.ts';
import { hasEnded, membersIn, type RolloutFacts, waveText, withWave } from './rollout.ts';
import { isUnderWay, moved } from './rollout-member.ts';

/** What a person can do to an open rollout. */
export type RolloutAction =
  | { readonly action: 'pause'; readonly reason: string }
  /**
   * Lets it go on. Failures up to now count no more; where the policy asks for a person between waves, the next one
   * begins.
   */
  | { readonly action: 'resume' }
  /**
   * Leaves a device out, or (`device` null) all of the wave under way that has not begun; during its soak or pause the
   * next wave begins.
   */
  | { readonly action: 'skip'; readonly device: DeviceName | null }
  /** Ends it. Changes under way come to their own end. */
  | { readonly action: 'abort'; readonly reason: string }
  /** Takes back what it confirmed on a device, or (`device` null) everywhere; it ends then. */
  | { readonly action: 'rollback'; readonly device: DeviceName | null; readonly reason: string };

/** The next version of the rollout, or why the act is not possible now, in words. `by` is the person for the record. */
export type ActResult =
  | { readonly ok: true; readonly rollout: RolloutRecord }
  | { readonly ok: false; readonly why: string };

/** Does what a person decided. The facts must be fresh: what is under way is never taken for waiting. */
export function actOn(
  rollout: RolloutRecord,
  act: RolloutAction,
  by: string,
  facts: RolloutFacts,
  now: Instant,
): ActResult {
  if (hasEnded(rollout)) return refused(`it has ended (${rollout.state}: ${rollout.reason})`);
  const result = acted(rollout, act, by, facts, now);
  return 'why' in result ? refused(result.why) : { ok: true, rollout: { ...result, version: rollout.version + 1 } };
}

type Acted = RolloutRecord | { readonly why: string };

function acted(rollout: RolloutRecord, act: RolloutAction, by: string, facts: RolloutFacts, now: Instant): Acted {
  switch (act.action) {
    case 'pause':
      return paused(rollout, `${by}: ${act.reason}`, facts, now);
    case 'resume':
      return resumed(rollout, by, now);
    case 'skip':
      return act.device === null
        ? skippedWave(rollout, by, facts, now)
        : skippedDevice(rollout, act.device, by, facts, now);
    case 'abort':
      return aborted(rollout, `${by}: ${act.reason}`, now);
    case 'rollback':
      return act.device === null
        ? rolledBack(rollout, `${by}: ${act.reason}`, facts, now)
        : deviceRolledBack(rollout, act.device, `${by}: ${act.reason}`, now);
  }
}

function paused(rollout: RolloutRecord, reason: string, facts: RolloutFacts, now: Instant): Acted {
  if (rollout.state !== 'running') return { why: `it is ${rollout.state} already` };
  const members = rollout.members.map((member) =>
    member.state === 'released' && !isUnderWay(facts.newsOf(member))
      ? moved(member, 'pending', 'the rollout is paused', now)
      : member,
  );
  return { ...rollout, members, state: 'paused', reason, since: now };
}

function resumed(rollout: RolloutRecord, by: string, now: Instant): Acted {
  if (rollout.state === 'running') return { why: 'it runs already' };
  if (rollout.state === 'undoing')
    return { why: 'it is being rolled back; what is taken back begins anew with a new approval' };
  const nextWave = rollout.nextWave === 'asked' ? 'granted' : rollout.nextWave;
  const reason = `${waveText(rollout.rules.waves, rollout.wave)}, resumed by ${by}`;
  const forgivenAt = membersIn(rollout, 'failed').length === 0 ? rollout.forgivenAt : now;
  return { ...rollout, state: 'running', nextWave, reason, since: now, forgivenAt };
}

function skippedWave(rollout: RolloutRecord, by: string, facts: RolloutFacts, now: Instant): Acted {
  if (rollout.state === 'undoing') return { why: 'it is being rolled back' };
  const members = rollout.members.map((member) =>
    member.wave === rollout.wave && isWaiting(member, facts)
      ? moved(member, 'skipped', `its wave was skipped by ${by}`, now)
      : member,
  );
  const skipped = { ...rollout, members };
  const later = membersIn(skipped, 'pending').some(({ wave }) => wave > rollout.wave);
  const under = membersIn(skipped, 'released').some(({ wave }) => wave === rollout.wave);
  if (rollout.waveDoneAt === null || !later || under) return skipped;
  const next = withWave(skipped, rollout.wave + 1);
  return rollout.nextWave === 'asked' ? { ...next, state: 'running', since: now } : { ...next, reason: rollout.reason };
}

function skippedDevice(
  rollout: RolloutRecord,
  device: DeviceName,
  by: string,
  facts: RolloutFacts,
  now: Instant,
): Acted {
  const member = lastOf(rollout, device);
  if (member === null) return { why: `${device} is not part of it` };
  if (member.state === 'undoing' && isUnderWay(facts.newsOf(member)))
    return { why: `${device} is being taken back now` };
  if (member.state === 'undoing')
    return withMember(rollout, moved(member, 'skipped', `kept as it is by ${by}`, now), member);
  if (isWaiting(member, facts)) return withMember(rollout, moved(member, 'skipped', `skipped by ${by}`, now), member);
  return { why: member.state === 'released' ? `${device} is being changed now` : `${device} is ${member.state}` };
}

function aborted(rollout: RolloutRecord, reason: string, now: Instant): Acted {
  const members = rollout.members.map((member) => {
    switch (member.state) {
      case 'pending':
      case 'deferred':
        return moved(member, 'skipped', 'the rollout was aborted', now);
      case 'released':
        return moved(
          member,
          'skipped',
          'the rollout was aborted; if its change was under way, that came to its own end',
          now,
        );
      case 'undoing':
        return moved(
          member,
          'skipped',
          'the rollout was aborted before its change was taken back; if that was under way, it came to its own end',
          now,
        );
      default:
        return member;
    }
  });
  return { ...rollout, members, state: 'aborted', reason, since: now };
}

function rolledBack(rollout: RolloutRecord, reason: string, facts: RolloutFacts, now: Instant): Acted {
  if (rollout.state === 'undoing') return { why: 'it is being rolled back already' };
  const changed = rollout.members.some(
    (member) => member.state === 'confirmed' || (member.state === 'released' && isUnderWay(facts.newsOf(member))),
  );
  if (!changed) return { why: 'no device was changed by it: abort it instead' };
  return undoingFrom(rollout, () => true, reason, facts, now);
}

function deviceRolledBack(rollout: RolloutRecord, device: DeviceName, reason: string, now: Instant): Acted {
  const member = lastOf(rollout, device);
  if (member === null) return { why: `${device} is not part of it` };
  if (member.state !== 'confirmed')
    return { why: `${device} is ${member.state}, and only a confirmed change can be taken back` };
  return withMember(rollout, moved(member, 'undoing', reason, now), member);
}

/** Nothing was sent to it yet. */
function isWaiting(member: RolloutMember, facts: RolloutFacts): boolean {
  if (member.state === 'released') return !isUnderWay(facts.newsOf(member));
  return member.state === 'pending' || member.state === 'deferred';
}

/** A device may have had a plan before in the same rollout. */
function lastOf({ members }: RolloutRecord, device: DeviceName): RolloutMember | null {
  return members.findLast((member) => member.device === device) ?? null;
}

function withMember(rollout: RolloutRecord, changed: RolloutMember, before: RolloutMember): RolloutRecord {
  return { ...rollout, members: rollout.members.map((member) => (member === before ? changed : member)) };
}

function refused(why: string): ActResult {
  return { ok: false, why };
}
