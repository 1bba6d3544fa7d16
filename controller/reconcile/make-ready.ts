import type { Plan } from '#differ';
import { preflight, type Preflight } from '../apply/preflight.ts';
import { menusOf } from '../apply/relation.ts';
import type { Gate } from '../policy/gate.ts';
import type { DeviceRecord } from '../records/devices.ts';
import type { PassContext } from './pass-context.ts';

/** Preflight of a router for a plan; what its probe proved is kept for later passes. */
export async function makeReady(pass: PassContext, record: DeviceRecord | null, plan: Plan): Promise<Gate<Preflight>> {
  const { ports, target, session, identity, signal } = pass;
  const menus = menusOf(plan);
  const ready = await preflight(session, ports.clock, identity, record, target.rollout.tier, menus, signal);
  if (ready.open && ready.value.probed !== null) await ports.store.devices.setProbed(target.name, ready.value.probed);
  return ready;
}
