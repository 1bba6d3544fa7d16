import type { DriftEntry } from '#differ';
import { CATALOGUE, type Row } from '#routeros';

/** How many of the newest history rows can be about drift that was just found. */
const RECENT = 50;

/**
 * Who changed the drifted menus, as far as the router tells: names from /system/history with the way they came in from
 * the log.
 * `via=rest-api` sessions say nothing (routeros-rest.md §1), and our own user never counts.
 * @returns `anna (winbox from 192.0.2.7)`, several joined by comma, or `unknown`.
 */
export function attributeDrift(
  drift: readonly DriftEntry[],
  history: readonly Row[],
  log: readonly Row[],
  ourUser: string,
): string {
  const words = drift.flatMap((entry) => CATALOGUE[entry.menu]?.historyWords ?? []);
  const recent = history
    .slice(-RECENT)
    .filter((row) => words.some((word) => (row['action'] ?? '').toLowerCase().includes(word)));
  const names = new Set(recent.map((row) => row['by'] ?? '').filter((name) => name !== '' && name !== ourUser));
  if (names.size === 0) return 'unknown';
  return [...names].map((name) => `${name}${wayIn(name, log)}`).join(', ');
}

function wayIn(name: string, log: readonly Row[]): string {
  const prefix = `user ${name} logged in from `;
  const line = log.findLast((row) => (row['message'] ?? '').startsWith(prefix));
  const rest = line?.['message']?.slice(prefix.length).split(' via ');
  return rest === undefined || rest.length < 2 ? '' : ` (${rest[1]} from ${rest[0]})`;
}
