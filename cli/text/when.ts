const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
] as const;

/** A duration as its largest unit: `3 min`. */
export function durationText(milliseconds: number): string {
  const length = Math.abs(milliseconds);
  const [size, name] = UNITS.find(([unit]) => length >= unit) ?? [1000, 's'];
  return `${String(Math.floor(length / size))} ${name}`;
}

/** A moment seen from another: `3 min ago`, `in 10 s`; `never` for none. */
export function agoText(at: number | null, now: number): string {
  if (at === null) return 'never';
  // What is less than a second ahead has just been: two clocks were read, or one of them twice.
  return at - now >= 1000 ? `in ${durationText(at - now)}` : `${durationText(Math.max(0, now - at))} ago`;
}

/**
 * A moment as people and machines sort it: `2026-03-01 12:00:05Z`; in a time zone by its IANA name with the offset:
 * `2026-03-01 13:00:05+01:00`. A zone that this system does not know is told in UTC.
 */
export function momentText(at: number, timeZone: string | null = null): string {
  const local = timeZone === null ? null : zonedText(at, timeZone);
  if (local !== null) return local;
  return new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
}

function zonedText(at: number, timeZone: string): string | null {
  try {
    const parts = new Intl.DateTimeFormat('sv-SE', {
      timeZone,
      dateStyle: 'short',
      timeStyle: 'medium',
    }).format(at);
    const offset = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
      .formatToParts(at)
      .find((part) => part.type === 'timeZoneName')?.value;
    return `${parts}${offset === 'GMT' ? '+00:00' : (offset ?? '').replace('GMT', '')}`;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** A moment and how long ago it was: `2026-03-01 12:00:05Z, 3 min ago`; `never` for none. */
export function momentAndAge(at: number | null, now: number, timeZone: string | null = null): string {
  return at === null ? 'never' : `${momentText(at, timeZone)}, ${agoText(at, now)}`;
}
