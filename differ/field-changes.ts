import type { Field, Menu, Row } from '#routeros';
import { isWritable, valueOf } from './canonical.ts';
import type { ChangeReason } from './change.ts';
import type { Freezer } from './freeze.ts';
import type { FrozenField } from './plan.ts';
import { describeRow } from './row-text.ts';
import type { Owners } from './state.ts';

interface FieldInput {
  readonly menu: Menu;
  /** null: the settings menu. */
  readonly match: Row | null;
  readonly desired: Row;
  readonly base: Row;
  /** Who declared this field, or its row, in the base. */
  readonly ownersOf: (name: string) => Owners;
  /** Who declares the section now. */
  readonly declaredBy: Owners;
  readonly live: Row;
  readonly freezer: Freezer;
}

interface FieldChanges {
  /** Null: nothing to set. */
  readonly set: { readonly fields: Row; readonly before: Row; readonly reason: ChangeReason } | null;
  /** Fields that the base declared and whose RouterConfig or section has vanished, as the router holds them. Null: none. */
  readonly released: Row | null;
  readonly frozen: readonly FrozenField[];
  readonly conflicts: readonly string[];
}

/** Three-way comparison of the fields of one row or settings menu. Match fields are equal already and never change. */
export function fieldChanges(input: FieldInput): FieldChanges {
  const { menu, match, live } = input;
  const fields: Record<string, string> = {};
  const before: Record<string, string> = {};
  const released: Record<string, string> = {};
  const frozen: FrozenField[] = [];
  const conflicts: string[] = [];
  let reason: ChangeReason = 'dropped';

  function set(name: string, value: string, why: ChangeReason): void {
    if (input.freezer(menu.path, match, name, value)) {
      frozen.push({ menu: menu.path, match, field: name, desired: value, live: live[name] ?? '' });
      return;
    }
    fields[name] = value;
    if (live[name] !== undefined) before[name] = live[name];
    if (why === 'declared') reason = why;
  }

  for (const [name, value] of Object.entries(input.desired)) {
    if (menu.match.includes(name) || valueOf(menu, live, name) === value) continue;
    if (isWritable(menu, name)) set(name, value, 'declared');
    else conflicts.push(unknownField(menu, match, name));
  }
  for (const name of Object.keys(input.base)) {
    if (name in input.desired || menu.match.includes(name) || !isWritable(menu, name)) continue;
    const field = menu.fields[name] as Field;
    if (!stillSpeaks(input.ownersOf(name), input.declaredBy) || field.neverCleared === true) {
      if (live[name] !== undefined) released[name] = live[name];
    } else if (valueOf(menu, live, name) !== (field.default ?? '')) {
      set(name, field.default ?? '', 'dropped');
    }
  }
  return {
    set: Object.keys(fields).length === 0 ? null : { fields, before, reason },
    released: Object.keys(released).length === 0 ? null : released,
    frozen,
    conflicts,
  };
}

/**
 * Whether dropping something was meant: everybody who declared it in the base declares the section still.
 * When one of them has let the section go, or nobody is known, it is released instead.
 */
export function stillSpeaks(owners: Owners, declaredBy: Owners): boolean {
  return owners.length > 0 && owners.every((owner) => declaredBy.includes(owner));
}

/** The conflict of a declared field that can't be written. */
export function unknownField(menu: Menu, match: Row | null, name: string): string {
  return `${describeRow(menu, match)}: "${name}" is no field that can be set here; take it out of the declaration.`;
}
