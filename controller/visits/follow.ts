import { catchUp } from '../fleet/follow.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Observed } from '../observed/observed.ts';
import type { Clock } from '../ports.ts';
import type { Store } from '../records/store.ts';
import type { Logger } from '../telemetry/log.ts';

/** What following the leader needs of the world. */
export interface FollowWorld {
  readonly store: Pick<Store, 'revisions'>;
  readonly fleet: Fleet;
  readonly observed: Observed;
  readonly log: Logger;
  /** Runs at real speed. */
  readonly clock: Clock;
}

const LOOK_EVERY_MS = 10_000;

/** Keeps what the leader accepted and saw at hand. */
export interface Following {
  /** To be called often, since it does something now and then only. */
  often(): Promise<void>;
  /** What the leader knows by now is known here when it resolves. */
  now(): Promise<void>;
}

/**
 * Keeps what the leader accepted and saw at hand, to answer questions by. A revision that takes long to be read keeps
 * nobody from taking over.
 */
export function followLeader({ store, fleet, observed, log, clock }: FollowWorld, signal: AbortSignal): Following {
  let nextAt = Number.NEGATIVE_INFINITY;
  let catching: Promise<void> | null = null;
  async function look(): Promise<void> {
    nextAt = clock.monotonic() + LOOK_EVERY_MS;
    await observed.load();
    catching ??= catchUp(fleet, store.revisions, signal)
      .catch((error: unknown) => {
        if (!signal.aborted) log.error({ err: error }, 'source could not be followed');
      })
      .finally(() => (catching = null));
  }
  return {
    async often() {
      if (clock.monotonic() >= nextAt) await look();
    },
    async now() {
      await look();
      await catching;
    },
  };
}
