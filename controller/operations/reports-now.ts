import { peopleIn } from '#signatures';
import type { Inventory } from '../desired/inventory.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { askBetweenVisits, type News } from '../gates/between-visits.ts';
import type { Outcome } from '../observed/outcome.ts';
import type { VisitReport } from '../observed/report.ts';
import type { Clock, DeviceName } from '../ports.ts';
import { heldBy, ringOf } from '../trust/authority.ts';
import type { ScopedStore } from './scoped-store.ts';

/** What is known of visits and of what was decided since. */
export interface KnownVisits {
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Pick<ScopedStore, 'freeze' | 'revocations'> & {
    readonly rollouts: Pick<ScopedStore['rollouts'], 'listSince'>;
  };
  readonly fleet: Pick<Fleet, 'source' | 'devices' | 'targetOf' | 'sourceStatus'> & {
    readonly inventory: Pick<Inventory, 'roster'> | null;
  };
  lastOf(device: DeviceName): VisitReport | null;
}

type Reports = (device: DeviceName) => VisitReport | null;

/** What a visit ended with, if its plan waits and can be asked about. */
export type Waiting = Extract<Outcome, { readonly kind: 'Waiting' }> &
  Required<Pick<Extract<Outcome, { readonly kind: 'Waiting' }>, 'facts'>>;

/** Whether a plan waits whose gates can be asked without another visit. */
export function isWaiting(outcome: Outcome | undefined): outcome is Waiting {
  return outcome?.kind === 'Waiting' && outcome.facts !== undefined;
}

/**
 * The newest visits, with the reasons of plans that wait as of now: a freeze, a rollout, a window, a revoked key and
 * the end of an approval have their own time. The store is asked once for all devices.
 */
export async function reportsNow(known: KnownVisits): Promise<Reports> {
  const { fleet } = known;
  const waiting = fleet.devices().flatMap((device) => {
    const report = known.lastOf(device);
    return report !== null && isWaiting(report.outcome) ? [report] : [];
  });
  if (waiting.length === 0) return (device) => known.lastOf(device);
  const news = await newsSince(known, Math.min(...waiting.map(({ at }) => at)));
  const told = new Map<VisitReport, VisitReport>();
  return (device) => {
    const report = known.lastOf(device);
    const target = fleet.targetOf(device);
    if (report === null || target === null || !isWaiting(report.outcome)) return report;
    const { outcome } = report;
    const now = told.get(report) ?? {
      ...report,
      outcome: asOf(outcome, askBetweenVisits(outcome.facts, outcome.planId, target, news)),
    };
    told.set(report, now);
    return now;
  };
}

function asOf(outcome: Waiting, { reasons, approval }: ReturnType<typeof askBetweenVisits>): Outcome {
  return { ...outcome, reasons, ready: approval === null ? null : { approvedAt: approval.approvedAt } };
}

/** What was decided since a visit, whatever it found. */
export async function newsSince(
  { clock, store, fleet }: Omit<KnownVisits, 'lastOf'>,
  visitedAt: number,
): Promise<News> {
  const ring = await ringOf(store, fleet.inventory);
  return {
    freeze: await store.freeze.get(),
    rollouts: await store.rollouts.listSince(fleet.source, visitedAt),
    roster: fleet.sourceStatus() === null ? null : peopleIn(ring),
    held: (consents) => heldBy(ring, consents),
    now: clock.now(),
  };
}
