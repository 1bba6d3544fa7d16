import { parseVersion, type Version } from '#routeros';
import { notOnVersion, versionedText } from '../desired/version-faults.ts';
import type { DeviceName, Instant } from '../ports.ts';
import { statusOf, type DeviceStatus } from '../observed/outcome.ts';
import type { VisitReport } from '../observed/report.ts';
import { insteadOfApproval } from './instead-of-approval.ts';
import { isWaiting } from './reports-now.ts';
import { underWayOf } from './under-way.ts';
import { nobodyCanApprove } from '../policy/control-approval.ts';
import type { QueryContext } from './context.ts';
import type { FleetView } from './fleet-view.ts';
import type { DeviceView, Unknowns, WaitingControl } from './views.ts';

/** These devices of the fleet, in their order: all of them in that of listings unless named. */
export async function deviceViews(
  known: QueryContext,
  listed = listedDevices(known.fleet),
): Promise<readonly DeviceView[]> {
  const records = new Map((await known.store.devices.list()).map((record) => [record.name, record]));
  const drifted = new Set(await known.store.drift.drifted());
  const underWay = new Set((await underWayOf(known.store, listed)).map(({ device }) => device));
  const instead = new Map<DeviceName, NonNullable<DeviceView['instead']>>();
  for (const name of listed) {
    const way = await insteadOfApproval(known, name);
    if (way !== null) instead.set(name, way);
  }
  return listed.map((name): DeviceView => {
    const spec = known.fleet.specOf(name);
    const visit = known.fleet.visitOf(name);
    const record = records.get(name);
    const way = instead.get(name);
    return {
      name,
      critical: spec?.critical === true,
      timeZone: spec?.timeZone ?? null,
      environment: spec?.environment ?? '',
      site: spec?.site ?? null,
      address: known.fleet.targetOf(name)?.address.href ?? '',
      serial: record?.serial ?? null,
      ...(underWay.has(name) && isWaiting(visit?.outcome) ? UNDER_WAY : statusNow(known, name)),
      ...(way === undefined ? {} : { instead: way }),
      planId: planIdOf(visit),
      drifted: drifted.has(name),
      readAt: readAtOf(known, name),
      lastVisitAt: visit?.at ?? null,
      nextVisitAt: visit === null ? null : Math.round(visit.nextAt),
      confirmedAt: record?.confirmedAt ?? null,
    };
  });
}

/** What the last visit said of a plan that is being applied since. */
const UNDER_WAY: DeviceStatus = {
  ready: 'False',
  reconciling: true,
  stalled: false,
  reason: 'UnderWay',
  message: 'Its change is under way.',
};

const ENVIRONMENTS = ['prod', 'staging', 'lab'];

/** By environment, critical devices first, then as the fleet has them. */
export function listedDevices(fleet: FleetView): readonly DeviceName[] {
  const rank = (name: DeviceName): number => {
    const spec = fleet.specOf(name);
    return ENVIRONMENTS.indexOf(spec?.environment ?? 'lab') * 2 + (spec?.critical === true ? 0 : 1);
  };
  return fleet
    .devices()
    .map((name) => ({ name, rank: rank(name) }))
    .toSorted((one, other) => one.rank - other.rank)
    .map(({ name }) => name);
}

/** Whether the source was read, and which of these devices were not: nothing is known of what those would need. */
export function unknownsOf(known: QueryContext, devices = listedDevices(known.fleet)): Unknowns {
  const { revision, fault } = known.fleet;
  const unread = devices
    .filter((device) => readAtOf(known, device) === null)
    .map((device) => {
      const { reason, message } = statusNow(known, device);
      return { device, reason, message };
    });
  const offline = devices.flatMap((device) => {
    const readAt = readAtOf(known, device);
    return readAt === null || known.fleet.visitOf(device)?.outcome.kind !== 'Deferred' ? [] : [{ device, readAt }];
  });
  return { now: known.clock.now(), revision, fault, unread, offline, control: waitingControl(known) };
}

/** The control plan that waits, with how many devices it brings. */
export function waitingControl({ fleet, clock }: Pick<QueryContext, 'fleet' | 'clock'>): WaitingControl | null {
  const control = fleet.sourceStatus()?.control ?? null;
  if (control === null) return null;
  const known = new Set(fleet.devices());
  const coming = [...(fleet.incoming?.devices.keys() ?? [])].filter((name) => !known.has(name) && fleet.sees(name));
  const unapprovable = nobodyCanApprove(control.asked, clock.now());
  return { id: control.plan.id, devices: coming.length, ...(unapprovable ? { unapprovable } : {}) };
}

/**
 * When the router was last read for what is told of it. null: not since the revision in force was accepted, or not
 * whole; a pass that ended before it read anything proves nothing.
 */
export function readAtOf(known: QueryContext, device: DeviceName): Instant | null {
  const visit = known.fleet.visitOf(device);
  if (visit === null || !isOfRevision(visit, known.fleet)) return null;
  switch (visit.outcome.kind) {
    case 'Deferred':
      return visit.outcome.readAt;
    case 'Stalled':
    case 'Suspended':
      return null;
    default:
      return visit.at;
  }
}

function statusNow(known: QueryContext, device: DeviceName): DeviceStatus {
  const visit = known.fleet.visitOf(device);
  const isCurrent = visit !== null && isOfRevision(visit, known.fleet);
  // What a router that answered lacks is held back, and told so.
  if (isCurrent && visit.outcome.kind !== 'Deferred') return statusOf(visit.outcome);
  const lacking = visit === null ? null : lackingText(known, device, visit);
  if (isCurrent) {
    const status = statusOf(visit.outcome);
    return lacking === null ? status : { ...status, message: `${status.message} ${lacking}` };
  }
  if (lacking !== null)
    return { ready: 'False', reconciling: true, stalled: false, reason: 'FieldNotOnVersion', message: lacking };
  return {
    ready: 'Unknown',
    reconciling: true,
    stalled: false,
    reason: 'NotVisitedYet',
    message:
      visit === null ? 'It was not visited yet.' : `It was not visited since ${shownRevision(known)} came into force.`,
  };
}

/** `commit 7d3ec92ef1e5`; a folder has no commits. */
function shownRevision({ fleet }: QueryContext): string {
  const [, commit] = /^([0-9a-f]{12})[0-9a-f]{28}$/.exec(fleet.revision ?? '') ?? [];
  return commit === undefined ? 'what the source says now' : `commit ${commit}`;
}

/**
 * What is declared of a device and what its RouterOS, as the last visit found it, does not have: known without another
 * visit. Null: nothing.
 */
function lackingText({ fleet }: QueryContext, device: DeviceName, { router }: VisitReport): string | null {
  const desired = fleet.targetOf(device)?.desired;
  const version = router === null ? null : versionOf(router.version);
  if (desired === undefined || router === null || version === null) return null;
  const lacking = notOnVersion(desired, version);
  if (lacking.length === 0) return null;
  const named = lacking.slice(0, MOST_NAMED).map(versionedText).join(', ');
  const more = lacking.length > MOST_NAMED ? ` and ${lacking.length - MOST_NAMED} more` : '';
  return `RouterOS ${router.version} of ${device} does not have ${named}${more}. Take it out for this device, or upgrade the router; until then it is held back.`;
}

const MOST_NAMED = 10;

/** Null: in words that this release cannot read. */
function versionOf(text: string): Version | null {
  try {
    return parseVersion(text);
  } catch {
    return null;
  }
}

/** What a visit found under another revision says nothing of this one. */
function isOfRevision({ revision }: VisitReport, fleet: FleetView): boolean {
  return revision === fleet.revision;
}

function planIdOf(visit: VisitReport | null): DeviceView['planId'] {
  if (visit?.outcome.kind === 'Waiting') return visit.outcome.planId;
  return visit?.outcome.kind === 'Deferred' ? (visit.outcome.preview?.planId ?? null) : null;
}
