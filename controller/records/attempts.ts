import type { DesiredState, Plan, PlanBody, PlanId } from '#differ';
import type { HealthRules } from './health.ts';
import type { DeviceName, Instant } from '../ports.ts';

/** The steps of an attempt in order; each is committed before the effect it announces, `verdict-*` before the claim. */
export type AttemptStep =
  | 'arming'
  | 'armed'
  | 'applying'
  | 'applied'
  | 'verdict-healthy'
  | 'verdict-unhealthy'
  | 'undoing'
  | 'disarming';

/**
 * How an attempt ended. `confirmed`: applied, healthy and disarmed. `undone`: the router or the controller restored
 * the snapshot. `closed`: before the first write to the plan's menus. `stalled`: nobody can tell, or the snapshot did
 * not come back whole; a person must look.
 */
export type AttemptEnd = 'confirmed' | 'undone' | 'closed' | 'stalled';

/** One step of an attempt, as committed before the effect that it announces. */
export interface StepRecord {
  readonly step: AttemptStep;
  readonly at: Instant;
  readonly detail: string;
}

/** What an attempt needs to be settled by another process. */
export interface AttemptPayload {
  /** `rollback`: it takes a confirmed plan back, by the word of its rollout (approval.md §4). */
  readonly purpose: 'apply' | 'rollback';
  readonly plan: Plan;
  readonly body: PlanBody;
  readonly desired: DesiredState;
  /**
   * The device's base before; what a rollback makes it again. A rollback has that of the attempt that it takes back.
   */
  readonly before: { readonly base: DesiredState | null; readonly revision: string | null };
  /** Only of an `apply`: the rollout that had released the device. */
  readonly rollout?: string;
  /** Only of a rollback: the confirmed attempt that it takes back, its plan, and the rollout whose word that is. */
  readonly undoes?: { readonly attemptId: string; readonly planId: PlanId; readonly rollout: string };
  readonly revision: string;
  readonly tier: 'full' | 'job-only';
  readonly confirmWithinSeconds: number;
  /** By what the change is judged: what the plan id was approved with, whatever the policy says by then. */
  readonly health: HealthRules;
  /** Pause before the first health check. */
  readonly settleSeconds: number;
  /** Interfaces that ran before, for the health checks. */
  readonly runningInterfaces: readonly string[];
}

/** One try to apply one plan to one device: open until it has an `end`. */
export interface AttemptRecord {
  readonly id: string;
  readonly device: DeviceName;
  readonly planId: PlanId;
  /** Counts the attempts of this plan on this device, from 1. */
  readonly number: number;
  readonly correlationId: string;
  readonly openedAt: Instant;
  readonly steps: readonly StepRecord[];
  readonly payload: AttemptPayload;
  readonly end: AttemptEnd | null;
  readonly endedAt: Instant | null;
  readonly endReason: string | null;
  /** The controller that works on it, and until when its word counts. */
  readonly holder: string;
  readonly leaseUntil: Instant;
  /** When an operator said that it may be made again, once, though it was undone. */
  readonly retriedAt?: Instant;
}

/**
 * Attempts with their steps; a device has one open at most. Only the holder adds to one, and nobody takes it over
 * while its lease stands:
 * two controllers never work on one device.
 */
export interface AttemptRecords {
  /** @throws {Failure} `AttemptOpen` when the device has an open one (partial unique index). */
  open(
    attempt: Omit<AttemptRecord, 'number' | 'steps' | 'end' | 'endedAt' | 'endReason' | 'retriedAt'>,
  ): Promise<AttemptRecord>;
  /** Appends a step. @throws {Failure} `AttemptLost` when the holder is another. */
  step(id: string, holder: string, step: AttemptStep, at: Instant, detail: string): Promise<void>;
  /** @throws {Failure} `AttemptLost` */
  renew(id: string, holder: string, leaseUntil: Instant): Promise<void>;
  /** Takes an open attempt whose lease has run out. @returns false when somebody else holds it still. */
  takeOver(id: string, holder: string, now: Instant, leaseUntil: Instant): Promise<boolean>;
  /** @throws {Failure} `AttemptLost` when the holder is another or it has ended. */
  end(id: string, holder: string, end: AttemptEnd, at: Instant, reason: string): Promise<void>;
  /** Says of an undone attempt that it may be made again. @returns false when it is none, or that was said before. */
  retry(id: string, at: Instant): Promise<boolean>;
  openOf(device: DeviceName): Promise<AttemptRecord | null>;
  /** Which of these devices have an open one, and of which plan. */
  listOpen(devices: readonly DeviceName[]): Promise<readonly Pick<AttemptRecord, 'device' | 'planId'>[]>;
  /** Newest first. */
  list(device: DeviceName, limit: number): Promise<readonly AttemptRecord[]>;
  /** The attempt of this number on this device, of the one plan whose id begins so; null: none is known, or several. */
  named(device: DeviceName, planIdStart: string, number: number): Promise<AttemptRecord | null>;
  /** The last attempt of this plan on this device. */
  lastOf(device: DeviceName, planId: PlanId): Promise<AttemptRecord | null>;
}
