import { compareVersions, type MenuPath, type Row, type Version } from '#routeros';
import { Failure } from '#failure';
import type { DeviceIdentity } from '../device/identity.ts';
import { occupiedBy, readOccupancy } from '../device/occupancy.ts';
import type { Gate } from '../policy/gate.ts';
import type { Reason } from '../reasons.ts';
import type { Clock, DeviceSession } from '../ports.ts';
import type { DeviceRecord } from '../records/devices.ts';
import { MIN_FREE_BYTES } from '../policy/undo-room.ts';
import { readArmedObjects } from './arm.ts';
import { readKeeps } from './keeps.ts';
import { cleanProbe, probe, PROBE_NAME, type Tier } from './probe.ts';

/** REST and everything the undo needs is there from here on (routeros-rest.md §8). */
const OLDEST = [7, 12, 0] as const;

/** What the open preflight gate hands on to arming. */
export interface Preflight {
  readonly tier: 'full' | 'job-only';
  /** What the probe of this pass proved for this version; null when it is known or says too little to be kept. */
  readonly probed: DeviceRecord['probed'];
}

/**
 * Everything that must hold before a router is armed (armed-rollback.md §4, §5). Writes nothing but the probe, once
 * per version.
 */
export async function preflight(
  session: DeviceSession,
  clock: Clock,
  identity: DeviceIdentity,
  record: DeviceRecord | null,
  leastTier: 'full' | 'job-only',
  menus: readonly MenuPath[],
  signal: AbortSignal,
): Promise<Gate<Preflight>> {
  const reasons: Reason[] = [];
  if (compareVersions(identity.version, OLDEST) < 0) {
    reasons.push({ code: 'VersionNotSupported', version: identity.versionText });
  }
  const free = Number(identity.resource['free-hdd-space']);
  if (Number.isFinite(free) && free < MIN_FREE_BYTES) {
    reasons.push({ code: 'NoSpace', freeBytes: free });
  }
  const occupied = occupiedBy(await readOccupancy(session, signal));
  if (occupied !== null) reasons.push({ code: 'Occupied', by: occupied });
  const objects = await readArmedObjects(session, signal);
  const copies = (await readKeeps(session, menus, signal)).map((row) => `${row.menu} ${row['name']}`);
  const foreign = [...objects.scripts, ...objects.schedulers, ...objects.jobs, ...copies].filter(
    (name) => name !== PROBE_NAME,
  );
  if (foreign.length > 0) {
    reasons.push({ code: 'ForeignUndo', objects: [...new Set(foreign)], stage: 'preflight' });
  }
  if (reasons.length > 0) return { open: false, reasons };

  const schedulers = await schedulersAllowed(session, signal);
  const known = record?.probed?.version === identity.versionText ? record.probed : null;
  // Of an earlier probe, as just read: the flag was asked for since, and nothing written.
  if (known === null && [...objects.scripts, ...objects.schedulers].includes(PROBE_NAME))
    await cleanProbe(session, signal);
  const proven = known?.tier ?? (await probe(session, clock, schedulers, signal));
  const tier = tierOf(proven, schedulers, identity.version);
  if (tier === 'none') return { open: false, reasons: [{ code: 'NotArmable' }] };
  if (tier === 'job-only' && leastTier === 'full') return { open: false, reasons: [{ code: 'TierTooLow' }] };
  // A scheduler that did not run although it may is no lasting fact: it is probed again.
  const lasting = proven === 'full' || (proven === 'job-only' && !schedulers);
  return {
    open: true,
    value: { tier, probed: known === null && lasting ? { version: identity.versionText, tier: proven } : null },
  };
}

/** What can be armed here, given what was proven. 7.24.0 to 7.24.4 lose startup entries (armed-rollback.md §5). */
export function tierOf(proven: Tier, schedulers: boolean, version: Version): Tier {
  if (proven === 'none') return 'none';
  const losesStartup = version[0] === 7 && version[1] === 24 && version[2] <= 4;
  return proven === 'full' && schedulers && !losesStartup ? 'full' : 'job-only';
}

/** Reads the flag, not the mode's name; a router without the menu has no such limit (armed-rollback.md §4.1). */
export async function schedulersAllowed(session: DeviceSession, signal?: AbortSignal): Promise<boolean> {
  let mode: Row;
  try {
    mode = (await session.print('/system/device-mode', undefined, signal))[0] ?? {};
  } catch (error) {
    if (error instanceof Failure && error.code === 'NoSuchMenu') return true;
    throw error;
  }
  return mode['scheduler'] === 'true' || mode['scheduler'] === 'yes';
}
