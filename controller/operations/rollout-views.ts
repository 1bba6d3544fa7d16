import { compareText } from '../desired/diagnostic.ts';
import { stoppedReason } from '../policy/rollout-gate.ts';
import { reasonText } from '../policy/reason-text.ts';
import { failuresOf, hasEnded, membersIn, nextWaveTimes, slotsOf } from '../policy/rollout.ts';
import type { Clock, Instant } from '../ports.ts';
import { rolloutOf } from '../rollouts/actions.ts';
import type { ScopedStore } from './scoped-store.ts';
import { type UnderWay, underWayOf } from './under-way.ts';
import type { RolloutMember, RolloutMemberState, RolloutRecord, RolloutState, WaveRules } from '../records/rollouts.ts';

/** How many members are in each state; states without any are left out. */
export type MemberCounts = Readonly<Partial<Record<RolloutMemberState, number>>>;

/** One rollout in a list. */
export interface RolloutSummary {
  readonly id: string;
  /** Null: the defaults, for devices that no RolloutPolicy matches. */
  readonly policy: string | null;
  readonly revision: string;
  readonly state: RolloutState;
  readonly ended: boolean;
  readonly reason: string;
  readonly createdAt: Instant;
  readonly since: Instant;
  /** Index of the wave under way, and the waves by name. */
  readonly wave: number;
  readonly waves: readonly string[];
  readonly devices: number;
  readonly counts: MemberCounts;
}

/** Rollouts, newest first. */
export interface RolloutsView {
  readonly now: Instant;
  readonly rollouts: readonly RolloutSummary[];
}

/** One wave with its devices. */
export interface WaveView {
  readonly name: string;
  readonly counts: MemberCounts;
}

/** One rollout whole. */
export interface RolloutView extends RolloutSummary {
  readonly now: Instant;
  readonly rules: WaveRules;
  readonly waveViews: readonly WaveView[];
  /** By wave, then by name. */
  readonly members: readonly RolloutMember[];
  /** Changes of its devices that are under way now. */
  readonly underWay: readonly UnderWay[];
  /** Most devices that may be changed at one time now. */
  readonly slots: number;
  readonly failures: { readonly count: number; readonly budget: number };
  /** While a wave is done and the next one has not begun: until when it is watched, and when the next one may begin. */
  readonly nextWave: { readonly soakedAt: Instant; readonly nextAt: Instant } | null;
  /** What a person can do about a rollout that stands still; null: it goes on by itself. */
  readonly advice: string | null;
}

type Known = {
  readonly clock: Clock;
  readonly store: Pick<ScopedStore, 'rollouts' | 'attempts'>;
  readonly fleet: { readonly source: string };
};

/** The newest rollouts. */
export async function rolloutViews({ clock, store, fleet }: Known, limit: number): Promise<RolloutsView> {
  return { now: clock.now(), rollouts: (await store.rollouts.list(fleet.source, limit)).map(summaryOf) };
}

/** The open rollouts, for the status. */
export async function openRollouts({ store, fleet }: Omit<Known, 'clock'>): Promise<readonly RolloutSummary[]> {
  return (await store.rollouts.listOpen(fleet.source)).map(summaryOf);
}

/** One rollout whole. @throws {Failure} `NotFound`, `BadRequest` */
export async function rolloutView({ clock, store, fleet }: Known, id: string): Promise<RolloutView> {
  return await viewOf({ clock, store }, await rolloutOf(store.rollouts, fleet.source, id));
}

/** How people see a rollout now. */
async function viewOf({ clock, store }: Omit<Known, 'fleet'>, rollout: RolloutRecord): Promise<RolloutView> {
  const changing = membersIn(rollout, 'released', 'undoing').map(({ device }) => device);
  return {
    ...summaryOf(rollout),
    now: clock.now(),
    rules: rollout.rules,
    waveViews: rollout.rules.waves.map((name, index) => ({
      name,
      counts: countsOf(rollout.members.filter(({ wave }) => wave === index)),
    })),
    members: rollout.members.toSorted((a, b) => a.wave - b.wave || compareText(a.device, b.device)),
    underWay: changing.length === 0 ? [] : await underWayOf(store, changing),
    slots: slotsOf(rollout),
    failures: failuresOf(rollout),
    nextWave: hasEnded(rollout) ? null : nextWaveTimes(rollout),
    advice: adviceOn(rollout),
  };
}

/** A rollout in short. */
export function summaryOf(rollout: RolloutRecord): RolloutSummary {
  const { id, policy, revision, state, reason, createdAt, since, wave, rules, members } = rollout;
  return {
    id,
    policy,
    revision,
    state,
    ended: hasEnded(rollout),
    reason,
    createdAt,
    since,
    wave,
    waves: rules.waves,
    devices: members.length - membersIn(rollout, 'superseded').length,
    counts: countsOf(members),
  };
}

function countsOf(members: readonly RolloutMember[]): MemberCounts {
  const counts: Partial<Record<RolloutMemberState, number>> = {};
  for (const { state } of members) counts[state] = (counts[state] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).toSorted(([a], [b]) => compareText(a, b)));
}

function adviceOn(rollout: RolloutRecord): string | null {
  const stopped = stoppedReason(rollout);
  return stopped === null ? null : reasonText(stopped);
}
