import { Failure } from '#failure';
import { readIdentity, type DeviceIdentity } from '../device/identity.ts';
import { remember } from '../observed/memory.ts';
import type { DeviceName, DeviceSession } from '../ports.ts';
import type { Ports } from './ports.ts';
import type { Target } from '../fleet/target.ts';

/**
 * Makes sure that the router at the address is the one that is meant; the first contact pins its serial (approval.md
 * §7).
 * @throws {Failure} `SerialMismatch`, `SerialTaken`, and what reading throws. Nothing is written to a router that
 * fails here.
 */
export async function identify(
  ports: Ports,
  target: Target,
  session: DeviceSession,
  signal: AbortSignal,
): Promise<DeviceIdentity> {
  const known = ports.memory.get(target.name);
  const identity = await readIdentity(session, known?.serialSource ?? null, signal);
  const { serial } = identity;
  noteSerial(ports, target.name, known?.serial ?? null, serial);
  const router = { version: identity.versionText, board: identity.resource['board-name'] ?? '' };
  remember(ports.memory, target.name, { serialSource: identity.source, serial, router });
  refuseDouble(ports, target, serial);
  const stored = await ports.store.devices.serialOf(target.name);
  const pinned = target.serial ?? stored;
  if (pinned !== null && pinned !== identity.serial) {
    throw new Failure(
      'SerialMismatch',
      `${target.name} should have the serial number ${pinned}, but the router at ${target.address.host} has ${identity.serial}.`,
    );
  }
  if (stored !== serial) await pin(ports, target.name, serial);
  ports.noteResource(target.name, identity.resource);
  return identity;
}

/** A name that has left the fleet keeps no router: its device was renamed. */
async function pin(ports: Ports, device: DeviceName, serial: string): Promise<void> {
  const { devices } = ports.store;
  try {
    await devices.pinSerial(device, serial);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== 'SerialTaken') throw error;
    const holder = (await devices.list()).find((record) => record.serial === serial);
    if (holder === undefined || ports.targetOf(holder.name) !== null) throw error;
    await devices.moveSerial(serial, holder.name, device);
  }
}

function noteSerial(ports: Ports, device: DeviceName, before: string | null, now: string): void {
  if (before !== null && before !== now) ports.bySerial.get(before)?.delete(device);
  const devices = ports.bySerial.get(now);
  if (devices === undefined) ports.bySerial.set(now, new Set([device]));
  else devices.add(device);
}

/** Two devices that lead to one router would undo each other's changes: neither is worked on (approval.md §7). */
function refuseDouble(ports: Ports, target: Target, serial: string): void {
  for (const name of ports.bySerial.get(serial) ?? []) {
    if (name === target.name || ports.targetOf(name) === null) continue;
    throw new Failure('SerialTaken', `${target.name} and ${name} both lead to the router with the serial ${serial}.`);
  }
}
