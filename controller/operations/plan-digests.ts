import { factsOf, type Plan, type PlanBody, type PlanFacts, sharedKeyOf } from '#differ';
import { digestOf } from '../records/digest.ts';
import type { PlanEntry, PlanRecords } from '../records/plans.ts';

/** What a list tells of a plan. */
export interface PlanDigest {
  readonly changes: number;
  readonly facts: PlanFacts;
  /** Equal for plans that differ only in the device. */
  readonly group: string;
}

/** A plan that is stored or, where it has a `preview`, in memory. */
interface Listed extends PlanEntry {
  readonly preview: WholePlan | null;
}

interface WholePlan {
  readonly plan: Plan;
  readonly body: PlanBody;
}

/** What lists tell of plans, which are large: each is read and taken apart once, as long as it stays listed. */
export interface PlanDigests {
  /** In the same order, less those that left the store meanwhile. */
  digested<Entry extends Listed>(entries: readonly Entry[]): Promise<readonly (Entry & PlanDigest)[]>;
}

/** So many digests of plans that others listed are kept beside those of the last list. */
const KEPT = 5_000;

/** Remembers the digests of the plans that were listed last, whoever sees how many of them. */
export function planDigests(plans: Pick<PlanRecords, 'get'>): PlanDigests {
  let last: ReadonlyMap<string, PlanDigest> = new Map();
  return {
    async digested(entries) {
      const known = new Map<string, PlanDigest>();
      const listed = [];
      for (const entry of entries) {
        const key = keyOf(entry);
        const digest = last.get(key) ?? digestOfPlan(entry.preview ?? (await plans.get(entry.id)));
        if (digest === null) continue;
        known.set(key, digest);
        listed.push({ ...entry, ...digest });
      }
      for (const [key, digest] of last)
        if (known.size < listed.length + KEPT && !known.has(key)) known.set(key, digest);
      last = known;
      return listed;
    },
  };
}

/** Proposed anew, or read anew from an offline device, a plan may bring other notes with the same id. */
function keyOf({ id, createdAt }: PlanEntry): string {
  return `${id} ${String(createdAt)}`;
}

function digestOfPlan(whole: WholePlan | null): PlanDigest | null {
  if (whole === null) return null;
  const { plan, body } = whole;
  return { changes: plan.changes.length, facts: factsOf(body), group: digestOf(sharedKeyOf(plan)) };
}
