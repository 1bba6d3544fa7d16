import type { Item } from '#routeros';
import { partOf, type Sections } from './sections-of.ts';

/** Labels by which devices share what is equal on all of them, the widest first. */
export const GROUP_LABELS = ['role', 'site'] as const;

/** A label and its value. */
export interface Group {
  readonly label: (typeof GROUP_LABELS)[number];
  readonly value: string;
}

/** Devices that may share a RouterConfig: all that carry the label, by name. */
export interface GroupMembers extends Group {
  readonly members: readonly string[];
}

/** What devices have in common, by the labels that they carry, and what each has by itself. */
export interface Factored {
  readonly groups: readonly (Group & { readonly sections: Sections })[];
  readonly devices: ReadonlyMap<string, Sections>;
}

/**
 * Takes what is equal on every member of a group out of its members. Rows of ordered lists stay where they are, since
 * their order is said by one list alone.
 */
export function factor(devices: ReadonlyMap<string, Sections>, groups: readonly GroupMembers[]): Factored {
  const left = new Map(devices);
  const shared = groups.map(({ label, value, members }) => {
    const own = members.map((name) => left.get(name) ?? new Map());
    const sections = commonOf(own);
    for (const [index, name] of members.entries()) left.set(name, without(own[index] ?? new Map(), sections));
    return { label, value, sections };
  });
  return { groups: shared.filter(({ sections }) => sections.size > 0), devices: left };
}

function commonOf([first = new Map(), ...others]: readonly Sections[]): Sections {
  const common = new Map<string, readonly Item[]>();
  for (const [name, items] of first) {
    if (partOf(name).menus.some(({ menu }) => menu.shape === 'orderedList')) continue;
    const rest = others.map((each) => partsOf(name, each.get(name) ?? []));
    const parts = [...partsOf(name, items)].filter(([key]) => rest.every((each) => each.has(key)));
    if (parts.length > 0)
      common.set(
        name,
        itemsOf(
          name,
          parts.map(([, part]) => part),
        ),
      );
  }
  return common;
}

function without(sections: Sections, shared: Sections): Sections {
  const left = new Map<string, readonly Item[]>();
  for (const [name, items] of sections) {
    const gone = partsOf(name, shared.get(name) ?? []);
    const parts = [...partsOf(name, items)].filter(([key]) => !gone.has(key)).map(([, part]) => part);
    if (parts.length > 0) left.set(name, itemsOf(name, parts));
  }
  return left;
}

/** What can be shared by itself: a field of settings, an item of a list; by its text. */
function partsOf(name: string, items: readonly Item[]): ReadonlyMap<string, Item> {
  const parts =
    partOf(name).shape === 'settings'
      ? items.flatMap((item) => Object.entries(item).map(([field, value]) => ({ [field]: value })))
      : items;
  return new Map(parts.map((part) => [JSON.stringify(part), part]));
}

function itemsOf(name: string, parts: readonly Item[]): readonly Item[] {
  return partOf(name).shape === 'settings' ? [Object.assign({}, ...parts) as Item] : parts;
}
