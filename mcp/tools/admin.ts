import type { Cell } from '../cell.ts';
import type { Tool } from '../tool.ts';

const serviceStatus: Tool = {
  name: 'service_status',
  title: 'State of the controller itself',
  description: 'Release, leader, source and its faults, freeze, waiting control plan: what keeps the whole service.',
  toolset: 'admin',
  byDefault: false,
  asks: ['status', 'version'],
  permission: 'fleet.read',
  readOnly: true,
  openWorld: false,
  input: { type: 'object', properties: {}, additionalProperties: false },
  words: ['controller health', 'server version', 'uptime', 'is it frozen', 'git source', 'leader', 'daemon'],
  async run({ door, signal }) {
    const { version } = await door.ask('version', {}, signal);
    const { now, startedAt, controller, leader, frozen, source, access } = await door.ask('status', {}, signal);
    const { fault, control, mend, disregarded } = source;
    const troubles: (readonly Cell[])[] = [
      ...(frozen === null ? [] : [['frozen', frozen.reason, 'no router is written until somebody ends it']]),
      ...(fault === null ? [] : [[fault.code, fault.message, mend.join('; ')]]),
      ...(control?.reasons.map(({ code, message }) => ['control plan waits', `${code}: ${message}`, control.id]) ?? []),
      ...disregarded.map(({ code, message }) => ['no approval', `${code}: ${message}`, '']),
      ...(access === undefined ? [] : [['access file', access.message, 'the last valid one counts']]),
    ];
    return {
      facts: {
        version,
        controller,
        leader: leader ?? controller,
        started: new Date(startedAt).toISOString(),
        source: source.name,
        revision: source.revision,
        read: source.readAt === null ? null : new Date(source.readAt).toISOString(),
      },
      columns: ['trouble', 'says', 'what_helps'],
      rows: troubles,
      asOf: now,
      untrusted: true,
      ...(troubles.length === 0
        ? { hint: 'Nothing is wrong with the service; devices are told by fleet_summary.' }
        : {}),
    };
  },
};

/** The service itself. */
export const ADMIN: readonly Tool[] = [serviceStatus];
