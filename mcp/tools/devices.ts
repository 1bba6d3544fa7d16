import type { InputOf, OutputOf } from '#controller/operations';
import type { ToolAnswer } from '../answer.ts';
import { arranged } from '../arrange.ts';
import type { Cell } from '../cell.ts';
import { askedIn, DEVICE, PAGED } from '../fields.ts';
import type { Tool } from '../tool.ts';

/** A time of the controller's clock. */
function timeOf(instant: number | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}

const LISTED = ['name', 'environment', 'site', 'ready', 'reason', 'drifted'];

/** The devices of the fleet. */
export const deviceList: Tool = {
  name: 'device_list',
  title: 'Devices of the fleet',
  description:
    'Routers and access points of the fleet with their state: ready, or down and why not, drifted, stalled, last visit.',
  toolset: 'core',
  byDefault: true,
  asks: ['devices'],
  permission: 'fleet.read',
  readOnly: true,
  openWorld: false,
  input: {
    type: 'object',
    properties: {
      environment: { type: 'string', enum: ['prod', 'staging', 'lab'] },
      site: { type: 'string' },
      label: { type: 'string', description: 'NAME=VALUE' },
      state: { type: 'string', enum: ['ready', 'notReady', 'unknown', 'reconciling', 'stalled', 'drifted'] },
      text: { type: 'string', description: 'in name, site, address, serial' },
      ...PAGED,
    },
    additionalProperties: false,
  },
  words: ['routers', 'inventory', 'sites', 'which routers', 'offline devices', 'all devices'],
  async run({ input, door, signal }) {
    const { environment, site, label, state, text } = input as InputOf<'devices'>;
    const filters = { environment, site, label, state, text };
    const devices = await door.ask('devices', filters, signal);
    const rows = devices.map((view): Cell[] => [
      view.name,
      view.environment,
      view.site,
      view.ready,
      view.reason,
      view.drifted,
      view.message,
      view.address,
      view.serial,
      view.critical,
      view.stalled,
      view.reconciling,
      view.planId,
      timeOf(view.lastVisitAt),
      timeOf(view.nextVisitAt),
      timeOf(view.confirmedAt),
    ]);
    const columns = [
      ...LISTED,
      'message',
      'address',
      'serial',
      'critical',
      'stalled',
      'reconciling',
      'plan_id',
      'last_visit',
      'next_visit',
      'confirmed',
    ];
    return {
      ...arranged({ columns, rows, usual: LISTED }, askedIn(input), filters),
      untrusted: true,
      ...(rows.length > 0
        ? {}
        : { hint: 'No device is so. Ask with fewer filters; fleet_summary says how many there are of each kind.' }),
    };
  },
};

/** All that the controller knows of one device. */
export const deviceGet: Tool = {
  name: 'device_get',
  title: 'One device',
  description:
    'What is known of one router without asking it: state and why, what is declared, version, its plan, drift, and the last changes applied to it.',
  toolset: 'core',
  byDefault: true,
  asks: ['device'],
  permission: 'fleet.read',
  readOnly: true,
  openWorld: false,
  input: { type: 'object', properties: { device: DEVICE }, required: ['device'], additionalProperties: false },
  words: ['details', 'status of a router', 'why not ready', 'unreachable', 'last changes', 'attempts', 'labels'],
  async run({ input, door, signal }) {
    const view = await door.ask('device', { device: String(input['device']) }, signal);
    return {
      facts: factsOf(view),
      columns: ATTEMPT,
      rows: view.attempts.map(attemptRow),
      asOf: view.now,
      untrusted: true,
      // Without a controller nobody knows.
      ...(view.attempts.length > 0 || !door.has('history') ? {} : { hint: 'Nothing was ever applied to it.' }),
    };
  },
};

const ATTEMPT = ['attempt', 'outcome', 'why', 'changes', 'plan_id', 'began', 'ended', 'correlation_id'];

function attemptRow(attempt: OutputOf<'device'>['attempts'][number]): Cell[] {
  const { number, end, endReason, changes, planId, openedAt, endedAt, correlationId } = attempt;
  return [number, end ?? 'under way', endReason, changes, planId, timeOf(openedAt), timeOf(endedAt), correlationId];
}

function factsOf(view: OutputOf<'device'>): NonNullable<ToolAnswer['facts']> {
  const { declared, router, plan, drift } = view;
  return {
    device: view.name,
    environment: view.environment,
    site: view.site,
    labels: Object.entries(declared.labels).map(([name, value]) => `${name}=${value}`),
    address: view.address,
    tls: declared.tls,
    serial: view.serial,
    routeros: router?.version ?? null,
    board: router?.board ?? null,
    critical: view.critical,
    suspended: declared.suspended,
    ready: view.ready,
    reason: view.reason,
    message: view.message,
    reconciling: view.reconciling,
    stalled: view.stalled,
    failed_visits_in_a_row: view.failures,
    last_visit: timeOf(view.lastVisitAt),
    next_visit: timeOf(view.nextVisitAt),
    read_at: timeOf(view.readAt),
    confirmed: timeOf(view.confirmedAt),
    sections: declared.sections ?? 'all',
    rollout_policy: declared.rolloutPolicy,
    plan_id: plan?.id ?? null,
    plan_changes: plan?.changes ?? 0,
    waiting_for: (plan?.waitingFor ?? []).map(({ code, message }) => `${code}: ${message}`),
    drift_entries: drift?.entries.length ?? 0,
    drift_since: timeOf(drift?.firstSeenAt ?? null),
    drift_by: drift?.attribution ?? null,
  };
}
