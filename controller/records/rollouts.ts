import type { PlanId } from '#differ';
import type { DeviceName, Instant } from '../ports.ts';

/**
 * Where a device stands in a rollout. `pending`: not its turn; `released`: it may be changed; `deferred`: it did not
 * answer and catches up later; `failed`: rolled back, stalled, or gone after it was changed; `undoing`: to be rolled
 * back though it was confirmed; the rest are endings.
 */
export type RolloutMemberState =
  | 'pending'
  | 'released'
  | 'confirmed'
  | 'failed'
  | 'deferred'
  | 'skipped'
  | 'superseded'
  | 'undoing'
  | 'undone';

/** One device of a rollout. */
export interface RolloutMember {
  readonly device: DeviceName;
  readonly planId: PlanId;
  /** Index into the waves of the rollout's rules. */
  readonly wave: number;
  readonly state: RolloutMemberState;
  readonly since: Instant;
  readonly reason: string;
  /** A `deferred` device that could be reached and still not be changed is not taken up again before. */
  readonly notBefore?: Instant;
}

/** A number of devices: as such, or as a share of the rollout's. */
export type DeviceShare = number | `${number}%`;

/** How a RolloutPolicy lets its devices take their plans, defaults filled in. */
export interface WaveRules {
  /** Names in their order; the last one, `rest`, takes the devices that no other wave selects. */
  readonly waves: readonly string[];
  /** Most devices that are released and not done at one time; never less than one. */
  readonly maxUnavailable: DeviceShare;
  /** So many may fail; one more halts the rollout. */
  readonly failureBudget: DeviceShare;
  /** After each wave: how long it is watched, and how long the next one waits then. */
  readonly soakSeconds: number;
  readonly pauseSeconds: number;
  /** `wait`: a person lets each next wave begin. */
  readonly betweenWaves: 'continue' | 'wait';
  /** What is rolled back when the failure budget is used up: the failed device alone, its wave, or all. */
  readonly onFailure: 'device' | 'wave' | 'rollout';
}

/**
 * `halted`: by its failure budget; `paused`: by a person or a revoked key; both wait for a person. The last four are
 * endings.
 */
export type RolloutState = 'running' | 'paused' | 'halted' | 'undoing' | 'done' | 'aborted' | 'superseded' | 'undone';

/** The order in which devices under one RolloutPolicy take their approved plans. */
export interface RolloutRecord {
  /** `ro-` and 12 hex digits. */
  readonly id: string;
  readonly source: string;
  readonly revision: string;
  /** Name of the RolloutPolicy; null: the defaults. */
  readonly policy: string | null;
  readonly createdAt: Instant;
  readonly state: RolloutState;
  /** Why it stands as it does, in words. */
  readonly reason: string;
  /** When `state` was entered. */
  readonly since: Instant;
  /** The wave that is under way. */
  readonly wave: number;
  /** When the last device of the wave was done; null: some are not. Pause and soak count from here. */
  readonly waveDoneAt: Instant | null;
  /**
   * Where `betweenWaves: wait` stands after the wave that is done: a person was asked, or has let the next one begin.
   */
  readonly nextWave: 'asked' | 'granted' | null;
  /** Failures up to then count no more: a person resumed the rollout after them. */
  readonly forgivenAt: Instant | null;
  /**
   * What its policy said when it was opened. A changed policy makes other plan ids, so it never holds for these
   * members.
   */
  readonly rules: WaveRules;
  readonly members: readonly RolloutMember[];
  /** Counts its writes. */
  readonly version: number;
}

/** Rollouts. Each write names the version it was decided on, so that two controllers never both decide. */
export interface RolloutRecords {
  add(rollout: RolloutRecord): Promise<void>;
  /**
   * @throws {Failure} `RolloutMoved` when the stored version is not `rollout.version - 1`, or when it takes a device
   * for waiting whose change has begun meanwhile. One that ends as `aborted` may: changes under way come to their own
   * end then.
   */
  save(rollout: RolloutRecord): Promise<void>;
  get(id: string): Promise<RolloutRecord | null>;
  /**
   * The same, only inside a transaction: nobody writes the rollout before its end, so that what is begun by its word
   * is seen by whoever writes it next.
   */
  hold(id: string): Promise<RolloutRecord | null>;
  /** Holds the newest rollout that has this pair among its members, ended or not; only inside a transaction. */
  holdLastWith(source: string, device: DeviceName, planId: PlanId): Promise<RolloutRecord | null>;
  /** Those without an ending. */
  listOpen(source: string): Promise<readonly RolloutRecord[]>;
  /** Those without an ending, and those that ended at that time or later; the newest last. */
  listSince(source: string, at: Instant): Promise<readonly RolloutRecord[]>;
  /** Newest first. */
  list(source: string, limit: number): Promise<readonly RolloutRecord[]>;
  /** The newest rollout that has this pair among its members, ended or not. */
  lastWith(source: string, device: DeviceName, planId: PlanId): Promise<RolloutRecord | null>;
}
