import type { DeviceHealth, HealthView } from '#controller';
import type { Style } from '../output.ts';
import { printable, table } from './table.ts';
import { agoText, durationText, momentText } from './when.ts';

/** So many lines tell of any length of time. */
const MOST_LINES = 24;
const MIB = 1024;

/** `rosctl health`: how every router is now. */
export function fleetHealthText(devices: readonly DeviceHealth[], now: number, style: Style): string {
  if (devices.length === 0) return 'no devices';
  const rows = devices.map(({ device, verdict, because, sample }) => [
    device,
    painted(verdict, style),
    percentText(sample?.cpuPercent),
    memoryText(sample?.freeMemoryKiB, sample?.totalMemoryKiB),
    memoryText(sample?.freeDiskKiB, sample?.totalDiskKiB),
    valueText(sample?.temperatureC, ' C'),
    valueText(sample?.voltageV, ' V'),
    upText(sample?.uptimeSeconds ?? null),
    agoText(sample?.at ?? null, now),
    because ?? '',
  ]);
  const headings = ['device', 'health', 'load', 'memory free', 'disk free', 'temp', 'voltage', 'up', 'read', 'because'];
  return table(headings, rows, { width: style.width, spare: ['disk free', 'voltage', 'up'] });
}

/** `rosctl health DEVICE`: how a router is, and how it was. */
export function healthText(view: HealthView, style: Style): string {
  const { device, verdict, because, sample, now, timeZone, resolution, since } = view;
  const why = because === null ? '' : `: ${printable(because)}`;
  const head = `${style.strong(printable(device))}  ${painted(verdict, style)}${why}, read ${agoText(sample?.at ?? null, now)}`;
  const lines = linesOf(view);
  if (lines.length === 0) return `${head}\n\nnothing is kept since ${momentText(since, timeZone)}`;
  const of = resolution === 'sample' ? 'samples' : `${resolution}s that have ended`;
  const headings = [
    'from',
    'load mean',
    'load most',
    'memory least',
    'disk least',
    'temp most',
    'voltage least',
    'values',
  ];
  const rows = lines.map((line) => [
    momentText(line.from, timeZone),
    percentText(line.load.mean),
    percentText(line.load.most),
    memoryText(line.memory.least, sample?.totalMemoryKiB),
    memoryText(line.disk.least, sample?.totalDiskKiB),
    valueText(line.temperature.most, ' C'),
    valueText(line.power.least, ' V'),
    String(line.count),
  ]);
  const shown = table(headings, rows, { width: style.width, spare: ['disk least', 'voltage least', 'values'] });
  return `${head}\nby ${of} since ${momentText(since, timeZone)}\n\n${shown}`;
}

interface Span {
  readonly mean: number | null;
  readonly least: number | null;
  readonly most: number | null;
}

interface Line {
  readonly from: number;
  readonly count: number;
  readonly load: Span;
  readonly memory: Span;
  readonly disk: Span;
  readonly temperature: Span;
  readonly power: Span;
}

type Told = 'cpuPercent' | 'freeMemoryKiB' | 'freeDiskKiB' | 'temperatureC' | 'voltageV';

/** What was measured in equal stretches of the time that was asked for. */
function linesOf({ since, now, samples, periods }: HealthView): readonly Line[] {
  const length = Math.max(1, (now - since) / MOST_LINES);
  const points = [
    ...samples.map((sample) => ({ at: sample.at, count: 1, of: (metric: Told) => pointOf(sample[metric]) })),
    ...periods.map((period) => ({ at: period.from, count: period.samples, of: (metric: Told) => period[metric] })),
  ];
  const groups = Map.groupBy(points, ({ at }) => Math.floor((at - since) / length));
  return [...groups].map(([index, group]) => {
    const spanOf = (metric: Told): Span => joined(group.flatMap(({ of }) => of(metric) ?? []));
    return {
      from: Math.round(since + index * length),
      count: group.reduce((sum, { count }) => sum + count, 0),
      load: spanOf('cpuPercent'),
      memory: spanOf('freeMemoryKiB'),
      disk: spanOf('freeDiskKiB'),
      temperature: spanOf('temperatureC'),
      power: spanOf('voltageV'),
    };
  });
}

type Point = NonNullable<HealthView['periods'][number]['cpuPercent']>;

function pointOf(value: number | null): Point | null {
  return value === null ? null : { count: 1, min: value, max: value, mean: value };
}

function joined(points: readonly Point[]): Span {
  if (points.length === 0) return { mean: null, least: null, most: null };
  const count = points.reduce((sum, point) => sum + point.count, 0);
  const sum = points.reduce((total, point) => total + point.mean * point.count, 0);
  return {
    mean: Math.round(sum / count),
    least: Math.min(...points.map(({ min }) => min)),
    most: Math.max(...points.map(({ max }) => max)),
  };
}

function painted(verdict: DeviceHealth['verdict'], style: Style): string {
  if (verdict === 'healthy') return style.good(verdict);
  return verdict === 'degraded' ? style.bad(verdict) : style.warn(verdict);
}

function upText(seconds: number | null): string {
  return seconds === null ? '-' : durationText(seconds * 1000);
}

function percentText(value: number | null | undefined): string {
  return valueText(value, ' %');
}

function valueText(value: number | null | undefined, unit: string): string {
  return value === null || value === undefined ? '-' : `${String(value)}${unit}`;
}

/** `180 of 256 MiB`. */
function memoryText(free: number | null | undefined, total: number | null | undefined): string {
  if (free === null || free === undefined) return '-';
  const shown = free < MIB ? `${String(free)} KiB` : `${String(Math.round(free / MIB))} MiB`;
  return total === null || total === undefined ? shown : `${shown} of ${String(Math.round(total / MIB))}`;
}
