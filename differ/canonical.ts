import { canonicalLive, type Menu, type MenuPath, type Row } from '#routeros';

/** The menus that planning knows, by path. */
export type Catalogue = Readonly<Record<MenuPath, Menu>>;

/** @throws {RangeError} for a menu that is not managed: a mistake in the calling code. */
export function menuIn(catalogue: Catalogue, path: MenuPath): Menu {
  const menu = catalogue[path];
  if (menu === undefined) throw new RangeError(`${path} is not in the catalogue`);
  return menu;
}

/**
 * The canonical text of one field: an absent key is the field's default, and where there is no default, `''`.
 * Defaults fold per field, never globally: a global fold would hide a real `0` or `none` (routeros-rest.md §6).
 * A field that the catalogue does not know stands for itself.
 */
export function valueOf(menu: Menu, row: Row, name: string): string {
  const text = row[name];
  const field = menu.fields[name];
  if (field === undefined) return text ?? '';
  return text === undefined ? (field.default ?? '') : canonicalLive(field.codec, text);
}

/** Whether a row of the same tuple has all these canonical values; its match fields are equal by themselves. */
export function satisfies(menu: Menu, fields: Row, row: Row): boolean {
  for (const name in fields) {
    if (fields[name] !== row[name] && valueOf(menu, row, name) !== fields[name] && !menu.match.includes(name)) {
      return false;
    }
  }
  return true;
}

/** Whether the field is configuration that the catalogue knows; everything else is never sent. */
export function isWritable(menu: Menu, name: string): boolean {
  const field = menu.fields[name];
  return field !== undefined && field.readOnly !== true;
}

/** Rows that belong to the router (`dynamic`): never paired, changed or removed. */
export function isSkipped(menu: Menu, row: Row): boolean {
  for (const flag of menu.skipWhen) if (row[flag] === 'true') return true;
  return false;
}

/** Whether the row is switched off; a row that does not say has the menu's default. */
export function isDisabled(menu: Menu, row: Row): boolean {
  return valueOf(menu, row, 'disabled') === 'true';
}

/**
 * The writable fields of a row, as the router spelt them: without `.id`, read-only fields and what the catalogue does
 * not know.
 */
export function writableRow(menu: Menu, row: Row): Row {
  const writable: Record<string, string> = {};
  for (const [name, text] of Object.entries(row)) if (isWritable(menu, name)) writable[name] = text;
  return writable;
}

/** The row without the fields that hold their default: whether a router spells those out makes no difference. */
export function withoutDefaults(menu: Menu, row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !isAtDefault(menu, row, name)));
}

/** Whether the field holds its default, and where it has none, nothing. */
export function isAtDefault(menu: Menu, row: Row, name: string): boolean {
  const field = menu.fields[name];
  if (field === undefined) return false;
  const { default: usual = '' } = field;
  return row[name] === usual || valueOf(menu, row, name) === usual;
}

/**
 * The shortest row that says the same: canonical spelling; fields at their default, read-only fields and keys with a
 * leading dot left out.
 * Fields that the catalogue does not know stay as they are. Two rows with the same configuration have the same
 * canonical row.
 */
export function canonicalRow(menu: Menu, row: Row): Row {
  const canonical: Record<string, string> = {};
  for (const [name, text] of Object.entries(row)) {
    const field = menu.fields[name];
    if (name.startsWith('.') || field?.readOnly === true) continue;
    const value = valueOf(menu, row, name);
    if (field === undefined) canonical[name] = text;
    else if (value !== (field.default ?? '')) canonical[name] = value;
  }
  return canonical;
}

/** The canonical rows of a live menu, without those that belong to the router. */
export function canonicalMenu(menu: Menu, rows: readonly Row[]): readonly Row[] {
  return rows.filter((row) => !isSkipped(menu, row)).map((row) => canonicalRow(menu, row));
}
