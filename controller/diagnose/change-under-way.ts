import { Failure } from '#failure';
import { isWatched } from '../policy/rollout.ts';
import type { Clock } from '../ports.ts';
import { devicesOf, type DiagnosticRecord } from '../records/diagnostics.ts';
import type { Store } from '../records/store.ts';

/** Where it is known what is under way. */
export interface ChangeWorld {
  readonly store: Pick<Store, 'attempts' | 'rollouts'>;
  readonly clock: Clock;
  readonly source: string;
}

/**
 * To be asked before each request of a diagnostic. @throws {Failure} `ChangeUnderWay` while an attempt is open on one of
 * its devices; a bandwidth test would also disturb what a rollout watches.
 */
export async function mustBeQuiet(
  { store, clock, source }: ChangeWorld,
  diagnostic: Pick<DiagnosticRecord, 'device' | 'request'>,
): Promise<void> {
  const devices = devicesOf(diagnostic);
  const [open] = await store.attempts.listOpen(devices);
  if (open !== undefined) throw new Failure('ChangeUnderWay', `A change of ${open.device} is under way.`);
  if (diagnostic.request.kind !== 'bandwidth') return;
  for (const rollout of await store.rollouts.listOpen(source)) {
    const watched = devices.find((device) => isWatched(rollout, device, clock.now()));
    if (watched !== undefined)
      throw new Failure(
        'ChangeUnderWay',
        `The rollout ${rollout.id} watches ${watched} after a change, or is about to change it.`,
      );
  }
}
