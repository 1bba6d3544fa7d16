import type { PlanId } from '#differ';
import type { Gate } from './gate.ts';
import type { Reason } from '../reasons.ts';
import type { DeviceName, Instant } from '../ports.ts';
import type { RolloutMember, RolloutRecord } from '../records/rollouts.ts';
import { hasEnded, memberOf, membersIn, nextWaveTimes, slotsOf, waveText } from './rollout.ts';

/**
 * Opens for a device that a running rollout has released with exactly this plan. `rollout` is the newest one that has
 * the pair among its members, or the open one of the device's policy; null: there is neither.
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
 * From when on consents to this pair count again, with the reason: a rollout took the device out, its change failed
 * there, or was taken back. Null: it did not. Standing consent of a policy is taken away as well.
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
      return { at: member.since, reason: `Rollout ${rollout.id} skipped the device: ${member.reason}. ${again}` };
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
    case 'paused':
      return { code: 'RolloutPaused', rollout: id, because: reason, betweenWaves: nextWave === 'asked' };
    case 'halted':
      return { code: 'RolloutHalted', rollout: id, because: reason };
    case 'undoing': {
      const waitsFor = membersIn(rollout, 'undoing', 'released').map(({ device }) => device);
      return { code: 'RolloutUndoing', rollout: id, because: reason, waitsFor };
    }
    default:
      return null;
  }
}

const NOT_OPEN: Reason = { code: 'RolloutNotOpen', rollout: null, member: null };

function outside({ id }: RolloutRecord, member: RolloutMember | null): Reason {
  const where = member === null ? null : { state: member.state, because: member.reason };
  return { code: 'RolloutNotOpen', rollout: id, member: where };
}

function turnReason(record: RolloutRecord, member: RolloutMember): Reason {
  const { id: rollout, rules } = record;
  const wave = waveText(rules.waves, record.wave);
  const times = nextWaveTimes(record);
  if (times !== null) {
    const watchedUntil = times.soakedAt > (record.waveDoneAt ?? 0) ? times.soakedAt : null;
    return { code: 'RolloutSoak', rollout, wave, watchedUntil, pauseSeconds: rules.pauseSeconds };
  }
  if (member.wave > record.wave) {
    const left = membersIn(record, 'pending', 'released').filter((other) => other.wave <= record.wave).length;
    return { code: 'RolloutWave', rollout, wave, own: waveText(rules.waves, member.wave), left };
  }
  const underWay = membersIn(record, 'released').map(({ device }) => device);
  const atMost = membersIn(record, 'confirmed').length === 0 ? null : slotsOf(record);
  return { code: 'RolloutTurn', rollout, wave, atMost, underWay };
}

function closed(reason: Reason): Gate {
  return { open: false, reasons: [reason] };
}
