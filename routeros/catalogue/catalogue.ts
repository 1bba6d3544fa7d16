import type { SectionName } from '#schemas';
import { SECTIONS } from '../generated/sections.ts';
import type { Menu, MenuPath } from './menu.ts';

/** Every menu this project manages, by path: those of its sections. */
export const CATALOGUE: Readonly<Record<MenuPath, Menu>> = Object.fromEntries(
  Object.values(SECTIONS).flatMap(({ menus }) => menus.map(({ menu }) => [menu.path, menu])),
);

/**
 * @throws {RangeError} for a menu that is not managed: a mistake in the calling code, since sections name only menus of
 * the catalogue.
 */
export function menuOf(path: MenuPath): Menu {
  const menu = CATALOGUE[path];
  if (menu === undefined) throw new RangeError(`${path} is not in the catalogue`);
  return menu;
}

const SECTION_OF: ReadonlyMap<MenuPath, SectionName> = new Map(
  Object.values(SECTIONS)
    .toReversed()
    .flatMap(({ name, menus }) => menus.map(({ menu }) => [menu.path, name])),
);

/** The section that writes a menu, the first one of several. @throws {RangeError} for a menu that is not managed. */
export function sectionOfMenu(path: MenuPath): SectionName {
  const name = SECTION_OF.get(path);
  if (name === undefined) throw new RangeError(`${path} is not in the catalogue`);
  return name;
}

/** The menus that a section writes. */
export function menusOfSection(name: SectionName): readonly MenuPath[] {
  return SECTIONS[name].menus.map(({ menu }) => menu.path);
}
