import { type Plan, saidOfRow } from '#differ';
import { menuOf } from '#routeros';
import type { Reason } from '../reasons.ts';

const MOST_TOLD = 20;

/** What a plan leaves out, as an outcome keeps it; without the field where that is nothing. */
export function heldBackIn({ heldBack }: Pick<Plan, 'heldBack'>): { readonly heldBack?: Reason<'RowsHeldBack'> } {
  if (heldBack === undefined) return {};
  const rows = heldBack.slice(0, MOST_TOLD).map((row) => saidOfRow(menuOf(row.menu), row));
  return { heldBack: { code: 'RowsHeldBack', rows, more: Math.max(0, heldBack.length - MOST_TOLD) } };
}
