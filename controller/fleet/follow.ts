import { setTimeout } from 'node:timers/promises';
import type { RevisionRecords } from '../records/revisions.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Fleet } from './fleet.ts';

/** Brings back what was in force in an earlier life; a failure is only logged, since the source is read next. */
export async function restoreFleet(fleet: Fleet, log: Logger, signal: AbortSignal): Promise<void> {
  await fleet.restore().catch((error: unknown) => {
    if (!signal.aborted) log.error({ err: error }, 'last revision not restored');
  });
}

/** The first look of a life or a term, and what came of it in the log. Never rejects. */
export async function lookFirst(fleet: Fleet, log: Logger, signal: AbortSignal): Promise<void> {
  try {
    await fleet.refresh(signal);
    logSource(log, fleet, true);
  } catch (error) {
    if (!signal.aborted) log.error({ err: error }, 'source could not be read');
  }
}

/**
 * What another controller accepted meanwhile counts here too; the source is only read when it is not all at hand.
 * @throws the signal's reason.
 */
export async function catchUp(
  fleet: Fleet,
  revisions: Pick<RevisionRecords, 'latestId'>,
  signal: AbortSignal,
): Promise<void> {
  const latest = await revisions.latestId(fleet.source);
  if (latest === null || latest === fleet.revision) return;
  await fleet.restore();
  if (latest !== fleet.revision) await fleet.refresh(signal);
}

/** Reads the source again whenever it may have changed, until the signal aborts. */
export async function followSource(
  fleet: Fleet,
  refresh: () => Promise<void>,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  for await (const _ of fleet.changes(signal)) {
    await refresh().catch((error: unknown) => {
      if (!signal.aborted) log.error({ err: error }, 'source could not be followed');
    });
  }
}

/** Says in the log how the source stands, when it is refused or `changed`. */
export function logSource(log: Logger, fleet: Fleet, changed: boolean): void {
  if (fleet.fault !== null)
    log.warn(
      { source: fleet.source, code: fleet.fault.code, detail: fleet.fault.message, revision: fleet.revision },
      fleet.revision === null
        ? 'source refused, no revision is in force: no device is touched'
        : 'source refused, the last good revision counts',
    );
  else if (changed)
    log.info({ source: fleet.source, revision: fleet.revision, devices: fleet.devices().length }, 'revision accepted');
}

/**
 * A source that answers slowly keeps neither probes nor rosctl waiting longer, and visits go on by what was in force.
 */
const LONGEST_FIRST_LOOK_MS = 15_000;

/** Resolves when the first look has ended, or has lasted long enough, or the signal aborts. */
export async function waitForLook(looked: Promise<void>, signal: AbortSignal): Promise<void> {
  const enough = new AbortController();
  const pause = setTimeout(LONGEST_FIRST_LOOK_MS, undefined, { signal: AbortSignal.any([signal, enough.signal]) });
  await Promise.race([looked, pause.catch(() => {})]);
  enough.abort();
}
