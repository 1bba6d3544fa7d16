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
  return at > now ? `in ${durationText(at - now)}` : `${durationText(now - at)} ago`;
}

/** A moment as people and machines sort it: `2026-03-01 12:00:05Z`. */
export function momentText(at: number): string {
  return new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, 'Z');
}
