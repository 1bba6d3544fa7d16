import type { Change } from '../change.ts';
import { writeCostOf } from '../write-cost.ts';

/** From here on people are told what the writing itself costs. */
const TOLD_FROM = 1_000;

/**
 * What a plan of many rows costs the router: writes to its flash, once more if they are undone, and time. Timed entries
 * are not saved (routeros-rest.md §5.5), so they do not count. Nothing for a plan of few.
 * @param measured how many rows a second the router was found to write.
 */
export function writeCostNote(changes: readonly Change[], measured?: number): readonly string[] {
  const { flashWrites, seconds, rowsPerSecond, rowsPerSecondOf } = writeCostOf(changes, measured);
  if (flashWrites < TOLD_FROM) return [];
  const many = String(flashWrites).replaceAll(/\B(?=(\d{3})+$)/g, ',');
  const time = seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
  const pace = rowsPerSecondOf === 'device' ? ', as measured there' : '';
  return [
    '',
    `Each of these ${many} rows is written to the router's flash, and once more if it is undone: about ${time} each at`,
    `${rowsPerSecond} rows a second${pace}. What changes every day wears a small flash out; timed entries are never written to it.`,
  ];
}
