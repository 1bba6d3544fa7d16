import { InvalidValue } from '../values/invalid-value.ts';
import type { Field, Menu, Version } from './menu.ts';

/**
 * The numbers of a version as /system/resource or /system/package spell it: `7.20.5 (stable)`, `7.24rc2` (read as
 * 7.24.0).
 * @throws {InvalidValue}
 */
export function parseVersion(text: string): Version {
  const match = /^(\d+)\.(\d+)(?:\.(\d+))?(?:(?:alpha|beta|rc)\d+)?(?:\s.*)?$/.exec(text);
  if (match === null) throw new InvalidValue('a RouterOS version such as 7.20.5 (stable)', text);
  return [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
}

/** Negative, zero or positive as `a` is older than, equal to or newer than `b`. */
export function compareVersions(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

/** `7.20.5`; `7.16` for 7.16.0, as releases are named. */
export function formatVersion(version: Version): string {
  return (version[2] === 0 ? version.slice(0, 2) : version).join('.');
}

/** Whether a router of this version has the field. */
export function fieldAvailable(field: Field, version: Version): boolean {
  if (field.since !== undefined && compareVersions(version, field.since) < 0) return false;
  return field.until === undefined || compareVersions(version, field.until) < 0;
}

/** Whether a router of this version has the menu. */
export function menuAvailable({ since }: Menu, version: Version): boolean {
  return since === undefined || compareVersions(version, since) >= 0;
}
