import type { Version } from '#routeros';
import { record } from '../events.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Clock, DeviceSession, Instant } from '../ports.ts';
import type { AttemptEnd, AttemptRecord, AttemptStep } from '../records/attempts.ts';
import type { Records, Store } from '../records/store.ts';

/**
 * How long a controller's word on an attempt counts; renewed with each step and write, longer than any single request.
 */
const LEASE_MS = 240_000;
/** A write is only sent with this much of the lease left: a request may run 65 s and longer on big menus. */
const LEASE_FLOOR_MS = 120_000;

/** Everything one attempt works with. */
export interface ApplyContext {
  readonly session: DeviceSession;
  readonly store: Store;
  readonly clock: Clock;
  /** RouterOS version of the device. */
  readonly version: Version;
  /** This controller, as the store knows it. */
  readonly holder: string;
  readonly log: Logger;
  /** Why nobody's word stands any more for what an attempt writes, because a key was revoked; null: it stands. */
  revoked(attempt: AttemptRecord): Promise<string | null>;
}

/** Any step but the first, which opens the attempt. */
type LaterStep = Exclude<AttemptStep, 'arming'>;

/** Why a step may not be made now; null: it may. Asked in the transaction that would store it. */
export type Objection = (records: Records, at: Instant) => Promise<string | null>;

/**
 * Commits a step with its audit event before the effect that it announces; `also` joins the same transaction. @throws
 * {Failure} `AttemptLost`
 */
export async function commitStep(
  work: ApplyContext,
  attempt: AttemptRecord,
  step: LaterStep,
  detail: string,
  also: (records: Records, at: Instant) => Promise<void> = async () => {},
): Promise<AttemptRecord> {
  const stored = await tryStep(work, attempt, step, detail, async (records, at) => {
    await also(records, at);
    return null;
  });
  if ('objection' in stored) throw new Error(`The step ${step} was not stored: ${stored.objection}`);
  return stored;
}

/** As commitStep, unless there is an objection: then nothing is stored. @throws {Failure} `AttemptLost` */
export async function tryStep(
  work: ApplyContext,
  attempt: AttemptRecord,
  step: LaterStep,
  detail: string,
  objection: Objection,
): Promise<AttemptRecord | { readonly objection: string }> {
  const at = work.clock.now();
  const leaseUntil = at + LEASE_MS;
  const against = await work.store.transaction(async (records) => {
    const why = await objection(records, at);
    if (why !== null) return why;
    await records.attempts.step(attempt.id, work.holder, step, at, detail);
    await records.attempts.renew(attempt.id, work.holder, leaseUntil);
    await recordStep(records, attempt, at, step, detail);
    return null;
  });
  if (against !== null) return { objection: against };
  return { ...attempt, steps: [...attempt.steps, { step, at, detail }], leaseUntil };
}

/**
 * Confirms one part of a plan and begins the next, in the transaction that `also` joins. @throws {Failure} `AttemptLost`
 */
export async function beginNextPart(
  work: ApplyContext,
  attempt: AttemptRecord,
  detail: string,
  also: (records: Records, at: number) => Promise<void>,
): Promise<AttemptRecord> {
  const at = work.clock.now();
  const leaseUntil = at + LEASE_MS;
  await work.store.transaction(async (records) => {
    await records.attempts.step(attempt.id, work.holder, 'arming', at, detail);
    await records.attempts.renew(attempt.id, work.holder, leaseUntil);
    await also(records, at);
    await recordStep(records, attempt, at, 'part', detail);
  });
  return { ...attempt, steps: [...attempt.steps, { step: 'arming', at, detail }], leaseUntil };
}

/** Ends an attempt; `also` joins the same transaction (the new base of a confirmed one). */
export async function endAttempt(
  work: ApplyContext,
  attempt: AttemptRecord,
  end: AttemptEnd,
  reason: string,
  also: (records: Records, at: number) => Promise<void> = async () => {},
): Promise<void> {
  const at = work.clock.now();
  await work.store.transaction(async (records) => {
    await records.attempts.end(attempt.id, work.holder, end, at, reason);
    await also(records, at);
    await recordStep(records, attempt, at, end, reason);
  });
}

/**
 * Makes sure that no other controller can take the attempt over while the next request runs. @throws {Failure}
 * `AttemptLost`
 */
export async function holdLease(work: ApplyContext, attempt: AttemptRecord): Promise<AttemptRecord> {
  const now = work.clock.now();
  if (attempt.leaseUntil - now > LEASE_FLOOR_MS) return attempt;
  await work.store.attempts.renew(attempt.id, work.holder, now + LEASE_MS);
  return { ...attempt, leaseUntil: now + LEASE_MS };
}

/** Sleeps in pieces and keeps the lease meanwhile. @throws {Failure} `AttemptLost` */
export async function restUnder(
  work: ApplyContext,
  attempt: AttemptRecord,
  milliseconds: number,
  signal: AbortSignal,
): Promise<AttemptRecord> {
  let current = attempt;
  for (let left = milliseconds; left > 0; left -= LEASE_FLOOR_MS / 2) {
    await work.clock.sleep(Math.min(left, LEASE_FLOOR_MS / 2), signal);
    current = await holdLease(work, current);
  }
  return current;
}

/** Until when a new or taken-over attempt is this controller's. */
export function leaseFrom(now: number): number {
  return now + LEASE_MS;
}

async function recordStep(
  records: Records,
  { id, planId, number, device, correlationId }: AttemptRecord,
  at: Instant,
  step: LaterStep | AttemptEnd | 'part',
  detail: string,
): Promise<void> {
  const event = { action: `attempt.${step}`, device, detail: { attempt: id, planId, number, detail } } as const;
  await record(records, event, { actor: 'controller', at, correlationId });
}
