import { makePlan, planIdOf, type DesiredState, type FrozenField, type LiveState } from '#differ';
import { Failure, type MenuPath } from '#routeros';
import type { DeviceIdentity } from '../device/identity.ts';
import { readLive } from '../device/live.ts';
import type { DeviceName } from '../ports.ts';
import { applyPlan } from './apply-plan.ts';
import { noteDrift } from './note-drift.ts';
import { identify } from './identify.ts';
import type { Outcome } from './outcome.ts';
import type { Ports } from './ports.ts';
import { bodyOf, proposePlan } from './propose-plan.ts';
import type { Target } from './target.ts';
import { settleOpen } from './settle-open.ts';
import { strayUndo } from './stray-undo.ts';

/**
 * The one path: one pass over one device. It settles what an earlier life left open, reads, plans, asks the gates, and applies what they
 * let through. Every ending is an Outcome; a failed read ends the pass before anything is decided.
 */
export async function reconcileDevice(ports: Ports, device: DeviceName, signal: AbortSignal): Promise<Outcome> {
  const target = ports.targetOf(device);
  if (target === null) return { kind: 'Suspended', reason: 'the device is no longer in the fleet' };
  if (target.suspended) return { kind: 'Suspended', reason: 'spec.suspend is set' };
  try {
    const line = await ports.connect(target);
    try {
      const identity = await identify(ports, target, line.session, signal);
      const pass = { ports, target, ...line, identity, signal };

      const settled = (await settleOpen(pass)) ?? (await strayUndo(pass));
      if (settled !== null) return settled;

      const record = await ports.store.devices.get(device);
      const input = planInputOf(target.desired, record?.base ?? null, record?.frozen ?? []);
      const live = await readLive(line.session, Object.keys(target.desired.menus) as MenuPath[], signal);
      remember(ports, device, live, identity);
      const plan = makePlan({ ...input, live });
      const drift = await noteDrift(pass, record, live);

      const proposal = await proposePlan(pass, record, { ...input, live }, plan, drift);
      return proposal.kind === 'ready' ? await applyPlan(pass, record, proposal) : proposal;
    } finally {
      await line.session.close();
    }
  } catch (error) {
    if (error instanceof Failure) return await deferred(ports, target, error);
    throw error;
  }
}

/** The device catches up by itself; meanwhile people see what would be done, from its last read. */
async function deferred(ports: Ports, target: Target, failure: Failure): Promise<Outcome> {
  const lastRead = ports.memory.get(target.name)?.lastRead;
  if (lastRead === null || lastRead === undefined) return { kind: 'Deferred', failure, preview: null };
  const record = await ports.store.devices.get(target.name);
  const input = planInputOf(target.desired, record?.base ?? null, record?.frozen ?? []);
  if (Object.keys(target.desired.menus).some((menu) => !(menu in lastRead.live.menus)))
    return { kind: 'Deferred', failure, preview: null };
  const plan = makePlan({ ...input, live: lastRead.live });
  if (plan.changes.length === 0) return { kind: 'Deferred', failure, preview: null };
  const planId = planIdOf(bodyOf({ ports, target, identity: lastRead.identity }, plan));
  return { kind: 'Deferred', failure, preview: { planId, plan, readAt: lastRead.at } };
}

function remember(ports: Ports, device: DeviceName, live: LiveState, identity: DeviceIdentity): void {
  const known = ports.memory.get(device);
  if (known !== undefined) ports.memory.set(device, { ...known, lastRead: { live, identity, at: ports.clock.now() } });
}

function planInputOf(desired: DesiredState, base: DesiredState | null, frozen: readonly FrozenField[]) {
  return { desired, base, frozen };
}
