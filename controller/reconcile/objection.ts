import { isDeepStrictEqual } from 'node:util';
import type { Objection } from '../apply/apply-context.ts';
import type { PassContext } from './pass-context.ts';
import type { Target } from '../fleet/target.ts';

/**
 * What keeps a router that is armed from being written to: what let its attempt begin is asked once more, in the
 * transaction that stores its first write. Only a freeze is not, since it lets open attempts end. `gates` are those
 * that the attempt went through.
 */
export function objectionOf({ ports, target }: PassContext, gates: Objection): Objection {
  return async (records, at) => movedReason(ports.targetOf(target.name), target) ?? (await gates(records, at));
}

/** A revision that came meanwhile matters as far as it says something else of this device. */
function movedReason(now: Target | null, then: Target): string | null {
  if (now === then) return null;
  if (now === null) return 'the device left the fleet while its router was being armed';
  if (now.suspended) return 'the device was suspended while its router was being armed';
  const [current, planned] = [now, then].map((target) => ({ ...target, revision: '', address: target.address.href }));
  if (isDeepStrictEqual(current, planned)) return null;
  return 'a revision that says something else of the device came into force while its router was being armed';
}
