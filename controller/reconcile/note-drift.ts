import { digestOf } from '../records/digest.ts';
import { driftOf, type DesiredState, type DriftEntry, type LiveState, type Plan } from '#differ';
import { record } from '../events.ts';
import { attributeDrift } from '../policy/attribution.ts';
import { driftScopeOf } from '../policy/drift-rules.ts';
import type { DeviceRecord } from '../records/devices.ts';
import type { NotedDrift } from '../records/drift.ts';
import type { PassContext } from './pass-context.ts';

/**
 * Compares live with the last confirmed state, never with what is only desired (approval.md §5). New drift is recorded
 * once, with who did it as far as the router tells; rows that nobody declared are no drift where they are tolerated, nor
 * are those that the plan holds back.
 */
export async function noteDrift(
  pass: PassContext,
  known: DeviceRecord | null,
  live: LiveState,
  { heldBack, frozen }: Pick<Plan, 'heldBack' | 'frozen'>,
): Promise<void> {
  const { ports, target, session, signal } = pass;
  if (known === null || known.base === null) return;
  const base = stillManaged(known.base, target.desired);
  const entries = driftOf(base, live, frozen, undefined, heldBack).flatMap((entry): readonly NotedDrift[] => {
    const { mode } = driftScopeOf(target.rollout.drift, entry.menu);
    return mode === 'ignore' || (entry.class === 'Extra' && !prunes(base, entry)) ? [] : [{ ...entry, mode }];
  });
  if (entries.length === 0) {
    await ports.store.drift.clear(target.name, ports.clock.now());
    return;
  }
  const digest = digestOf(entries);
  if ((await ports.store.drift.open(target.name))?.digest === digest) return;
  const history = await session.print('/system/history', undefined, signal);
  const log = await session.print('/log', undefined, signal);
  const attribution = attributeDrift(entries, history, log, pass.user);
  const firstSeenAt = ports.clock.now();
  await ports.store.transaction(async (records) => {
    await records.drift.report({ device: target.name, digest, firstSeenAt, entries, attribution });
    const detail = { entries: entries.length, attribution };
    const origin = { actor: 'controller', at: firstSeenAt };
    await record(records, { action: 'drift.found', device: target.name, detail }, origin);
  });
}

/** A section that vanished is released: what happens there is nobody's drift. */
function stillManaged(base: DesiredState, desired: DesiredState): DesiredState {
  return { menus: Object.fromEntries(Object.entries(base.menus).filter(([menu]) => menu in desired.menus)) };
}

function prunes(base: DesiredState, entry: DriftEntry): boolean {
  const menu = base.menus[entry.menu];
  return menu?.shape === 'list' && menu.unlisted === 'prune';
}
