import { makePlan, planIdOf, type LiveState } from '#differ';
import type { Failure } from '#routeros';
import type { DeviceIdentity } from '../device/identity.ts';
import type { Outcome } from './outcome.ts';
import type { Ports } from './ports.ts';
import { bodyOf } from './propose-plan.ts';
import type { Target } from './target.ts';

/** Keeps what a device held, in memory only, for the time when it does not answer. */
export function rememberRead(ports: Ports, target: Target, live: LiveState, identity: DeviceIdentity): void {
  const known = ports.memory.get(target.name);
  if (known !== undefined) {
    ports.memory.set(target.name, { ...known, lastRead: { live, identity, at: ports.clock.now() } });
  }
}

/** The device catches up by itself; meanwhile people see what would be done, from its last read. */
export async function deferred(ports: Ports, target: Target, failure: Failure): Promise<Outcome> {
  const unread: Outcome = { kind: 'Deferred', failure, readAt: null, preview: null };
  const { desired } = target;
  const lastRead = ports.memory.get(target.name)?.lastRead;
  if (lastRead === null || lastRead === undefined) return unread;
  if (Object.keys(desired.menus).some((menu) => !(menu in lastRead.live.menus))) return unread;
  const record = await ports.store.devices.get(target.name);
  const plan = makePlan({ desired, base: record?.base ?? null, live: lastRead.live, frozen: record?.frozen ?? [] });
  const readAt = lastRead.at;
  if (plan.changes.length === 0 && plan.conflicts.length === 0) return { ...unread, readAt };
  const body = bodyOf({ ports, target, identity: lastRead.identity }, plan);
  const preview = { planId: planIdOf(body), body, plan, revision: target.revision, readAt };
  return { kind: 'Deferred', failure, readAt, preview };
}
