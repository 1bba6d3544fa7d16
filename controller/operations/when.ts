import type { Instant } from '../ports.ts';

const DAY_MS = 86_400_000;
const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1000,
  min: 60_000,
  m: 60_000,
  h: 3_600_000,
  d: DAY_MS,
  w: 7 * DAY_MS,
  y: 365 * DAY_MS,
};

/** The moment that a checked field of the form `WHEN` names: so long before now, or the time itself. */
export function momentIn(text: string, now: Instant): Instant {
  const [, count = '', unit = ''] = /^(\d+)(\D+)$/.exec(text) ?? [];
  const size = UNIT_MS[unit];
  return size === undefined ? Date.parse(text) : Math.max(0, now - Number(count) * size);
}
