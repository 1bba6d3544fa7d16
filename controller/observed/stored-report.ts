import { createHash } from 'node:crypto';
import { Failure } from '#failure';
import type { DeviceName } from '../ports.ts';
import type { ObservedRecord } from '../records/observed.ts';
import type { Outcome } from './outcome.ts';
import type { VisitReport } from './report.ts';

type Offline = Extract<Outcome, { readonly kind: 'Deferred' }>;
type StoredFailure = Pick<Failure, 'code' | 'message'> & { readonly detail: string | null };
type Kept = Exclude<Outcome, Offline> | (Pick<Offline, 'kind' | 'readAt'> & { readonly failure: StoredFailure });

/** A report as the store keeps it. What would be done to an offline device is left out: it holds rows of the router. */
export function recordOf(device: DeviceName, { outcome, ...report }: VisitReport): ObservedRecord {
  return { ...report, device, outcome: keptOf(outcome) };
}

/** A report that the store kept. */
export function reportOf({ outcome, ...record }: ObservedRecord): VisitReport {
  const { revision, at, durationMs, failures, nextAt, router, readAt } = record;
  return { outcome: outcomeOf(outcome as Kept), revision, at, durationMs, failures, nextAt, router, readAt };
}

/** Tells whether two reports say the same but for when. */
export function markOf({ outcome, revision, router }: VisitReport): string {
  const { failure, ...is } = { failure: null, ...keptOf(outcome) };
  // Words of failures hold times and numbers of tries.
  const text = JSON.stringify([is, failure?.code, revision, router]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}

function keptOf(outcome: Outcome): Kept {
  if (outcome.kind !== 'Deferred') return outcome;
  const { failure, readAt, preview } = outcome;
  const { code, message, detail = null } = failure;
  // Without its preview the last read would say that nothing is to be done.
  return { kind: 'Deferred', failure: { code, message, detail }, readAt: preview === null ? readAt : null };
}

function outcomeOf(kept: Kept): Outcome {
  if (kept.kind !== 'Deferred') return kept;
  const { code, message, detail } = kept.failure;
  const failure = new Failure(code, message, detail === null ? {} : { detail });
  return { kind: 'Deferred', failure, readAt: kept.readAt, preview: null };
}
