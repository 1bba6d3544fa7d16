import { Failure } from '#failure';
import type { Clock } from '../ports.ts';
import type { Logger } from '../telemetry/log.ts';
import { type ProposalWorld, settleProposals } from './propose-change.ts';

const EVERY_MS = 60_000;

/**
 * Has proposals and their branches agree, for as long as this controller leads. @param clock at real speed. Resolves when the
 * signal aborts.
 */
export async function keepSettling(
  world: ProposalWorld,
  clock: Pick<Clock, 'sleep'>,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  let told: string | null = null;
  while (!signal.aborted) {
    const why = await settleProposals(world).then(
      () => null,
      (error: unknown) => error,
    );
    const code = why instanceof Failure ? why.code : why === null ? null : 'unknown';
    if (code !== null && code !== told) log.warn({ err: why }, 'proposals not put on their branches');
    told = code;
    await clock.sleep(EVERY_MS, signal).catch(() => {});
  }
}
