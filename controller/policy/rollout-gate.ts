import type { PlanId } from '#differ';
import type { Gate } from './gate.ts';
import type { Reason } from '../reasons.ts';
import type { DeviceName, Instant } from '../ports.ts';
import type { RolloutMember, RolloutRecord } from '../records/rollouts.ts';
import { hasEnded, memberOf, membersIn, nextWaveTimes, slotsOf, waveText } from './rollout.ts';

/**
 * Opens for a device that a running rollout has released with exactly this plan. `rollout` is the newest one that has the pair among its members, or
 * the open one of the device's policy; null: there is neither.
 */
export function rolloutGate(rollout: RolloutRecord | null, device: DeviceName, planId: PlanId): Gate {
  if (rollout === null || hasEnded(rollout)) return closed(NOT_OPEN);
  const member = memberOf(rollout, device, planId);
  if (member?.state === 'released' && rollout.state === 'running') return { open: true, value: undefined };
  const stopped = stoppedReason(rollout);
  if (stopped !== null) return closed(stopped);
  if (member === null || (member.state !== 'pending' && member.state !== 'released'))
    return closed(outside(rollout, member));
  return closed(turnReason(rollout, member));
}

/**
 * From when on consents to this pair count again, with the reason: a rollout took the device out, its change failed there, or was taken back. Null: it did
 * not. Standing consent of a policy is taken away as well.
 */
export function voidedBefore(
  rollout: RolloutRecord | null,
  device: DeviceName,
  planId: PlanId,
): { readonly at: Instant; readonly reason: string } | null {
  const member = rollout === null ? null : memberOf(rollout, device, planId);
  if (rollout === null || member === null) return null;
  const again = 'Approve the plan anew, or change what is desired.';
  switch (member.state) {
    case 'skipped':
      return { at: member.since, reason: `Rollout ${rollout.id} left the device out: ${member.reason}. ${again}` };
    case 'failed':
      return { at: member.since, reason: `The change failed in rollout ${rollout.id}: ${member.reason}. ${again}` };
    case 'undoing':
    case 'undone':
      return {
        at: member.since,
        reason: `The change is taken back by rollout ${rollout.id}: ${member.reason}. ${again}`,
      };
    default:
      return null;
  }
}

/** What all devices of a rollout that does not run wait for; null: it runs. */
export function stoppedReason(rollout: RolloutRecord): Reason | null {
  const { id, state, reason, nextWave } = rollout;
  switch (state) {
    case 'paused': {
      const what = nextWave === 'asked' ? 'lets the next wave begin' : 'lets it go on';
      return {
        code: 'RolloutPaused',
        message: `Rollout ${id} is paused: ${reason}. "rosctl rollouts resume ${id}" ${what}.`,
      };
    }
    case 'halted':
      return {
        code: 'RolloutHalted',
        message: `Rollout ${id} is halted: ${reason}. Approve a corrected plan, which begins a new one, or see "rosctl rollouts show ${id}": resume it, roll it back or abort it.`,
      };
    case 'undoing':
      return {
        code: 'RolloutUndoing',
        message: `Rollout ${id} is being rolled back: ${reason}. It waits for ${namesOf(membersIn(rollout, 'undoing', 'released'))}; "rosctl rollouts skip ${id} --device DEVICE" leaves one as it is.`,
      };
    default:
      return null;
  }
}

const NOT_OPEN: Reason = {
  code: 'RolloutNotOpen',
  message: 'Everything else is in order; the device waits for the rollout that will take it up.',
};

function outside({ id }: RolloutRecord, member: RolloutMember | null): Reason {
  if (member === null) return { ...NOT_OPEN, message: `Everything else is in order; rollout ${id} takes it up next.` };
  const message = `In rollout ${id} the device is ${member.state}: ${member.reason}. It is taken up anew when that rollout has ended.`;
  return { code: 'RolloutNotOpen', message };
}

function turnReason(rollout: RolloutRecord, member: RolloutMember): Reason {
  const { id, rules, wave } = rollout;
  const here = waveText(rules.waves, wave);
  const times = nextWaveTimes(rollout);
  if (times !== null && times.soakedAt > (rollout.waveDoneAt ?? 0)) {
    const until = new Intl.DateTimeFormat('sv-SE', { timeZone: 'UTC', dateStyle: 'short', timeStyle: 'medium' });
    const pause = rules.pauseSeconds === 0 ? '' : `, then there is a pause of ${String(rules.pauseSeconds)} s`;
    return {
      code: 'RolloutSoak',
      message: `Rollout ${id}: ${here} is done and is watched until ${until.format(times.soakedAt)} UTC${pause}.`,
    };
  }
  if (times !== null) {
    return {
      code: 'RolloutSoak',
      message: `Rollout ${id}: ${here} is done; there is a pause of ${String(rules.pauseSeconds)} s before the next one.`,
    };
  }
  if (member.wave > wave) {
    const left = membersIn(rollout, 'pending', 'released').filter((other) => other.wave <= wave).length;
    const own = waveText(rules.waves, member.wave);
    const message = `Rollout ${id}: ${own} begins when ${here} is done; devices left there: ${String(left)}.`;
    return { code: 'RolloutWave', message };
  }
  const changing = membersIn(rollout, 'released');
  const under = changing.length === 0 ? '' : `; under way: ${namesOf(changing)}`;
  const rule =
    membersIn(rollout, 'confirmed').length === 0
      ? 'one device goes alone until it is confirmed'
      : `at most ${String(slotsOf(rollout))} at one time`;
  return { code: 'RolloutTurn', message: `Rollout ${id}, ${here}: it is not its turn yet, ${rule}${under}.` };
}

function namesOf(members: readonly RolloutMember[]): string {
  const names = members.slice(0, 3).map(({ device }) => device);
  const more = members.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${String(more)} more` : names.join(', ');
}

function closed(reason: Reason): Gate {
  return { open: false, reasons: [reason] };
}
