import type { PlanBody } from './plan.ts';
import { touchedDigestOf } from './plan-id.ts';

/** What a plan id is made of besides the changes. What is long stands here as its digest. */
export interface PlanFacts extends Pick<
  PlanBody,
  'source' | 'device' | 'confirmWithinSeconds' | 'rowsPerSecond' | 'policyDigest'
> {
  /** Over the touched rows as they were read. */
  readonly touchedDigest: string;
}

/** The facts of a body: with its changes, everything that its id is made of. */
export function factsOf(body: PlanBody): PlanFacts {
  const { source, device, confirmWithinSeconds, rowsPerSecond, policyDigest, touched } = body;
  const measured = rowsPerSecond === undefined ? {} : { rowsPerSecond };
  return { source, device, confirmWithinSeconds, ...measured, policyDigest, touchedDigest: touchedDigestOf(touched) };
}
