import type { Menu, Row } from '#routeros';
import { isWritable, valueOf } from './canonical.ts';
import type { ChangeReason } from './change.ts';
import type { NonConvergence } from './convergence.ts';
import type { HeldBackRow, NonConvergingField } from './plan.ts';
import { valueText } from './row-text.ts';
import type { Owners } from './state.ts';

/** What a row or settings menu is to hold, from the two declared sides. */
export interface Goal {
  readonly declared: Row;
  /** Fields that the base declared and nobody does now, at their default (`''` where there is none). */
  readonly resets: Row;
  /** Both. */
  readonly fields: Row;
  /** Fields that the base declared and whose RouterConfig or section has vanished, or that are not to be reset. */
  readonly released: readonly string[];
}

/** `ownersOf` says who declared a field, or its row, in the base; `declaredBy` who declares the section now. */
export function goalOf(
  menu: Menu,
  declared: Row,
  base: Row,
  ownersOf: (name: string) => Owners,
  declaredBy: Owners,
): Goal {
  const resets: Record<string, string> = {};
  const released: string[] = [];
  for (const name of Object.keys(base)) {
    const field = menu.fields[name];
    if (name in declared || menu.match.includes(name) || field === undefined || field.readOnly === true) continue;
    const isKept = field.neverCleared === true || field.keptWhenDropped === true;
    if (!isKept && stillSpeaks(ownersOf(name), declaredBy)) resets[name] = field.default ?? '';
    else released.push(name);
  }
  return { declared, resets, fields: { ...resets, ...declared }, released };
}

/**
 * Whether dropping something was meant: everybody who declared it in the base declares the section still.
 * When one of them has let the section go, or nobody is known, it is released instead.
 */
export function stillSpeaks(owners: Owners, declaredBy: Owners): boolean {
  return owners.length > 0 && owners.every((owner) => declaredBy.includes(owner));
}

interface FieldChanges {
  /** Null: nothing to set. */
  readonly set: { readonly fields: Row; readonly before: Row; readonly reason: ChangeReason } | null;
  /** The released fields as the router holds them. Null: none. */
  readonly released: Row | null;
  readonly frozen: readonly NonConvergingField[];
  readonly troubles: readonly HeldBackRow[];
}

/**
 * What to set so that the row holds its goal, only where it differs. Match fields are equal already. `match` null: the
 * settings menu.
 */
export function fieldChanges(
  menu: Menu,
  match: Row | null,
  goal: Goal,
  live: Row,
  freezer: NonConvergence,
): FieldChanges {
  const fields: Record<string, string> = {};
  const before: Record<string, string> = {};
  const frozen: NonConvergingField[] = [];
  const troubles: HeldBackRow[] = [];
  for (const [name, value] of Object.entries(goal.fields)) {
    if (menu.match.includes(name) || valueOf(menu, live, name) === value) continue;
    if (!isWritable(menu, name)) troubles.push(unknownField(menu, match, name));
    else if (freezer(menu.path, match, name, value)) {
      frozen.push({ menu: menu.path, match, field: name, desired: value, live: live[name] ?? '' });
    } else {
      fields[name] = value;
      if (live[name] !== undefined) before[name] = live[name];
    }
  }
  const names = Object.keys(fields);
  const reason = names.some((name) => name in goal.declared) ? 'declared' : 'dropped';
  const held = goal.released.filter((name) => live[name] !== undefined);
  return {
    set: names.length === 0 ? null : { fields, before, reason },
    released: held.length === 0 ? null : Object.fromEntries(held.map((name) => [name, live[name] as string])),
    frozen,
    troubles,
  };
}

/** The trouble with a declared field that can't be written. */
export function unknownField(menu: Menu, match: Row | null, name: string): HeldBackRow {
  const because = `${valueText(name)} is no field that can be set here; take it out of the declaration`;
  return { menu: menu.path, match, because };
}
