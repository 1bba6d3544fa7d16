import { planPart, type Plan } from '#differ';
import type { AttemptRecord } from '../records/attempts.ts';

/** The part of a split plan that an attempt is at: each begins with a step `arming`. */
export function partOf({ steps }: Pick<AttemptRecord, 'steps'>): number {
  return Math.max(0, steps.filter(({ step }) => step === 'arming').length - 1);
}

/** How many parts the attempt's plan has. */
export function partsIn({ payload }: Pick<AttemptRecord, 'payload'>): number {
  return payload.body.split?.length ?? 1;
}

/** What is armed, written, judged and confirmed or undone now: the whole plan, or its current part. */
export function currentPlan(attempt: Pick<AttemptRecord, 'payload' | 'steps'>): Plan {
  return planPart(attempt.payload.plan, attempt.payload.body.split, partOf(attempt));
}

/** `1 of 3 parts stand: ` before what is said of a part that did not; `''` where no part stands. */
export function standingText(attempt: Pick<AttemptRecord, 'payload' | 'steps'>): string {
  const done = partOf(attempt);
  return done === 0 ? '' : `${done} of ${partsIn(attempt)} parts stand: `;
}
