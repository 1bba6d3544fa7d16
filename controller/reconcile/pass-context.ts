import type { DeviceIdentity } from '../device/identity.ts';
import type { ApplyContext } from '../apply/apply-context.ts';
import type { DeviceSession } from '../ports.ts';
import { revokedWord } from '../trust/revoked-word.ts';
import type { Ports } from './ports.ts';
import type { Target } from '../fleet/target.ts';

/** One pass over one device, once we know who answers. */
export interface PassContext {
  readonly ports: Ports;
  readonly target: Target;
  readonly session: DeviceSession;
  readonly user: string;
  readonly identity: DeviceIdentity;
  readonly signal: AbortSignal;
}

/** What an attempt works with during this pass. */
export function workOf(pass: PassContext): ApplyContext {
  const { ports, session } = pass;
  return {
    session,
    store: ports.store,
    clock: ports.clock,
    version: pass.identity.version,
    holder: ports.holder,
    log: ports.log,
    revoked: (attempt) => revokedWord(ports.store, ports.fleetSource, attempt),
  };
}
