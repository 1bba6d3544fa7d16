import { Failure } from '#failure';
import type { MenuPath, Version } from '#routeros';
import type { ReadSession } from '../ports.ts';
import { type DeviceIdentity, readIdentity } from './identity.ts';

/** Whoever may do one of these is no reader: it could change the router, or see or take what is secret. */
const NEVER: readonly string[] = ['write', 'policy', 'sensitive', 'password', 'ftp', 'reboot'];

/** All that is asked of each menu that tells who answers. */
const ASKED: Readonly<Record<MenuPath, readonly string[]>> = {
  '/system/resource': ['version', 'uptime'],
  '/system/routerboard': ['serial-number'],
  '/system/license': ['system-id', 'software-id'],
};

/**
 * Makes sure of the router that answers and of the user who asks. @param serial of the router that is meant.
 * @returns its version. @throws {Failure} `SerialMismatch`, `ReadUserCanWrite` (also for a router that does not tell
 * what its user may do), and those of reading.
 */
export async function proveReader(
  session: ReadSession,
  user: string,
  { name, serial }: { readonly name: string; readonly serial: string },
  signal?: AbortSignal,
): Promise<Version> {
  const identity = await identityBehind(session, signal);
  if (identity.serial !== serial) {
    throw new Failure(
      'SerialMismatch',
      `${name} should have the serial number ${serial}, but the router that its read user reaches has ${identity.serial}.`,
    );
  }
  await refuseWriter(session, user, name, signal);
  return identity.version;
}

/** Which router answers, as far as a reader may ask. @throws {Failure} those of reading. */
export async function identityBehind(session: ReadSession, signal?: AbortSignal): Promise<DeviceIdentity> {
  const narrow = {
    print: (menu: MenuPath, _: unknown, within?: AbortSignal) => session.print(menu, ASKED[menu] ?? [], {}, within),
  };
  return await readIdentity(narrow, null, signal);
}

async function refuseWriter(session: ReadSession, user: string, name: string, signal?: AbortSignal): Promise<void> {
  const users = await session.print('/user', ['name', 'group'], { name: user }, signal);
  const group = users.find((row) => row['name'] === user)?.['group'];
  const groups = group === undefined ? [] : await session.print('/user/group', ['name', 'policy'], {}, signal);
  const words = groups.find((row) => row['name'] === group)?.['policy']?.split(',') ?? [];
  // Whoever reads this may read: a text that does not say so is not understood.
  if (!words.includes('read')) {
    throw new Failure(
      'ReadUserCanWrite',
      `The router of ${name} does not tell what its user ${user} may do, so nothing is read through it.`,
    );
  }
  const granted = NEVER.filter((policy) => words.includes(policy));
  if (granted.length === 0) return;
  throw new Failure(
    'ReadUserCanWrite',
    `The user ${user} of ${name} may do more than read (${granted.join(', ')}), so nothing is read through it.`,
  );
}
