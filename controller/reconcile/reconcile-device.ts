import { makePlan, namersOf, referredMenus, timedIn } from '#differ';
import { Failure } from '#failure';
import type { MenuPath } from '#routeros';
import { readLiveOn, withNamers, withNames } from '../device/live.ts';
import { termsOn } from '../device/pass-secrets.ts';
import type { DeviceName } from '../ports.ts';
import { applyPlan } from './apply-plan.ts';
import { identify } from './identify.ts';
import { deferred, rememberRead } from './last-read.ts';
import { noteDrift } from './note-drift.ts';
import type { Outcome } from '../observed/outcome.ts';
import type { Ports } from './ports.ts';
import { proposePlan } from './propose-plan.ts';
import { rollBack } from './roll-back.ts';
import { settleOpen } from './settle-open.ts';
import { removeStrayKeeps } from './stray-keeps.ts';
import { strayUndo } from './stray-undo.ts';
import { markOf, noteCalm, unchanged } from './unchanged.ts';

/**
 * The one path: one pass over one device. It settles what an earlier life left open, reads, plans, asks the gates, and
 * applies what they let through. Every ending is an Outcome; a failed read ends the pass before anything is decided.
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
      const undo = await ports.rollouts.undoOrderFor(device);
      if (undo !== null) return await rollBack(pass, undo, line.secrets);

      const { desired, terms } = line.secrets;
      const declared = Object.keys(desired.menus) as MenuPath[];
      const secrets = await termsOn(line.session, line.user, terms, declared, signal);
      const record = await ports.store.devices.get(device, ports.memory.get(device)?.confirmed);
      const from = ports.clock.now();
      const read = await readLiveOn(
        line.session,
        declared,
        identity.version,
        timedIn([desired, record?.base ?? null]),
        signal,
      );
      const stray = await removeStrayKeeps(pass, record, read);
      if (stray !== null) return stray;

      const mark = markOf(pass, record, read);
      const same = unchanged(pass, mark, from);
      if (same !== null) return same;
      const sides = {
        desired,
        base: record?.base ?? null,
        frozen: record?.frozen ?? [],
        version: identity.version,
        secrets,
      };
      const first = makePlan({ ...sides, live: read });
      const referred = referredMenus(first.changes, read);
      const named = await withNames(line.session, read, referred, signal);
      const namers = namersOf(first.changes, sides);
      const live = await withNamers(line.session, named, namers, identity.version, signal);
      const input = { ...sides, live };
      const plan = referred.length + Object.keys(namers).length === 0 ? first : makePlan(input);
      await noteDrift(pass, record, input, plan);
      rememberRead(ports, target, live, identity, from, secrets);
      const proposal = await proposePlan(pass, record, input, plan);
      if (proposal.kind === 'ready') return await applyPlan(pass, record, proposal);
      noteCalm(pass, mark, plan, proposal);
      return proposal;
    } finally {
      await line.session.close();
    }
  } catch (error) {
    if (error instanceof Failure) return await deferred(ports, target, error);
    throw error;
  }
}
