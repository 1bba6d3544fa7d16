import type { Tool } from '../tool.ts';

const fleetSummary: Tool = {
  name: 'fleet_summary',
  title: 'State of the whole fleet',
  description: 'How many routers are in sync, drifted, waiting for approval or failing, and what is going on now.',
  toolset: 'core',
  byDefault: true,
  asks: ['status'],
  permission: 'fleet.read',
  readOnly: true,
  openWorld: false,
  input: { type: 'object', properties: {}, additionalProperties: false },
  words: ['overview', 'dashboard'],
  async run({ door, signal }) {
    const { devices, rollouts, now } = await door.ask('status', {}, signal);
    const counts = new Map<string, number>();
    for (const { reason } of devices) counts.set(reason, (counts.get(reason) ?? 0) + 1);
    return {
      facts: { devices: devices.length, open_rollouts: rollouts.length },
      columns: ['reason', 'devices'],
      rows: [...counts],
      asOf: now,
    };
  },
};

/** What is always there: the fleet, its devices, their logs, and every menu that can be read. */
export const CORE: readonly Tool[] = [fleetSummary];
