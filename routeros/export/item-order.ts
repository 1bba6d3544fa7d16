import { matchOf } from '../catalogue/match.ts';
import type { Menu, Row } from '../catalogue/menu.ts';
import type { SectionMenu } from '../sections/section.ts';

/** Something that is made of a row. */
export interface OfRow {
  readonly row: Row;
  readonly item: Readonly<Record<string, unknown>>;
}

/** Whether a router or an export says yes. */
export function isTrue(text: string | undefined): boolean {
  return text === 'true' || text === 'yes';
}

/**
 * One of each tuple: the enabled one, where a disabled twin stands beside it. `refuse` is told the others, each with
 * the one that is kept.
 */
export function withoutTwins<T extends OfRow>(
  menu: Menu,
  found: readonly T[],
  refuse: (twin: T, kept: T) => void,
): readonly T[] {
  const kept = new Set<T>();
  const isEnabled = ({ row }: T): boolean => isInForce(menu, row);
  for (const twins of Map.groupBy(found, ({ row }) => JSON.stringify(matchOf(menu, row))).values()) {
    const [chosen] = [...twins.filter(isEnabled), ...twins];
    if (chosen !== undefined) kept.add(chosen);
    for (const twin of twins) if (chosen !== undefined && twin !== chosen) refuse(twin, chosen);
  }
  return found.filter((each) => kept.has(each));
}

/**
 * One of those that claim one thing, enabled ones first. `refuse` is told the others, each with the one that is kept
 * and what both claim.
 */
export function withoutRivals<T extends OfRow>(
  menu: Menu,
  found: readonly T[],
  refuse: (rival: T, kept: T, claim: string) => void,
): readonly T[] {
  const { claims } = menu;
  if (claims === undefined) return found;
  const held = new Map<string, { readonly shared: boolean; readonly by: T }[]>();
  const refused = new Set<T>();
  const [enabled, disabled] = [true, false].map((on) => found.filter(({ row }) => isInForce(menu, row) === on));
  for (const each of [...(enabled ?? []), ...(disabled ?? [])]) {
    const own = claims(each.row);
    const rivals = own.flatMap(({ to, shared }) =>
      (held.get(to) ?? []).flatMap((other) => (shared && other.shared ? [] : [{ to, by: other.by }])),
    );
    const [rival] = rivals;
    if (rival === undefined)
      for (const { to, shared } of own) held.set(to, [...(held.get(to) ?? []), { shared, by: each }]);
    else {
      refused.add(each);
      refuse(each, rival.by, rival.to);
    }
  }
  return found.filter((each) => !refused.has(each));
}

function isInForce(menu: Menu, row: Row): boolean {
  return !isTrue(row['disabled'] ?? menu.fields['disabled']?.default);
}

/**
 * In the order of what tells rows apart, so that it does not depend on how the router came to hold them; ordered menus
 * as they are.
 */
export function inOrderOfKeys<T extends OfRow>({ menu, properties }: SectionMenu, found: readonly T[]): readonly T[] {
  if (menu.shape === 'orderedList') return found;
  const fieldOf = new Map(Object.entries(properties).map(([field, property]) => [property, field]));
  const keyed = found.map((each) => ({
    each,
    key: menu.match.map((property) => sortable(each.item[fieldOf.get(property) ?? ''])),
  }));
  return keyed.toSorted(byKey).map(({ each }) => each);
}

/** Numbers in a text count as numbers: `10.0.0.9` comes before `10.0.0.10`. */
function sortable(value: unknown): string {
  const text = value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return text.replaceAll(/\d+/g, (digits) => digits.padStart(12, '0'));
}

interface Keyed {
  readonly key: readonly string[];
}

function byKey({ key: one }: Keyed, { key: other }: Keyed): number {
  const at = one.findIndex((text, index) => text !== other[index]);
  if (at === -1) return 0;
  return (one[at] ?? '') < (other[at] ?? '') ? -1 : 1;
}
