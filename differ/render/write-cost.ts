import type { Change } from '../change.ts';

/** From here on people are told what the writing itself costs. */
const TOLD_FROM = 1_000;
/** What a small router writes by scripts: 25,000 entries in 2 m 50 s, 1,500 in 9 s (routeros-rest.md §1.2). */
const ROWS_A_SECOND = 150;

/**
 * What a plan of many rows costs the router: writes to its flash, once more if they are undone, and time. Timed entries
 * are not saved (routeros-rest.md §5.5), so they cost none. Nothing for a plan of few.
 */
export function writeCostNote(changes: readonly Change[]): readonly string[] {
  if (changes.length < TOLD_FROM) return [];
  const rows = String(changes.length).replaceAll(/\B(?=(\d{3})+$)/g, ',');
  const seconds = Math.ceil(changes.length / ROWS_A_SECOND);
  const time = seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
  return [
    '',
    `Each of these ${rows} rows is written to the router's flash, and once more if it is undone: about ${time} each at`,
    `${ROWS_A_SECOND} rows a second. What changes every day wears a small flash out; timed entries are never written to it.`,
  ];
}
