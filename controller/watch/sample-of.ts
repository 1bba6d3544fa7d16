import { durationCodec, InvalidValue, type Row } from '#routeros';
import type { DeviceName, Instant } from '../ports.ts';
import type { HealthSample } from '../records/samples.ts';

/** Names under which a router tells what powers it, the best first (routeros-rest.md §5.17). */
const VOLTAGES = ['voltage', 'psu-voltage', 'psu1-voltage', 'psu2-voltage', 'voltage1', '12v'];
const TEMPERATURE = /(^|-)temp(erature)?\d*$/;

/**
 * What a router says of itself, by its rows of `/system/resource` and `/system/health`. Null for `sensors`: they were
 * not read. Of several temperatures the highest counts; a word in place of a number (`ok`, `not-present`) is none.
 */
export function sampleOf(device: DeviceName, at: Instant, resource: Row, sensors: readonly Row[] | null): HealthSample {
  const values = sensors === null ? new Map<string, Reading>() : readingsOf(sensors);
  const temperatures = [...values].flatMap(([name, { value, type }]) =>
    type === 'C' || (type === null && TEMPERATURE.test(name)) ? [value] : [],
  );
  const voltage = VOLTAGES.find((name) => values.has(name));
  return {
    device,
    at,
    cpuPercent: numberIn(resource, 'cpu-load'),
    freeMemoryKiB: kibibytesIn(resource, 'free-memory'),
    totalMemoryKiB: kibibytesIn(resource, 'total-memory'),
    freeDiskKiB: kibibytesIn(resource, 'free-hdd-space'),
    totalDiskKiB: kibibytesIn(resource, 'total-hdd-space'),
    uptimeSeconds: secondsIn(resource, 'uptime'),
    temperatureC: temperatures.length === 0 ? null : Math.max(...temperatures),
    voltageV: voltage === undefined ? null : (values.get(voltage)?.value ?? null),
  };
}

interface Reading {
  readonly value: number;
  /** Null: a router of the kind that tells all in one row does not say. */
  readonly type: string | null;
}

/** A board has a row for each sensor, x86 and CHR have one row of all. */
function readingsOf(rows: readonly Row[]): ReadonlyMap<string, Reading> {
  const readings = new Map<string, Reading>();
  for (const row of rows) {
    const { name } = row;
    const cells: readonly (readonly [string, string | undefined, string | null])[] =
      name === undefined
        ? Object.entries(row).map(([key, text]) => [key, text, null])
        : [[name, row['value'], row['type'] ?? null]];
    for (const [key, text, type] of cells) {
      const value = finite(text);
      if (value !== null) readings.set(key, { value, type });
    }
  }
  return readings;
}

function numberIn(row: Row, name: string): number | null {
  const value = finite(row[name]);
  return value === null ? null : Math.round(value);
}

function kibibytesIn(row: Row, name: string): number | null {
  const value = finite(row[name]);
  return value === null ? null : Math.round(value / 1024);
}

function secondsIn(row: Row, name: string): number | null {
  const text = row[name];
  if (text === undefined) return null;
  try {
    return Math.round(durationCodec.parse(text) / 1000);
  } catch (error) {
    if (error instanceof InvalidValue) return null;
    throw error;
  }
}

/** Nothing that a column of whole numbers could not hold. */
function finite(text: string | undefined): number | null {
  if (text === undefined || !/^-?\d{1,15}(\.\d+)?$/.test(text)) return null;
  return Number(text);
}
