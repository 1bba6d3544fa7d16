import type { Menu, MenuPath, Row } from '../catalogue/menu.ts';
import { commandPath, conditionsOf, guarded } from './statements.ts';

/**
 * A part of a list menu that held no row but the router's own: rows with these match fields (`{}`: all), and how many
 * the plan adds there. What is there after any prefix of the plan is the plan's, unless it is more than that.
 */
export interface EmptyBefore {
  readonly menu: MenuPath;
  readonly where: Row;
  readonly adds: number;
}

/** Whether a row of that tuple stands in the part. */
export function holdsRow({ where }: EmptyBefore, match: Row | null): boolean {
  return match !== null && Object.entries(where).every(([name, value]) => match[name] === value);
}

/**
 * Empties the part by one condition after counting: more rows than the plan adds means that somebody else wrote there,
 * and then nothing is removed and the failure is counted. @throws {InvalidValue}
 */
export function clearStatement(menu: Menu, { where, adds }: EmptyBefore): string {
  const path = commandPath(menu);
  const conditions = conditionsOf(menu, where, Object.keys(where));
  const find = conditions.length === 0 ? `[${path} find]` : `[${path} find where ${conditions.join(' and ')}]`;
  return guarded(
    `:local rgIds ${find}; :if ([:len $rgIds] > ${adds}) do={:error "rg-count"}; :if ([:len $rgIds] > 0) do={${path} remove $rgIds}`,
  );
}
