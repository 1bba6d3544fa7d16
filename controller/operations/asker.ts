import type { Principal } from '../access/principal.ts';
import type { Asker } from '../events.ts';

/** Whom the audit names for what a principal does, with the request in which they ask for it. */
export function askerOf({ actor, person, correlationId }: Principal): Asker {
  return { actor, person, correlationId };
}
