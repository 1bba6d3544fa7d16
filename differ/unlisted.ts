import { CATALOGUE, type Menu, type MenuPath, type Row } from '#routeros';
import { type Catalogue, menuIn, valueOf } from './canonical.ts';
import { stillSpeaks } from './field-changes.ts';
import type { DesiredList, DesiredState, UnlistedWord } from './state.ts';
import { keyOf } from './tuple.ts';

/** What becomes of a live row that neither desired nor the base declares. */
export type UndeclaredFate = 'leave' | 'release' | 'prune';

/** What a list says of rows like this one that nobody declared: of the part that the row is in, or of the whole. */
export function wordOn(menu: Menu, list: DesiredList, row: Row): UnlistedWord {
  const { unlistedIn } = list;
  if (unlistedIn === undefined) return list;
  const part = valueOf(menu, row, unlistedIn.field);
  return (Object.hasOwn(unlistedIn.parts, part) ? unlistedIn.parts[part] : undefined) ?? list;
}

/**
 * Pruning starts once a base that prunes there is confirmed: a plan of its own, from what people have seen reported. It
 * never starts because the RouterConfig that tolerated vanished: the rows it sheltered are released.
 */
export function undeclaredFate(menu: Menu, desired: DesiredList, base: DesiredList | null, row: Row): UndeclaredFate {
  if (base === null || wordOn(menu, desired, row).unlisted === 'tolerate') return 'leave';
  const before = wordOn(menu, base, row);
  if (before.unlisted === 'prune') return 'prune';
  const tolerant = before.unlistedBy ?? [];
  return tolerant.length === 0 || stillSpeaks(tolerant, speakersOf(desired)) ? 'leave' : 'release';
}

/** The RouterConfigs that say anything of the list. */
function speakersOf({ declaredBy, unlistedBy = [], unlistedIn }: DesiredList): readonly string[] {
  const ofParts = Object.values(unlistedIn?.parts ?? {}).flatMap(({ unlistedBy: by = [] }) => by);
  return [...declaredBy, ...unlistedBy, ...ofParts];
}

/**
 * Tells of rows that nobody declared whether they came where a base prunes: those that were there when pruning began
 * are for a plan to remove, and nobody's drift.
 */
export function cameUnlisted(
  base: DesiredState,
  catalogue: Catalogue = CATALOGUE,
): (path: MenuPath, row: Row) => boolean {
  const known = new Map<MenuPath, ReadonlySet<string>>();
  return (path, row) => {
    const list = base.menus[path];
    if (list?.shape !== 'list') return false;
    const menu = menuIn(catalogue, path);
    if (wordOn(menu, list, row).unlisted !== 'prune') return false;
    const toPrune = known.get(path) ?? new Set((list.toPrune ?? []).map((match) => keyOf(menu, match)));
    known.set(path, toPrune);
    return !toPrune.has(keyOf(menu, row));
  };
}
