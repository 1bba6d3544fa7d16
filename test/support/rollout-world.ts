import type { PlanId } from '#differ';
import type { MemberNews } from '../../controller/policy/rollout-member.ts';
import { openRollout, type ReadyDevice, type RolloutFacts } from '../../controller/policy/rollout.ts';
import type { RolloutMember, RolloutRecord, WaveRules } from '../../controller/records/rollouts.ts';

/** Where made-up rollouts begin. */
export const T0 = Date.parse('2026-11-21T12:00:00Z');

/** The defaults of a policy without waves. */
export const RULES: WaveRules = {
  waves: ['rest'],
  maxUnavailable: '10%',
  failureBudget: 0,
  soakSeconds: 0,
  pauseSeconds: 0,
  betweenWaves: 'continue',
  onFailure: 'device',
};

/** A plan id that is the device's own. */
export function planOf(device: string, letter = 'a'): PlanId {
  return `sha256:${device}-${letter}`;
}

/** Devices `d0`, `d1`, … with the index of the wave of each. */
export function readyDevices(waves: readonly number[]): readonly ReadyDevice[] {
  return waves.map((wave, index) => ({ device: `d${String(index)}`, planId: planOf(`d${String(index)}`), wave }));
}

/** A rollout as it is opened. */
export function opened(waves: readonly number[], rules: Partial<WaveRules> = {}, now = T0): RolloutRecord {
  const head = { id: 'ro-0123456789ab', source: 'folder:/f', revision: 'rev-1', policy: 'usual' };
  return openRollout({ ...head, rules: { ...RULES, ...rules } }, readyDevices(waves), now);
}

/** Facts by device; those that are not named answer and are ready. */
export function factsOf(
  news: Readonly<Record<string, Partial<MemberNews>>> = {},
  awaited: readonly number[] = [],
): RolloutFacts {
  const usual = (member: RolloutMember): MemberNews => ({
    attempt: null,
    visit: { kind: 'ready', at: member.since + 1 },
  });
  return {
    newsOf: (member) => ({ ...usual(member), ...news[member.device] }),
    awaited: new Set(awaited),
  };
}

/** An attempt with this end; `null`: under way. */
export function attempt(end: 'confirmed' | 'undone' | 'closed' | 'stalled' | null, at = T0): MemberNews['attempt'] {
  return { end, endReason: end === 'confirmed' ? null : 'cpu is at 100 %', openedAt: at, confirmBy: at + 300_000 };
}

/** Devices by the state they are in. */
export function states(rollout: Pick<RolloutRecord, 'members'>): Readonly<Record<string, string>> {
  return Object.fromEntries(rollout.members.map(({ device, state }) => [device, state]));
}

/** A device that becomes ready later. */
export function readyToJoin(device: string, wave: number): readonly ReadyDevice[] {
  return [{ device, planId: planOf(device), wave }];
}
