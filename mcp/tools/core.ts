import type { Cell } from '../cell.ts';
import type { Tool } from '../tool.ts';
import { deviceGet, deviceList } from './devices.ts';
import { deviceHealth } from './health.ts';
import { logSearch } from './log.ts';
import { menuFind, menuRead } from './menus.ts';
import { systemGet } from './system.ts';

/** Devices that are named of each kind. */
const NAMED = 5;

const fleetSummary: Tool = {
  name: 'fleet_summary',
  title: 'State of the whole fleet',
  description:
    'The whole fleet at a glance: how many routers are in sync, drifted, waiting or failing and why, open rollouts, freeze, state of the Git source.',
  toolset: 'core',
  byDefault: true,
  asks: ['status'],
  permission: 'fleet.read',
  readOnly: true,
  openWorld: false,
  input: { type: 'object', properties: {}, additionalProperties: false },
  words: ['overview', 'dashboard', 'how many', 'what is going on', 'status', 'everything fine', 'frozen', 'gitops'],
  async run({ door, signal }) {
    const { devices, rollouts, source, frozen, underWay, now } = await door.ask('status', {}, signal);
    const byReason = Map.groupBy(devices, ({ reason }) => reason);
    const rows = [...byReason].map(([reason, those]): Cell[] => [
      reason,
      those.length,
      [...those.slice(0, NAMED).map(({ name }) => name), ...(those.length > NAMED ? ['…'] : [])].join(' '),
      those[0]?.message ?? null,
    ]);
    return {
      facts: {
        devices: devices.length,
        ready: devices.filter(({ ready }) => ready === 'True').length,
        drifted: devices.filter(({ drifted }) => drifted).length,
        stalled: devices.filter(({ stalled }) => stalled).length,
        changes_under_way: underWay.length,
        open_rollouts: rollouts.map(({ id, state, devices: count }) => `${id} ${state}, ${count} devices`),
        frozen: frozen === null ? false : frozen.reason,
        source: source.name,
        revision: source.revision,
        ...(source.fault === null ? {} : { source_fault: `${source.fault.code}: ${source.fault.message}` }),
        ...(source.control === null ? {} : { control_plan_waiting: source.control.id }),
      },
      columns: ['reason', 'devices', 'names', 'message_of_the_first'],
      rows: rows.toSorted((one, other) => Number(other[1]) - Number(one[1])),
      asOf: now,
      untrusted: true,
      hint:
        devices.length === 0
          ? 'No device is known, or none that you may see: source_fault, where it is there, says what is wrong.'
          : 'device_list lists those of one state, device_get tells all of one.',
    };
  },
};

/** What is always there: the fleet, its devices, their logs, and every menu that can be read. */
export const CORE: readonly Tool[] = [
  fleetSummary,
  deviceList,
  deviceGet,
  deviceHealth,
  systemGet,
  logSearch,
  menuFind,
  menuRead,
];
