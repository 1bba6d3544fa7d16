import type { Gate } from './gate.ts';
import type { Instant } from '../ports.ts';

/** A day of the week. */
export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/** From Monday on. */
export const WEEKDAYS: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/**
 * A maintenance window of each week by the clock on the site's wall: `HH:MM`; `to` at or before `from` is on the next
 * day.
 */
export interface MaintenanceWindow {
  /** Days on which it opens. */
  readonly days: readonly Weekday[];
  readonly from: string;
  readonly to: string;
}

/** The windows of a policy where the site is; `timeZone` is an IANA name. */
export interface SiteWindows {
  readonly windows: readonly MaintenanceWindow[];
  readonly timeZone: string;
}

/** A stretch of time: from `start` up to, not including, `end`. */
interface Interval {
  readonly start: Instant;
  readonly end: Instant;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Far enough to see every window of a week whole, also one that is cut short by a clock change. */
const DAYS_BACK = 8;
const DAYS_AHEAD = 16;

/** Seconds from opening to closing on a day without a clock change. */
export function windowSeconds({ from, to }: MaintenanceWindow): number {
  const length = minutesOf(to) - minutesOf(from);
  return (length > 0 ? length : length + DAY_MS / MINUTE_MS) * 60;
}

/**
 * Opens while the clock at the site shows a time inside a window, and at least `neededSeconds` are left of it; always
 * when there are no windows.
 * A window that no clock ever shows, because it is skipped in spring, does not open that day; one that is shown twice
 * in autumn is open both times.
 */
export function windowGate({ windows, timeZone }: SiteWindows, now: Instant, neededSeconds: number): Gate {
  if (windows.length === 0) return { open: true, value: undefined };
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  const openings = openingsOf(windows, timeZone, {
    start: today - DAYS_BACK * DAY_MS,
    end: today + DAYS_AHEAD * DAY_MS,
  });
  const current = openings.find(({ start, end }) => start <= now && now < end);
  const needed = neededSeconds * SECOND_MS;
  if (current !== undefined && current.end - now >= needed) return { open: true, value: undefined };
  const longest = Math.max(...openings.map(({ start, end }) => end - start));
  if (longest < needed) {
    return { open: false, reasons: [{ code: 'WindowTooShort', neededMs: needed, longestMs: longest }] };
  }
  const next = openings.find(({ start, end }) => start > now && end - start >= needed);
  const times = { closesAt: current?.end ?? null, opensAt: next?.start ?? null };
  return { open: false, reasons: [{ code: 'WindowClosed', neededMs: needed, ...times, timeZone }] };
}

/** When windows are open within a span, in order; windows that follow one another without a gap are one. */
function openingsOf(windows: readonly MaintenanceWindow[], timeZone: string, span: Interval): readonly Interval[] {
  const pieces = knownStretches(timeZone, span).flatMap(({ start, end, offset }) =>
    localOpenings(windows, start + offset, end + offset).map((local) => ({
      start: Math.max(start, local.start - offset),
      end: Math.min(end, local.end - offset),
    })),
  );
  const merged: Interval[] = [];
  for (const piece of pieces.toSorted((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (piece.end <= piece.start) continue;
    if (last === undefined || piece.start > last.end) merged.push(piece);
    else merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, piece.end) };
  }
  return merged;
}

/** Openings that touch a span of local time, told in milliseconds since 1970 as the wall clock shows them. */
function localOpenings(windows: readonly MaintenanceWindow[], start: number, end: number): readonly Interval[] {
  const openings: Interval[] = [];
  // From the day before: its window may last over midnight.
  for (let day = Math.floor(start / DAY_MS) - 1; day * DAY_MS < end; day += 1) {
    // Day 0, 1970-01-01, was a Thursday.
    const weekday = WEEKDAYS[(((day + 3) % 7) + 7) % 7];
    for (const window of windows) {
      if (weekday === undefined || !window.days.includes(weekday)) continue;
      const opens = day * DAY_MS + minutesOf(window.from) * MINUTE_MS;
      openings.push({ start: opens, end: opens + windowSeconds(window) * SECOND_MS });
    }
  }
  return openings;
}

/** By zone, of the span that was asked for last: a whole fleet is asked about on one day. */
const STRETCHES = new Map<string, { readonly start: Instant; readonly stretches: ReturnType<typeof stretchesOf> }>();

function knownStretches(timeZone: string, span: Interval): ReturnType<typeof stretchesOf> {
  const known = STRETCHES.get(timeZone);
  if (known?.start === span.start) return known.stretches;
  const stretches = stretchesOf(timeZone, span);
  STRETCHES.set(timeZone, { start: span.start, stretches });
  return stretches;
}

/** A span cut where the zone's offset from UTC changes. `offset` in milliseconds, to be added to UTC. */
function stretchesOf(timeZone: string, span: Interval): readonly (Interval & { readonly offset: number })[] {
  const offsetAt = offsetsOf(timeZone);
  const stretches: (Interval & { readonly offset: number })[] = [];
  let { start } = span;
  let offset = offsetAt(start);
  // No zone changes its offset twice within so short a time.
  for (let at = span.start; at < span.end; at += DAY_MS / 4) {
    const until = Math.min(at + DAY_MS / 4, span.end);
    const then = offsetAt(until);
    if (then === offset) continue;
    const changed = firstWith(then, offsetAt, at, until);
    stretches.push({ start, end: changed, offset });
    start = changed;
    offset = then;
  }
  return [...stretches, { start, end: span.end, offset }];
}

function firstWith(offset: number, offsetAt: (at: Instant) => number, before: Instant, after: Instant): Instant {
  let [low, high] = [before, after];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle) === offset) high = middle;
    else low = middle;
  }
  return high;
}

function offsetsOf(timeZone: string): (at: Instant) => number {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  return (at) => {
    const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours, minutes, seconds = '0'] = /([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(name) ?? [];
    if (sign === undefined) return 0;
    const length = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS + Number(seconds) * SECOND_MS;
    return sign === '-' ? -length : length;
  };
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':');
  return Number(hours) * 60 + Number(minutes);
}
