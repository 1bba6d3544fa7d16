import type { PlanId } from '#differ';
import type { DeviceName, Instant } from '../ports.ts';
import type {
  DeviceShare,
  RolloutMember,
  RolloutMemberState,
  RolloutRecord,
  RolloutState,
} from '../records/rollouts.ts';
import type { MemberNews } from './rollout-member.ts';

/** The wave of the devices that no other wave selects. */
export const LAST_WAVE = 'rest';

/** A device whose every gate is open but that of the rollout. */
export interface ReadyDevice {
  readonly device: DeviceName;
  readonly planId: PlanId;
  /** Index of its wave in the policy. */
  readonly wave: number;
}

/** What is known of a rollout's devices at one moment. */
export interface RolloutFacts {
  newsOf(member: RolloutMember): MemberNews;
  /** Waves with devices of which it is not known yet whether they take part: no later wave begins before that. */
  readonly awaited: ReadonlySet<number>;
}

/** A rollout with these devices, before its first step. */
export function openRollout(
  head: Pick<RolloutRecord, 'id' | 'source' | 'revision' | 'policy' | 'rules'>,
  ready: readonly ReadyDevice[],
  now: Instant,
): RolloutRecord {
  return {
    ...head,
    createdAt: now,
    state: 'running',
    reason: waveText(head.rules.waves, 0),
    since: now,
    wave: 0,
    waveDoneAt: null,
    nextWave: null,
    forgivenAt: null,
    members: ready.map((device) => joined(device, device.wave, now)),
    version: 1,
  };
}

/** The rollout with more devices. One whose wave has passed goes with the wave that is under way. */
export function joinRollout(rollout: RolloutRecord, ready: readonly ReadyDevice[], now: Instant): RolloutRecord {
  if (ready.length === 0) return rollout;
  const more = ready.map((device) => joined(device, Math.max(device.wave, rollout.wave), now));
  return { ...rollout, members: [...rollout.members, ...more], version: rollout.version + 1 };
}

/** Whether it has an ending. */
export function hasEnded({ state }: Pick<RolloutRecord, 'state'>): boolean {
  return ENDINGS.includes(state);
}

const ENDINGS: readonly RolloutState[] = ['done', 'aborted', 'superseded', 'undone'];

/** Whether the device has this very plan in the rollout, whatever became of it. */
export function memberOf(rollout: RolloutRecord, device: DeviceName, planId: PlanId): RolloutMember | null {
  let byPair = pairs.get(rollout.members);
  if (byPair === undefined) {
    byPair = new Map(rollout.members.map((member) => [`${member.planId} ${member.device}`, member]));
    pairs.set(rollout.members, byPair);
  }
  return byPair.get(`${planId} ${device}`) ?? null;
}

/** Asked once for each device of a fleet at every step. */
const pairs = new WeakMap<readonly RolloutMember[], ReadonlyMap<string, RolloutMember>>();

/** Members in one of these states. */
export function membersIn(
  { members }: Pick<RolloutRecord, 'members'>,
  ...states: readonly RolloutMemberState[]
): readonly RolloutMember[] {
  return members.filter(({ state }) => states.includes(state));
}

/** Most devices that may be changed at one time now: one alone until one is confirmed, whatever the waves say. */
export function slotsOf(rollout: RolloutRecord): number {
  if (membersIn(rollout, 'confirmed').length === 0) return 1;
  return Math.max(1, countOf(rollout.rules.maxUnavailable, sizeOf(rollout)));
}

/** Failures that count, and how many are too many. */
export function failuresOf(rollout: RolloutRecord): { readonly count: number; readonly budget: number } {
  const { forgivenAt } = rollout;
  const count = membersIn(rollout, 'failed').filter(({ since }) => forgivenAt === null || since > forgivenAt).length;
  return { count, budget: countOf(rollout.rules.failureBudget, sizeOf(rollout)) };
}

/** When the wave that is done has soaked, and when the next one may begin; null while one is under way. */
export function nextWaveTimes({ waveDoneAt, rules }: RolloutRecord): {
  readonly soakedAt: Instant;
  readonly nextAt: Instant;
} | null {
  if (waveDoneAt === null) return null;
  const soakedAt = waveDoneAt + rules.soakSeconds * 1000;
  return { soakedAt, nextAt: soakedAt + rules.pauseSeconds * 1000 };
}

/** After the soak each device is looked at once more; by then that is done. */
const LAST_LOOK_MS = 60_000;

/** Whether the wave under way changes the device, or has changed it and not soaked yet; so does a rollback. */
export function isWatched(rollout: RolloutRecord, device: DeviceName, now: Instant): boolean {
  const times = nextWaveTimes(rollout);
  const soaked = times !== null && now >= times.soakedAt + (rollout.rules.soakSeconds === 0 ? 0 : LAST_LOOK_MS);
  return rollout.members.some(
    (member) =>
      member.device === device &&
      (member.state === 'undoing' ||
        member.state === 'released' ||
        (member.state === 'confirmed' && member.wave === rollout.wave && !soaked)),
  );
}

/** The rollout with this wave under way. */
export function withWave(rollout: RolloutRecord, wave: number): RolloutRecord {
  return { ...rollout, wave, waveDoneAt: null, nextWave: null, reason: waveText(rollout.rules.waves, wave) };
}

function joined({ device, planId }: ReadyDevice, wave: number, now: Instant): RolloutMember {
  return { device, planId, wave, state: 'pending', since: now, reason: 'waits for its turn' };
}

function sizeOf(rollout: RolloutRecord): number {
  return rollout.members.length - membersIn(rollout, 'superseded', 'skipped').length;
}

function countOf(share: DeviceShare, total: number): number {
  return typeof share === 'number' ? share : Math.floor((total * Number(share.slice(0, -1))) / 100);
}

/** `wave 2 of 3 (rest)`; a rollout without waves has just one. */
export function waveText(waves: readonly string[], wave: number): string {
  return `wave ${String(wave + 1)} of ${String(waves.length)} (${waves[wave] ?? LAST_WAVE})`;
}
