import { digestOf, sameDesired } from '../records/digest.ts';
import {
  cameUnlisted,
  type DesiredState,
  driftIn,
  driftOf,
  type DriftEntry,
  type LiveState,
  type Plan,
  type PlanInput,
} from '#differ';
import { record } from '../events.ts';
import { attributionText, leastSure } from '../policy/attribution.ts';
import { driftScopeOf } from '../policy/drift-rules.ts';
import type { DeviceRecord } from '../records/devices.ts';
import type { NotedDrift } from '../records/drift.ts';
import { driftSuspicions } from './drift-suspicions.ts';
import type { PassContext } from './pass-context.ts';

/**
 * Compares live with the last confirmed state, never with what is only desired (approval.md §5). New drift is recorded
 * once, with who did it as far as the router tells. Rows that nobody declared are no drift where they are tolerated, nor
 * where they were before pruning began; nor are those that the plan holds back.
 */
export async function noteDrift(
  pass: PassContext,
  known: DeviceRecord | null,
  { desired, live }: Pick<PlanInput, 'desired' | 'live'>,
  plan: Plan,
): Promise<void> {
  const { ports, target } = pass;
  const { drift } = ports.store;
  if (known === null || known.base === null) return;
  const base = stillManaged(known.base, desired);
  const cameLater = cameUnlisted(base);
  const entries = driftFrom(base, desired, live, plan).flatMap((entry): readonly NotedDrift[] => {
    const { mode } = driftScopeOf(target.rollout.drift, entry.menu);
    const isDrift = entry.class !== 'Extra' || cameLater(entry.menu, entry.live);
    return mode === 'ignore' || !isDrift ? [] : [{ ...entry, mode }];
  });
  if (entries.length === 0) {
    await drift.clear(target.name, ports.clock.now());
    return;
  }
  const digest = digestOf(entries);
  const open = await drift.open(target.name);
  if (open?.digest === digest) return;
  const suspicions = await driftSuspicions(pass, known, base, entries, open);
  const attribution = attributionText(suspicions);
  const firstSeenAt = ports.clock.now();
  await ports.store.transaction(async (records) => {
    await records.drift.report({ device: target.name, digest, firstSeenAt, entries, attribution, suspicions });
    const detail = { entries: entries.length, attribution, sure: leastSure(suspicions) };
    const origin = { actor: 'controller', at: firstSeenAt };
    await record(records, { action: 'drift.found', device: target.name, detail }, origin);
  });
}

/**
 * Where nothing else is desired than was confirmed, the plan has compared the two already; and an empty one makes
 * desired the base at once.
 */
function driftFrom(base: DesiredState, desired: DesiredState, live: LiveState, plan: Plan): readonly DriftEntry[] {
  const { heldBack, frozen } = plan;
  const isCompared = heldBack === undefined && (plan.changes.length === 0 || sameDesired(base, desired));
  if (isCompared) return driftIn(plan, base, live);
  return driftOf(base, live, frozen, undefined, heldBack);
}

/** A section that vanished is released: what happens there is nobody's drift. */
function stillManaged(base: DesiredState, desired: DesiredState): DesiredState {
  return { menus: Object.fromEntries(Object.entries(base.menus).filter(([menu]) => menu in desired.menus)) };
}
