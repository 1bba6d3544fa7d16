import { setsInPlace } from '../catalogue/in-place.ts';
import { refersToItself } from '../catalogue/match.ts';
import type { Menu, Row } from '../catalogue/menu.ts';
import { holdsIn, type RowsToRestore } from './restore-row.ts';
import { findWhere, isLeftOut } from './statements.ts';

/** Tuples of one list that are restored by one loop. */
export interface AlikeRows {
  /** The match field by which a row is looked up: no two of these tuples have the same value in it. */
  readonly key: string;
  /** Match fields with one value in all of them. */
  readonly same: Row;
  /** The other match fields: a row that is looked up has to agree in them. */
  readonly compared: readonly string[];
  readonly restores: readonly (RowsToRestore & { readonly match: Row })[];
}

type ListRestore = AlikeRows['restores'][number];

/**
 * Puts those tuples together of which the snapshot held at most one row, and that differ in one match field, or in it
 * and some others: from `alikeFrom` on; the others stay by themselves.
 * @throws {InvalidValue} when a script can't tell a row from others.
 */
export function groupAlike(
  menu: Menu,
  restores: readonly RowsToRestore[],
  alikeFrom: number,
): { readonly alike: readonly AlikeRows[]; readonly others: readonly RowsToRestore[] } {
  const alike: AlikeRows[] = [];
  const others: RowsToRestore[] = [];
  const listed = restores.filter((restore): restore is ListRestore => {
    const loops = menu.shape === 'list' && !setsInPlace(menu) && !refersToItself(menu);
    const together = loops && restore.match !== null && restore.rows.length < 2;
    const keepsSecret = restore.rows.some((row) => Object.keys(row).some((name) => holdsIn(menu, row, name)));
    if (
      !together ||
      keepsSecret ||
      Object.entries(restore.match).some(([name, value]) => printsElsewise(menu, name, value))
    ) {
      others.push(restore);
      return false;
    }
    findWhere(menu, restore.match);
    return true;
  });
  for (const own of Map.groupBy(listed, ({ match }) => variantOf(menu, match)).values()) {
    const key = mostVaried(menu, own);
    // A number in an array is a place in it.
    const isName = ({ match }: ListRestore): boolean => /\D/.test(match[key] ?? '');
    const named = own.filter(isName);
    others.push(...own.filter((restore) => !isName(restore)));
    const mixed: ListRestore[] = [];
    for (const part of Map.groupBy(named, ({ match }) => JSON.stringify({ ...match, [key]: '' })).values()) {
      if (part.length < alikeFrom) mixed.push(...part);
      else alike.push(groupOf(key, part));
    }
    for (const layer of layersOf(key, mixed)) {
      if (layer.length < alikeFrom) others.push(...layer);
      else alike.push(groupOf(key, layer));
    }
  }
  return { alike, others };
}

/** A list of values may be an array in a script, of which nobody knows how it reads as a text. */
function printsElsewise(menu: Menu, name: string, value: string): boolean {
  return menu.fields[name]?.codec.isList === true && value.includes(',');
}

/** Which match fields its row has, and the value of the one that decides that: the router may leave it out. */
function variantOf(menu: Menu, match: Row): string {
  return JSON.stringify([
    toldFields(menu, match).toSorted(),
    menu.variants === undefined ? '' : match[menu.variants.by],
  ]);
}

function toldFields(menu: Menu, match: Row): readonly string[] {
  return Object.keys(match).filter((name) => !isLeftOut(menu, name, match[name] ?? ''));
}

/** The match field with the most values. The first of them that is there, if each has one. */
function mostVaried(menu: Menu, restores: readonly ListRestore[]): string {
  const told = toldFields(menu, restores[0]?.match ?? {});
  const names = menu.match.filter((name) => told.includes(name) && name !== menu.variants?.by);
  const counts = names.map((name) => ({ name, count: new Set(restores.map(({ match }) => match[name])).size }));
  return counts.reduce((most, each) => (each.count > most.count ? each : most), { name: '', count: 0 }).name;
}

/** Where several tuples have the same value in the key, each goes into a group of its own. */
function layersOf(key: string, restores: readonly ListRestore[]): readonly (readonly ListRestore[])[] {
  const layers: ListRestore[][] = [];
  const seen = new Map<string, number>();
  for (const restore of restores) {
    const value = restore.match[key] ?? '';
    const depth = seen.get(value) ?? 0;
    seen.set(value, depth + 1);
    (layers[depth] ??= []).push(restore);
  }
  return layers;
}

function groupOf(key: string, restores: readonly ListRestore[]): AlikeRows {
  const first = restores[0]?.match ?? {};
  const names = Object.keys(first).filter((name) => name !== key);
  const shared = names.filter((name) => restores.every(({ match }) => match[name] === first[name]));
  return {
    key,
    same: Object.fromEntries(shared.map((name) => [name, first[name] ?? ''])),
    compared: names.filter((name) => !shared.includes(name)),
    restores,
  };
}
