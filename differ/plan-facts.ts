import type { PlanBody } from './plan.ts';
import { touchedDigestOf } from './plan-id.ts';

/** What a plan id is made of besides the changes. What is long stands here as its digest. */
export interface PlanFacts extends Pick<
  PlanBody,
  'source' | 'device' | 'confirmWithinSeconds' | 'rowsPerSecond' | 'split' | 'policyDigest'
> {
  /** Over the touched rows as they were read. */
  readonly touchedDigest: string;
}

/** The facts of a body: with its changes, everything that its id is made of. */
export function factsOf(body: PlanBody): PlanFacts {
  const { source, device, confirmWithinSeconds, rowsPerSecond, split, policyDigest, touched } = body;
  const more = { ...(rowsPerSecond === undefined ? {} : { rowsPerSecond }), ...(split === undefined ? {} : { split }) };
  return { source, device, confirmWithinSeconds, ...more, policyDigest, touchedDigest: touchedDigestOf(touched) };
}
