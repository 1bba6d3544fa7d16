import type { RouterDevice } from '#schemas';
import type { DeviceName } from '../ports.ts';
import type { Logger } from '../telemetry/log.ts';
import { createAccess } from './access.ts';
import type { Access } from './authenticated.ts';
import type { AccessFault, AccessFile } from './access-rules.ts';
import { RulesInForce } from './rules-in-force.ts';

/** Tokens end by the clock of the world, however fast a simulated fleet lives. */
const CLOCK = { now: () => Date.now(), monotonic: () => performance.now() };

/**
 * Begins with what the access file says, and follows it. @param file undefined: there is none, and nobody has a token.
 * @throws {Failure} `AccessInvalid`, `FileUnusable` when it is broken.
 */
export async function openAccess(
  file: AccessFile | undefined,
  log: Pick<Logger, 'warn' | 'info'>,
  documentOf: (device: DeviceName) => RouterDevice | null,
): Promise<Access> {
  const onFault = (fault: AccessFault | null): void => {
    if (fault === null) log.info('the access file is valid again');
    else log.warn({ reason: fault.message }, 'the access file is not valid: the last valid one counts');
  };
  return createAccess(await RulesInForce.open(file ?? null, CLOCK, onFault), CLOCK, documentOf);
}
