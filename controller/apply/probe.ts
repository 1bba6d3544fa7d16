import type { Clock, DeviceSession } from '../ports.ts';
import { removeRows } from './arm.ts';
import type { DeviceRecord } from '../records/devices.ts';

/**
 * How much of the undo a router can carry (armed-rollback.md §4.5). `full`: the waiting job, and a startup entry that
 * undoes after a reboot.
 * `job-only`: the job alone, which a reboot ends. `none`: not even that; nothing is written then.
 */
export type Tier = NonNullable<DeviceRecord['probed']>['tier'];

/** The harmless script that proves jobs and schedulers (armed-rollback.md §4.5). */
export const PROBE_NAME = 'rg-probe';

const POLICY = 'read,write';
const POLL_MS = 250;
const SCHEDULER_MS = 1_000;
const PATIENCE_MS = 15_000;

/**
 * Runs a harmless script once through a job and once through a scheduler and looks whether each ran. Leaves nothing
 * behind, and expects that nothing of an earlier probe is there.
 */
export async function probe(
  session: DeviceSession,
  clock: Clock,
  schedulers: boolean,
  signal: AbortSignal,
): Promise<Tier> {
  try {
    await session.add('/system/script', { name: PROBE_NAME, source: ':local rgProbe 1', policy: POLICY }, signal);
    await session.startJob(`/system script run "${PROBE_NAME}"`, signal);
    if (!(await ranTimes(session, clock, 1, signal))) return 'none';
    if (!schedulers) return 'job-only';
    await session.add(
      '/system/scheduler',
      {
        name: PROBE_NAME,
        interval: `${SCHEDULER_MS / 1000}s`,
        'on-event': `/system script run "${PROBE_NAME}"`,
        policy: POLICY,
      },
      signal,
    );
    // It cannot have run before.
    await clock.sleep(SCHEDULER_MS, signal);
    return (await ranTimes(session, clock, 2, signal)) ? 'full' : 'job-only';
  } finally {
    // Also when the controller stops in between: a scheduler that runs every second is nothing to leave behind.
    await cleanProbe(session);
  }
}

async function ranTimes(session: DeviceSession, clock: Clock, times: number, signal: AbortSignal): Promise<boolean> {
  const deadline = clock.monotonic() + PATIENCE_MS;
  for (;;) {
    const rows = await session.print('/system/script', ['name', 'run-count'], signal);
    if (Number(rows.find((row) => row['name'] === PROBE_NAME)?.['run-count']) >= times) return true;
    if (clock.monotonic() > deadline) return false;
    await clock.sleep(POLL_MS, signal);
  }
}

/** Removes what a probe left, if it left anything. */
export async function cleanProbe(session: DeviceSession, signal?: AbortSignal): Promise<void> {
  await removeRows(session, '/system/scheduler', 'name', [PROBE_NAME], signal);
  await removeRows(session, '/system/script', 'name', [PROBE_NAME], signal);
}
