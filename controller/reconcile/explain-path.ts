import { Failure } from '#failure';
import { readListUsers, readManagementPath } from '../device/path-facts.ts';
import { readsOfAll } from '../policy/management-path.ts';
import { type PathView, pathViewOf } from '../policy/path-view.ts';
import type { DeviceName } from '../ports.ts';
import { managementAddress } from './path-proof.ts';
import type { Ports } from './ports.ts';

/**
 * Reads of the router, now, by which way the controller reaches it. Nothing is written.
 * @throws {Failure} `NotFound` for a device that is not in the fleet, and those of reading a router.
 */
export async function explainPath(
  ports: Pick<Ports, 'targetOf' | 'connect'>,
  device: DeviceName,
  signal: AbortSignal,
): Promise<PathView> {
  const target = ports.targetOf(device);
  if (target === null) throw new Failure('NotFound', `The fleet has no device ${device}.`);
  const { session, user } = await ports.connect(target);
  try {
    const users = await readListUsers(session, signal);
    const reached = managementAddress({ target });
    return pathViewOf(await readManagementPath(session, user, reached, users, readsOfAll(), signal));
  } finally {
    await session.close();
  }
}
