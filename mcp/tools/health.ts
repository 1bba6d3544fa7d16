import type { OutputOf } from '#controller/operations';
import type { ToolAnswer } from '../answer.ts';
import { arranged, type Table } from '../arrange.ts';
import type { Cell } from '../cell.ts';
import { askedIn, DEVICE, PAGED } from '../fields.ts';
import type { Tool, ToolCall } from '../tool.ts';

type Fleet = OutputOf<'fleetHealth'>;
type Through = OutputOf<'health'>;
type Sample = NonNullable<Fleet['devices'][number]['sample']>;

/** How routers are, now and through time. That one is not well is an answer like any other. */
export const deviceHealth: Tool = {
  name: 'device_health',
  title: 'Health of routers',
  description:
    'Verdict (healthy, degraded, unknown), load, memory, disk, temperature and uptime of all routers now, or of one through time.',
  toolset: 'core',
  byDefault: true,
  asks: ['fleetHealth', 'health'],
  permission: 'device.read',
  readOnly: true,
  openWorld: false,
  input: {
    type: 'object',
    properties: {
      device: { ...DEVICE, description: 'absent: all, as they are now' },
      since: { type: 'string', default: '24h', description: 'such as 7d, of one device' },
      ...PAGED,
    },
    additionalProperties: false,
  },
  words: ['cpu', 'memory', 'overloaded', 'temperature', 'unhealthy', 'metrics', 'trend', 'reboots', 'hot'],
  async run(call) {
    const { device } = call.input;
    return typeof device === 'string' ? await throughTime(call, device) : await ofAll(call);
  },
};

const NOW = ['device', 'verdict', 'because', 'cpu_percent', 'memory_free_percent', 'temperature_c', 'uptime_seconds'];
const VALUES = [
  'cpu_percent',
  'memory_free_percent',
  'disk_free_percent',
  'temperature_c',
  'voltage_v',
  'uptime_seconds',
];

async function ofAll({ input, door, signal }: ToolCall): Promise<ToolAnswer> {
  const { devices, now } = await door.ask('fleetHealth', {}, signal);
  const count = (verdict: string): number => devices.filter((each) => each.verdict === verdict).length;
  const table: Table = {
    columns: ['device', 'verdict', 'because', 'sampled', ...VALUES],
    usual: NOW,
    rows: devices.map(({ device, verdict, because, sample }) => [
      device,
      verdict,
      because,
      ...(sample === null ? [null, ...VALUES.map(() => null)] : [timeOf(sample.at), ...valuesOf(sample)]),
    ]),
  };
  return {
    facts: { healthy: count('healthy'), degraded: count('degraded'), unknown: count('unknown') },
    ...arranged(table, askedIn(input)),
    asOf: now,
    ...(devices.length > 0 ? {} : { hint: 'There is no device whose health you may see. device_list lists devices.' }),
  };
}

async function throughTime({ input, door, signal }: ToolCall, device: string): Promise<ToolAnswer> {
  const since = String(input['since']);
  const view = await door.ask('health', { device, since }, signal);
  const table = view.resolution === 'sample' ? samplesOf(view) : periodsOf(view);
  return {
    facts: {
      device,
      verdict: view.verdict,
      because: view.because,
      since: timeOf(view.since),
      each_row: view.resolution,
      time_zone: view.timeZone ?? 'UTC',
    },
    ...arranged(table, askedIn(input), [device, since]),
    asOf: view.now,
    ...(table.rows.length > 0
      ? {}
      : {
          hint: 'Nothing was measured since then. Ask for longer ago, such as 7d; device_get says whether it answers.',
        }),
  };
}

function samplesOf({ samples }: Through): Table {
  const rows = samples.map((sample): Cell[] => [timeOf(sample.at), ...valuesOf(sample)]);
  return { columns: ['at', ...VALUES], rows: rows.toReversed() };
}

/** Means, with the most of the load and the least of the memory. */
function periodsOf({ periods }: Through): Table {
  const columns = [
    'from',
    'samples',
    'cpu_percent',
    'cpu_most',
    'memory_free_kib',
    'memory_free_least',
    'temperature_c',
  ];
  const rows = periods.map(({ from, samples, cpuPercent, freeMemoryKiB, temperatureC }): Cell[] => [
    timeOf(from),
    samples,
    cpuPercent?.mean ?? null,
    cpuPercent?.max ?? null,
    freeMemoryKiB?.mean ?? null,
    freeMemoryKiB?.min ?? null,
    temperatureC?.mean ?? null,
  ]);
  return { columns, rows: rows.toReversed() };
}

function valuesOf(sample: Sample): readonly Cell[] {
  return [
    sample.cpuPercent,
    shareOf(sample.freeMemoryKiB, sample.totalMemoryKiB),
    shareOf(sample.freeDiskKiB, sample.totalDiskKiB),
    sample.temperatureC,
    sample.voltageV,
    sample.uptimeSeconds,
  ];
}

function shareOf(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole <= 0 ? null : Math.round((100 * part) / whole);
}

function timeOf(instant: number): string {
  return new Date(instant).toISOString();
}
