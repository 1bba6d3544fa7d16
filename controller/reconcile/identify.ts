import { Failure } from '#routeros';
import { readIdentity, type DeviceIdentity } from '../device/identity.ts';
import type { DeviceSession } from '../ports.ts';
import type { Ports } from './ports.ts';
import type { Target } from './target.ts';

/**
 * Makes sure that the router at the address is the one that is meant; the first contact pins its serial (approval.md §7).
 * @throws {Failure} `SerialMismatch`, `SerialTaken`, and what reading throws. Nothing is written to a router that fails here.
 */
export async function identify(
  ports: Ports,
  target: Target,
  session: DeviceSession,
  signal: AbortSignal,
): Promise<DeviceIdentity> {
  const known = ports.memory.get(target.name);
  const identity = await readIdentity(session, known?.serialSource ?? null, signal);
  ports.memory.set(target.name, { session: null, lastRead: null, ...known, serialSource: identity.source });
  const pinned = target.serial ?? (await ports.store.devices.get(target.name))?.serial ?? null;
  if (pinned !== null && pinned !== identity.serial) {
    throw new Failure(
      'SerialMismatch',
      `${target.name} should have the serial number ${pinned}, but the router at ${target.address.host} has ${identity.serial}.`,
    );
  }
  const stored = (await ports.store.devices.get(target.name))?.serial ?? null;
  if (stored !== identity.serial) await ports.store.devices.pinSerial(target.name, identity.serial);
  return identity;
}
