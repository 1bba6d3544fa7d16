import type { DesiredList, DesiredMenu, DesiredSettings, DesiredState } from '#differ';
import type { MenuPath, Row } from '#routeros';
import { SECTION_NAMES, type SectionName } from '#schemas';
import { type CanonicalRow, pathOfField } from './canonical-section.ts';
import type { FieldPath } from './fault.ts';
import type { DeclaredConfig, Inventory } from './inventory.ts';
import { selects } from './selector.ts';

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
  const { unnamed, byName } = indexOf(inventory);
  return [...unnamed, ...(byName.get(deviceName) ?? [])]
    .filter((config) => selects(config.document.spec.selector, device.document))
    .toSorted((a, b) => b.document.spec.priority - a.document.spec.priority || (a.name < b.name ? -1 : 1));
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
 * What the RouterConfigs together want of a device. The highest priority wins field by field; lists are unions by match tuple.
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
  const { desired, conflicts } = layersOf(configs);
  const layers = { desired, conflicts };
  known.set(key, layers);
  return layers;
}

/** Layers RouterConfigs, given in falling strength. `values` holds every desired value, section by section and row by row. */
export function layersOf(configs: readonly DeclaredConfig[]): Layers & { readonly values: readonly LayeredValue[] } {
  const menus: Record<MenuPath, DesiredMenu> = {};
  const values: LayeredValue[] = [];
  const conflicts: LayerConflict[] = [];
  for (const name of SECTION_NAMES) {
    const declaring = configs.filter((config) => config.sections.has(name));
    const first = declaring[0]?.sections.get(name);
    if (first === undefined) continue;
    const merge = mergerOf(name, first.menu, conflicts);
    if (first.shape === 'settings') {
      const merging = mergeSettings(name, declaring, merge);
      values.push(...merging.fields.values());
      menus[first.menu] = settingsOf(declaring, merging);
    } else {
      const rows = mergeRows(name, declaring, merge);
      for (const row of rows) values.push(...row.fields.values());
      menus[first.menu] = listOf(declaring, wordOn(name, configs), rows);
    }
  }
  return { desired: { menus }, values, conflicts };
}

/** One row or settings menu while the layers are put on each other. */
interface Merging {
  readonly declaring: string[];
  readonly fields: Map<string, LayeredValue>;
  readonly owners: Map<string, string[]>;
}

type Merge = (into: Merging, config: DeclaredConfig, row: CanonicalRow | null, fields: Row) => void;

function mergerOf(section: SectionName, menu: MenuPath, conflicts: LayerConflict[]): Merge {
  return (into, config, row, fields) => {
    into.declaring.push(config.name);
    for (const [field, value] of Object.entries(fields)) {
      const path = pathOfField(section, row?.index ?? null, field);
      const said: LayeredValue = { section, menu, row: row?.key ?? null, field, value, config, path };
      const kept = into.fields.get(field);
      if (kept === undefined) into.fields.set(field, said);
      else if (kept.value !== value && priorityOf(kept.config) === priorityOf(config)) {
        conflicts.push({ kept, other: said });
      }
      into.owners.set(field, [...(into.owners.get(field) ?? []), config.name]);
    }
  };
}

function mergeSettings(name: SectionName, declaring: readonly DeclaredConfig[], merge: Merge): Merging {
  const merging = newMerging();
  for (const config of declaring) {
    const section = config.sections.get(name);
    if (section?.shape === 'settings') merge(merging, config, null, section.fields);
  }
  return merging;
}

/** In the order of their match tuples, so that it does not matter which file a row stands in. */
function mergeRows(name: SectionName, declaring: readonly DeclaredConfig[], merge: Merge): readonly Merging[] {
  const rows = new Map<string, Merging>();
  for (const config of declaring) {
    const section = config.sections.get(name);
    if (section?.shape !== 'list') continue;
    for (const row of section.rows) {
      const merging = rows.get(row.key) ?? newMerging();
      rows.set(row.key, merging);
      merge(merging, config, row, row.fields);
    }
  }
  return [...rows].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, merging]) => merging);
}

function settingsOf(declaring: readonly DeclaredConfig[], merging: Merging): DesiredSettings {
  return {
    shape: 'settings',
    declaredBy: namesOf(declaring),
    fields: fieldsOf(merging),
    owners: Object.fromEntries([...merging.owners].map(([field, owners]) => [field, owners.toSorted()])),
  };
}

function listOf(
  declaring: readonly DeclaredConfig[],
  word: Pick<DesiredList, 'unlisted' | 'unlistedBy'>,
  rows: readonly Merging[],
): DesiredList {
  return {
    shape: 'list',
    declaredBy: namesOf(declaring),
    ...word,
    rows: rows.map((row) => ({ fields: fieldsOf(row), owners: row.declaring.toSorted() })),
  };
}

/** The word of the strongest RouterConfig that says anything, and who of that strength says it. */
function wordOn(name: SectionName, configs: readonly DeclaredConfig[]): Pick<DesiredList, 'unlisted' | 'unlistedBy'> {
  const saying = configs.filter((config) => unlistedIn(config, name) !== undefined);
  const [strongest] = saying;
  if (strongest === undefined) return { unlisted: 'tolerate' };
  const strong = saying.filter((config) => priorityOf(config) === priorityOf(strongest));
  return { unlisted: unlistedIn(strongest, name) ?? 'tolerate', unlistedBy: namesOf(strong) };
}

/** What one RouterConfig says about rows of a section that nobody declared. */
export function unlistedIn(config: DeclaredConfig, name: SectionName): DesiredList['unlisted'] | undefined {
  if (!config.clean(['spec', 'unlisted', name])) return undefined;
  const unlisted: Readonly<Partial<Record<SectionName, DesiredList['unlisted']>>> = config.document.spec.unlisted ?? {};
  return unlisted[name];
}

function newMerging(): Merging {
  return { declaring: [], fields: new Map(), owners: new Map() };
}

function fieldsOf(merging: Merging): Row {
  return Object.fromEntries([...merging.fields].map(([field, said]) => [field, said.value]));
}

function namesOf(configs: readonly DeclaredConfig[]): readonly string[] {
  return configs.map((config) => config.name).toSorted();
}

function priorityOf(config: DeclaredConfig): number {
  return config.document.spec.priority;
}
