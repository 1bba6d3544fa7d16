import type { DesiredList, DesiredMenu, DesiredRow, DesiredSettings, DesiredState } from '#differ';
import { type Menu, menuOf, type MenuPath, type Row, SECTIONS } from '#routeros';
import { SECTION_NAMES, type SectionName } from '#schemas';
import type { CanonicalMenu, CanonicalRow } from './canonical.ts';
import { pathOfField } from './canonical-section.ts';
import type { FieldPath } from './diagnostic.ts';
import type { DeclaredConfig, Inventory } from './inventory.ts';
import { selects } from './selector.ts';
import { partsOf, wordIn, wordsOn } from './unlisted-words.ts';

/** One desired value and the RouterConfig it comes from. */
export interface LayeredValue {
  readonly section: SectionName;
  readonly menu: MenuPath;
  /** The match tuple as text; null for a settings menu. */
  readonly row: string | null;
  readonly field: string;
  readonly value: string;
  readonly config: DeclaredConfig;
  readonly path: FieldPath;
}

/** Two RouterConfigs of equal priority that say different things about one field. */
export interface LayerConflict {
  readonly kept: LayeredValue;
  readonly other: LayeredValue;
}

/** All RouterConfigs of one device laid over one another. */
export interface Layers {
  readonly desired: DesiredState;
  /** None in an Inventory that passed validation. */
  readonly conflicts: readonly LayerConflict[];
}

/** The RouterConfigs that mean a device, the strongest first. */
export function configsFor(inventory: Inventory, deviceName: string): readonly DeclaredConfig[] {
  const device = inventory.devices.get(deviceName);
  if (device === undefined) throw new RangeError(`no device ${deviceName} in the inventory`);
  return configsThatMayMean(inventory, deviceName)
    .filter((config) => selects(config.document.spec.selector, device.document))
    .toSorted((a, b) => b.document.spec.priority - a.document.spec.priority || (a.name < b.name ? -1 : 1));
}

/** Those whose selectors name a device of this name, or none: whatever its labels are, no others mean it. */
export function configsThatMayMean(inventory: Inventory, deviceName: string): readonly DeclaredConfig[] {
  const { unnamed, byName } = indexOf(inventory);
  return [...unnamed, ...(byName.get(deviceName) ?? [])];
}

/** RouterConfigs by the devices that their selectors name: thousands of devices mostly have one each of their own. */
interface ConfigIndex {
  readonly unnamed: readonly DeclaredConfig[];
  readonly byName: ReadonlyMap<string, readonly DeclaredConfig[]>;
}

const indexes = new WeakMap<Inventory, ConfigIndex>();

function indexOf(inventory: Inventory): ConfigIndex {
  const known = indexes.get(inventory);
  if (known !== undefined) return known;
  const unnamed: DeclaredConfig[] = [];
  const byName = new Map<string, DeclaredConfig[]>();
  for (const config of inventory.configs) {
    const { names } = config.document.spec.selector;
    if (names === undefined) unnamed.push(config);
    for (const name of new Set(names)) {
      const others = byName.get(name);
      if (others === undefined) byName.set(name, [config]);
      else others.push(config);
    }
  }
  const index = { unnamed, byName };
  indexes.set(inventory, index);
  return index;
}

const layersByConfigs = new WeakMap<Inventory, Map<string, Layers>>();

/**
 * What the RouterConfigs together want of a device. The highest priority wins field by field; lists are unions by
 * match tuple.
 * Devices that the same RouterConfigs select share one result.
 * @throws {RangeError} for a device that the inventory does not have.
 */
export function layersFor(inventory: Inventory, deviceName: string): Layers {
  const configs = configsFor(inventory, deviceName);
  const key = configs.map((config) => config.name).join(' ');
  const known = layersByConfigs.get(inventory) ?? new Map<string, Layers>();
  layersByConfigs.set(inventory, known);
  const found = known.get(key);
  if (found !== undefined) return found;
  const layers = layersOf(configs);
  known.set(key, layers);
  return layers;
}

/** Layers RouterConfigs, given in falling strength. */
export function layersOf(configs: readonly DeclaredConfig[]): Layers {
  const menus: Record<MenuPath, DesiredMenu> = {};
  const conflicts: LayerConflict[] = [];
  for (const section of menusOf(configs)) {
    const { menu, shape, rows } = section;
    menus[menu] =
      shape === 'settings'
        ? settingsOf(section, merged(section, rows.flat(), conflicts))
        : listOf(
            section,
            configs,
            rows.map((said) => rowOf(section, said, conflicts)),
          );
  }
  return { desired: { menus }, conflicts };
}

/** Every desired value of RouterConfigs, given in falling strength: section by section and row by row. */
export function layeredValues(
  configs: readonly DeclaredConfig[],
  sections: readonly SectionName[] = SECTION_NAMES,
): readonly LayeredValue[] {
  return menusOf(configs, sections).flatMap((section) => [
    ...section.rows.flatMap((said) => valuesOfRow(section, said)),
    ...(section.menu === SECTIONS[section.name].menus[0].menu.path ? wordsOf(section, configs) : []),
  ]);
}

/** What is said of rows of a section that nobody declared: of all, and of those of each part. */
function wordsOf({ name, menu }: LayeredMenu, configs: readonly DeclaredConfig[]): readonly LayeredValue[] {
  const said = { section: name, menu, field: 'unlisted' };
  const whole = configs.find(({ unlisted }) => unlisted[name] !== undefined);
  const parts = partsOf(name, configs).map((part): LayeredValue => {
    const config = configs.find(({ unlistedIn }) => wordIn(unlistedIn[name], part) !== undefined) as DeclaredConfig;
    const value = wordIn(config.unlistedIn[name], part) as string;
    const row = JSON.stringify({ [SECTIONS[name].scopedBy ?? '']: part });
    return { ...said, row, value, config, path: ['spec', 'unlistedIn', name, part] };
  });
  if (whole === undefined) return parts;
  const value = whole.unlisted[name] as string;
  return [{ ...said, row: '{}', value, config: whole, path: ['spec', 'unlisted', name] }, ...parts];
}

/** What goes without saying points at its row, in the strongest RouterConfig that declares it. */
function valuesOfRow(section: LayeredMenu, said: readonly Said[]): readonly LayeredValue[] {
  const values = mergedValues(section, said, []);
  const [first] = said;
  if (first === undefined || first.row === null) return [...values.values()];
  if (values.has('disabled') || !isMadeEnabled(section.menu, (name) => values.has(name))) return [...values.values()];
  const { config, row } = first;
  const path = ['spec', section.name, row.index];
  const own = { section: section.name, menu: section.menu, row: row.key, config, path };
  return [...values.values(), ...Object.entries(IN_FORCE).map(([field, value]) => ({ ...own, field, value }))];
}

/** What one RouterConfig says of a row, or of a settings menu. */
interface Said {
  readonly config: DeclaredConfig;
  readonly row: CanonicalRow | null;
  readonly fields: Row;
}

/**
 * What all RouterConfigs say of one menu of a section; each row by all who declare it, the strongest first. A settings
 * menu is one row.
 */
interface LayeredMenu {
  readonly name: SectionName;
  readonly menu: MenuPath;
  readonly shape: CanonicalMenu['shape'];
  readonly declaring: readonly DeclaredConfig[];
  readonly rows: readonly (readonly Said[])[];
}

function menusOf(
  configs: readonly DeclaredConfig[],
  sections: readonly SectionName[] = SECTION_NAMES,
): readonly LayeredMenu[] {
  return sections.flatMap((name) =>
    SECTIONS[name].menus.flatMap(({ menu: { path, shape } }) => {
      const saying = configs.flatMap((config): readonly Saying[] => {
        const said = config.sections.get(name)?.find(({ menu }) => menu === path);
        return said === undefined ? [] : [{ config, said }];
      });
      const [first] = saying;
      if (first === undefined) return [];
      const declaring = saying.map(({ config }) => config);
      return [{ name, menu: path, shape: first.said.shape, declaring, rows: rowsOf(saying, shape) }];
    }),
  );
}

interface Saying {
  readonly config: DeclaredConfig;
  readonly said: CanonicalMenu;
}

/**
 * In the order of their match tuples, so that it does not matter which file a row stands in. Where the order of a menu
 * counts, as declared: the rows of the strongest RouterConfig first, then what only weaker ones have.
 */
function rowsOf(saying: readonly Saying[], shape: Menu['shape']): readonly (readonly Said[])[] {
  const [only, ...others] = saying;
  if (only?.said.shape === 'list' && others.length === 0)
    return only.said.rows.map((row) => [{ config: only.config, row, fields: row.fields }]);
  const rows = new Map<string, Said[]>();
  const say = (key: string, said: Said): void => {
    const others = rows.get(key);
    if (others === undefined) rows.set(key, [said]);
    else others.push(said);
  };
  for (const { config, said } of saying) {
    if (said.shape === 'settings') say('', { config, row: null, fields: said.fields });
    else for (const row of said.rows) say(row.key, { config, row, fields: row.fields });
  }
  const told = shape === 'orderedList' ? [...rows] : [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return told.map(([, said]) => said);
}

/** One row or settings menu of all layers. */
interface Merged {
  readonly fields: Row;
  /** Who declares it. */
  readonly owners: readonly string[];
  /** Who declares which field of it. */
  readonly fieldOwners: Readonly<Record<string, readonly string[]>>;
}

function merged(section: LayeredMenu, said: readonly Said[], conflicts: LayerConflict[]): Merged {
  const fieldOwners: Record<string, string[]> = {};
  for (const { config, fields } of said)
    for (const field of Object.keys(fields)) (fieldOwners[field] ??= []).push(config.name);
  const values = mergedValues(section, said, conflicts);
  return {
    fields: Object.fromEntries([...values].map(([field, { value }]) => [field, value])),
    owners: said.map(({ config }) => config.name).toSorted(),
    fieldOwners: Object.fromEntries(Object.entries(fieldOwners).map(([field, owners]) => [field, owners.toSorted()])),
  };
}

/** Most rows are said once, and lists can be long. */
function rowOf(section: LayeredMenu, said: readonly Said[], conflicts: LayerConflict[]): DesiredRow {
  const [only, ...others] = said;
  if (only !== undefined && others.length === 0)
    return { fields: inForce(section, only.fields), owners: [only.config.name] };
  const { fields, owners } = merged(section, said, conflicts);
  return { fields: inForce(section, fields), owners };
}

/** Who declares a row wants it in force unless somebody says that it is disabled. */
function inForce({ menu }: LayeredMenu, fields: Row): Row {
  return 'disabled' in fields || !isMadeEnabled(menu, (name) => name in fields) ? fields : { ...fields, ...IN_FORCE };
}

const IN_FORCE: Row = { disabled: 'false' };

/** A radio is not made: what nobody says of it stays unmanaged. */
function isMadeEnabled(path: MenuPath, says: (name: string) => boolean): boolean {
  const { addWith, fixedWithout } = menuOf(path);
  return addWith['disabled'] === IN_FORCE['disabled'] && (fixedWithout === undefined || says(fixedWithout));
}

/** The strongest word on each field. Two of equal strength that differ are a conflict. */
function mergedValues(
  section: LayeredMenu,
  said: readonly Said[],
  conflicts: LayerConflict[],
): ReadonlyMap<string, LayeredValue> {
  const values = new Map<string, LayeredValue>();
  for (const { config, row, fields } of said) {
    for (const [field, value] of Object.entries(fields)) {
      const path = pathOfField(section.name, section.menu, row, field);
      const other = { section: section.name, menu: section.menu, row: row?.key ?? null, field, value, config, path };
      const kept = values.get(field);
      if (kept === undefined) values.set(field, other);
      else if (kept.value !== value && priorityOf(kept.config) === priorityOf(config)) conflicts.push({ kept, other });
    }
  }
  return values;
}

function settingsOf({ declaring }: LayeredMenu, { fields, fieldOwners }: Merged): DesiredSettings {
  return { shape: 'settings', declaredBy: namesOf(declaring), fields, owners: fieldOwners };
}

function listOf(
  { name, menu, declaring }: LayeredMenu,
  configs: readonly DeclaredConfig[],
  rows: readonly DesiredRow[],
): DesiredList {
  return { shape: 'list', declaredBy: namesOf(declaring), ...wordsOn(name, menu, configs), rows };
}

function namesOf(configs: readonly DeclaredConfig[]): readonly string[] {
  return configs.map((config) => config.name).toSorted();
}

function priorityOf(config: DeclaredConfig): number {
  return config.document.spec.priority;
}
