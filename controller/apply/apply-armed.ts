import { nextBase, rowsAfterPart, nextNonConverging, type LiveState, type Plan } from '#differ';
import { Failure } from '#failure';
import type { DeviceName, Instant } from '../ports.ts';
import { digestOf } from '../records/digest.ts';
import type { Records } from '../records/store.ts';
import { runChecks } from '../device/checks.ts';
import type { HealthRules } from '../records/health.ts';
import { occupiedBy, readOccupancy } from '../device/occupancy.ts';
import type { AttemptRecord } from '../records/attempts.ts';
import type { HealthReport } from '../records/health.ts';
import { keepsOf } from './keeps.ts';
import { arm, claimConfirm, disarm, undoWaits } from './arm.ts';
import { readTouched, relationOf } from './relation.ts';
import { armedNamesOf } from './token.ts';
import { undo } from './undo.ts';
import { rememberedPace } from './deadline.ts';
import { currentPlan, partOf, standingText } from './attempt-part.ts';
import { undoScripts } from './undo-script.ts';
import {
  beginNextPart,
  commitStep,
  endAttempt,
  holdLease,
  restUnder,
  tryStep,
  type Objection,
  type ApplyContext,
} from './apply-context.ts';
import { UNDO_GONE, writePlan, type WriteResult } from './write.ts';

/** How one attempt ended on the device. */
export type Verdict =
  | { readonly kind: 'confirmed'; readonly health: HealthReport }
  | { readonly kind: 'undone'; readonly reason: string; readonly health: HealthReport | null }
  | { readonly kind: 'closed'; readonly reason: string };

/** How one part of a plan ended on the device; `partConfirmed`: it stands, and the attempt is at the next one. */
export type PartVerdict = Verdict | { readonly kind: 'partConfirmed'; readonly attempt: AttemptRecord };

/** The store may keep us waiting between the last read and the first write: what was read longer ago is read again. */
const FRESH_FOR_MS = 2_000;
/** A busy moment right after a change is no verdict: unhealthy checks are made again this often. */
const HEALTH_TRIES = 3;
const HEALTH_PAUSE_MS = 5_000;
/** Cpu, memory, interfaces and the like together. */
const OTHER_CHECKS_SECONDS = 10;
const RESOLVE_SECONDS = 5;

/**
 * How long the checks of one attempt take at the most, for `confirmWithin`: every try with all its pings (one a
 * second), and the pauses.
 */
export function healthSecondsOf(rules: HealthRules, settleSeconds: number): number {
  const pings = rules.pings.reduce((sum, ping) => sum + ping.count, 0);
  const oneTry = OTHER_CHECKS_SECONDS + pings + rules.resolve.length * RESOLVE_SECONDS;
  return settleSeconds + HEALTH_TRIES * oneTry + ((HEALTH_TRIES - 1) * HEALTH_PAUSE_MS) / 1000;
}

/**
 * Asked of a router that is armed, right before the first write: what let the attempt begin may have changed while it
 * was being armed. What must be read of the router is read then; the objection is asked in the transaction that stores
 * the step.
 */
export type LookAgain = () => Promise<Objection>;

/**
 * Arms, writes, proves convergence, checks health and confirms; or lets the router undo (armed-rollback.md).
 * The attempt is open and its last step is `arming`. A failure leaves it open: the device undoes it, the next pass
 * settles it.
 * @param clear judges the part that is to be armed; a string says why it is not.
 */
export async function applyArmed(
  work: ApplyContext,
  attempt: AttemptRecord,
  clear: (attempt: AttemptRecord) => Promise<string | LookAgain>,
  signal: AbortSignal,
): Promise<Verdict> {
  for (let current = attempt; ;) {
    const lookAgain = await clear(current);
    if (typeof lookAgain === 'string') return await closeUnwritten(work, current, lookAgain, signal);
    const verdict = await applyPart(work, await holdLease(work, current), lookAgain, signal);
    if (verdict.kind !== 'partConfirmed') return verdict;
    current = verdict.attempt;
  }
}

async function applyPart(
  work: ApplyContext,
  attempt: AttemptRecord,
  lookAgain: LookAgain,
  signal: AbortSignal,
): Promise<PartVerdict> {
  const { tier, confirmWithinSeconds } = attempt.payload;
  const plan = currentPlan(attempt);
  const names = armedNamesOf(attempt.planId, attempt.number);
  try {
    await arm(
      work.session,
      {
        names,
        undo: undoScripts(plan, names, work.version),
        confirmWithinSeconds,
        tier,
        takesSecrets: keepsOf(plan, names).length > 0,
      },
      signal,
    );
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'ArmFailed') throw error;
    return await closeUnwritten(work, attempt, error.message, signal);
  }
  const armed = await commitStep(work, attempt, 'armed', tier);
  const objection = await lookAgain();
  // Asked before the plan's menus are read: nothing else may come between them and the first write.
  if (!(await undoWaits(work.session, names, signal))) return await closeUnwritten(work, armed, UNDO_GONE, signal);
  const live = await readTouched(work.session, plan, signal);
  const readAt = work.clock.monotonic();
  if (relationOf(plan, live) !== 'before')
    return await closeUnwritten(work, armed, 'the router changed between planning and arming', signal);
  const many = plan.changes.length === 1 ? '1 change' : `${plan.changes.length} changes`;
  const applying = await tryStep(work, armed, 'applying', many, objection);
  if ('objection' in applying) return await closeUnwritten(work, armed, applying.objection, signal);
  const fresh = work.clock.monotonic() - readAt < FRESH_FOR_MS ? live : null;
  const result = await writePlan(work, applying, signal, fresh);
  // An undo would take back what somebody else has done meanwhile.
  if (!result.written && result.untouched) return await closeUnwritten(work, applying, result.reason, signal);
  return await judgeWritten(work, applying, result, signal);
}

/** Goes on where an earlier life of the controller may have written already. */
export async function writeAndJudge(
  work: ApplyContext,
  attempt: AttemptRecord,
  signal: AbortSignal,
): Promise<PartVerdict> {
  return await judgeWritten(work, attempt, await writePlan(work, attempt, signal), signal);
}

async function judgeWritten(
  work: ApplyContext,
  attempt: AttemptRecord,
  result: WriteResult,
  signal: AbortSignal,
): Promise<PartVerdict> {
  if (!result.written) {
    if (result.unconverged !== null && attempt.payload.purpose === 'apply')
      await rememberUnconverged(work, attempt, result.unconverged);
    return await undone(work, attempt, result.reason, null, signal);
  }
  const applied = await commitStep(work, result.attempt, 'applied', 'all changes are on the router');
  const verdict = await judge(work, applied, signal);
  if (verdict.kind === 'confirmed' && result.rowsPerSecond !== null)
    await rememberPace(work, attempt, result.rowsPerSecond);
  return verdict;
}

/** Only of what was confirmed: a plan that was undone must not become another one, which nobody has tried yet. */
async function rememberPace(work: ApplyContext, { device }: AttemptRecord, rowsPerSecond: number): Promise<void> {
  const probed = (await work.store.devices.get(device))?.probed ?? null;
  if (probed !== null)
    await work.store.devices.setProbed(device, { ...probed, rowsPerSecond: rememberedPace(rowsPerSecond) });
}

/** A field that did not converge twice is frozen from then on. */
async function rememberUnconverged(work: ApplyContext, attempt: AttemptRecord, live: LiveState): Promise<void> {
  const record = await work.store.devices.get(attempt.device);
  const next = nextNonConverging(record?.unconverged ?? [], currentPlan(attempt), live);
  await work.store.devices.setConvergence(
    attempt.device,
    [...(record?.frozen ?? []), ...next.frozen],
    next.unconverged,
  );
}

/** Health, verdict, confirm. */
export async function judge(work: ApplyContext, attempt: AttemptRecord, signal: AbortSignal): Promise<PartVerdict> {
  const health = await judgeHealth(work, await holdLease(work, attempt), signal);
  const keep = async (records: Records, at: Instant): Promise<void> =>
    await records.health.add({ device: attempt.device, attemptId: attempt.id, at, ...health });
  if (health.verdict !== 'healthy') {
    const reason = `health is ${health.verdict}: ${faultsOf(health)}`;
    const judged = await commitStep(work, attempt, 'verdict-unhealthy', reason, keep);
    return await undone(work, judged, reason, health, signal);
  }
  return await confirm(
    work,
    await commitStep(work, attempt, 'verdict-healthy', 'all checks passed', keep),
    health,
    signal,
  );
}

/**
 * The claim decides: after it the change stays, or the undo was faster and it does not. None is made for what was
 * approved with a key that is revoked.
 */
export async function confirm(
  work: ApplyContext,
  attempt: AttemptRecord,
  health: HealthReport,
  signal: AbortSignal,
): Promise<PartVerdict> {
  const revoked = await work.revoked(attempt);
  if (revoked !== null) return await undone(work, attempt, revoked, health, signal);
  const won = await claimConfirm(work, attempt, signal).catch((error: unknown) => {
    if (error instanceof Failure && error.code === 'TooLate') return false;
    throw error;
  });
  if (!won) return await undone(work, attempt, 'the undo on the router was faster, or would have been', health, signal);
  const claimed = await commitStep(work, attempt, 'disarming', 'the claim is won');
  const next = await finishConfirmed(work, claimed, 'healthy and confirmed', signal);
  return next === null ? { kind: 'confirmed', health } : { kind: 'partConfirmed', attempt: next };
}

/**
 * After the claim is won: cleans up and makes the desired state, with the rows that the plan released, the base, in
 * the transaction that ends the attempt. A rollback makes the base what it was before the attempt that it takes back.
 * Where parts of the plan are left, the rows of those stay in the base as they were, and the attempt goes on.
 * @returns the attempt at its next part; null: it has ended.
 */
export async function finishConfirmed(
  work: ApplyContext,
  attempt: AttemptRecord,
  reason: string,
  signal: AbortSignal,
): Promise<AttemptRecord | null> {
  const names = armedNamesOf(attempt.planId, attempt.number);
  await disarm(work.session, names, keepsOf(currentPlan(attempt), names), signal);
  const occupied = occupiedBy(await readOccupancy(work.session, signal));
  const { purpose, before, desired, plan, revision } = attempt.payload;
  const confirmed =
    purpose === 'rollback'
      ? before
      : { base: nextBase(desired, plan, before.base), revision: confirmedRevision(plan, before.revision, revision) };
  const part = partOf(attempt);
  const { split } = attempt.payload.body;
  if (split !== undefined && part + 1 < split.length) {
    const heldBack = [...(plan.heldBack ?? []), ...rowsAfterPart(plan, split, part)];
    const standing = nextBase(desired, { ...plan, heldBack }, before.base);
    return await beginNextPart(work, attempt, `part ${part + 2} of ${split.length}`, (records, at) =>
      records.devices.setBase(attempt.device, standing, before.revision, at),
    );
  }
  const record = purpose === 'rollback' ? null : await work.store.devices.get(attempt.device);
  const ending =
    occupied === null
      ? reason
      : `${reason}, but ${occupied}: if that ends without being kept, the router undoes the change`;
  await endAttempt(work, attempt, 'confirmed', ending, async (records, at) => {
    await records.devices.setBase(attempt.device, confirmed.base, confirmed.revision, at);
    await records.plans.clear(attempt.device, at);
    await endDrift(records, attempt.device, plan, at);
    if ((record?.unconverged.length ?? 0) > 0)
      await records.devices.setConvergence(attempt.device, record?.frozen ?? [], []);
  });
  return null;
}

/** Of the drift what the plan was told to leave is there still, found and blamed as it was. */
async function endDrift(records: Records, device: DeviceName, { left = [] }: Plan, at: Instant): Promise<void> {
  const open = left.length === 0 ? null : await records.drift.open(device);
  const entries = open?.entries.filter(({ menu }) => left.includes(menu)) ?? [];
  if (open === null || entries.length === 0) await records.drift.clear(device, at);
  else await records.drift.report({ ...open, entries, digest: digestOf(entries) });
}

/**
 * The revision that stands with a base. What is held back of a plan came in by then and is not confirmed: its authors
 * are still to be asked for when it is planned (approval.md §2), so the revision stays what it was.
 */
export function confirmedRevision(plan: Plan, before: string | null, desired: string): string | null {
  return plan.heldBack === undefined ? desired : before;
}

/**
 * Nothing was written: takes the undo off the router again. Where parts of the plan stand that is no end as if nothing
 * had been: what is left is another plan, and waits for another approval.
 */
export async function closeUnwritten(
  work: ApplyContext,
  attempt: AttemptRecord,
  reason: string,
  signal: AbortSignal,
): Promise<Verdict> {
  const names = armedNamesOf(attempt.planId, attempt.number);
  await disarm(work.session, names, keepsOf(currentPlan(attempt), names), signal);
  if (partOf(attempt) > 0) {
    const standing = `${standingText(attempt)}${reason}`;
    await endAttempt(work, attempt, 'undone', standing);
    return { kind: 'undone', reason: standing, health: null };
  }
  await endAttempt(work, attempt, 'closed', reason);
  return { kind: 'closed', reason };
}

async function undone(
  work: ApplyContext,
  attempt: AttemptRecord,
  reason: string,
  health: HealthReport | null,
  signal: AbortSignal,
): Promise<Verdict> {
  await undo(work, attempt, reason, signal);
  return { kind: 'undone', reason: `${standingText(attempt)}${reason}`, health };
}

async function judgeHealth(work: ApplyContext, attempt: AttemptRecord, signal: AbortSignal): Promise<HealthReport> {
  const { health, settleSeconds, runningInterfaces } = attempt.payload;
  let current = await restUnder(work, attempt, settleSeconds * 1000, signal);
  const holdOn = async (): Promise<void> => {
    current = await holdLease(work, current);
  };
  for (let tries = 1; ; tries += 1) {
    const report = await runChecks(work.session, health, runningInterfaces, holdOn, signal);
    if (report.verdict === 'healthy' || tries === HEALTH_TRIES) return report;
    current = await restUnder(work, current, HEALTH_PAUSE_MS, signal);
  }
}

function faultsOf(health: HealthReport): string {
  return health.checks
    .filter((check) => check.verdict !== 'healthy')
    .map((check) => `${check.check} (${check.message})`)
    .join('; ');
}
