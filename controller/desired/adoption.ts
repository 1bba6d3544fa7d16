import { type DriftEntry, keyOf, valueOf } from '#differ';
import { matchOf, menuOf, type MenuPath, type Row, rowsOf, sectionOfMenu, SECTIONS } from '#routeros';
import type { SectionName } from '#schemas';
import { pathOfField } from './canonical-section.ts';
import type { DeclaredAt, FieldPath } from './diagnostic.ts';
import type { LocatedConfig, LocatedInventory } from './inventory.ts';
import { configsFor, layeredValues } from './layers.ts';
import { selects } from './selector.ts';

/** One place of one RouterConfig, and what it is to say there. */
export interface Edit {
  readonly config: string;
  /** Where it stands; of what is added: what it is added to. */
  readonly at: DeclaredAt;
  readonly path: FieldPath;
  /** `append` makes the list where there is none. */
  readonly kind: 'set' | 'remove' | 'append';
  /** What it says then; undefined: nothing more. */
  readonly value: unknown;
}

/** A RouterConfig for one device that is to be made, since none of its own is strong enough. */
export interface NewConfig {
  readonly name: string;
  readonly priority: number;
}

/** How the files can say of a device what its router holds. */
export interface Adoption {
  readonly edits: readonly Edit[];
  /** The RouterConfig of this name is made first. Null: those that are there do. */
  readonly made: NewConfig | null;
  /** What nobody but a person can adopt, and why. */
  readonly byHand: readonly { readonly entry: DriftEntry; readonly because: string }[];
}

/** How much a RouterConfig that is made has more priority than every other of its devices. */
export const STRONGER_BY = 10;
/** The highest priority there is. */
export const STRONGEST = 1_000_000;

/** Edits of one drift while they are looked for. */
interface Search {
  readonly configs: readonly LocatedConfig[];
  /** Those that mean this device alone: the only ones that are changed. */
  readonly own: ReadonlySet<LocatedConfig>;
  readonly values: ReturnType<typeof layeredValues>;
  readonly made: NewConfig;
}

type Found = readonly Edit[] | { readonly because: string };

/**
 * What to change in the RouterConfigs so that the device's router is as declared. Only those that mean this device
 * alone are changed: what others share says the same of them as before, and what it says of this one is said again by a
 * stronger one.
 */
export function adoptionOf(inventory: LocatedInventory, device: string, entries: readonly DriftEntry[]): Adoption {
  const strongestFirst = configsFor(inventory, device) as readonly LocatedConfig[];
  const devices = [...inventory.devices.values()];
  const own = strongestFirst.filter(
    ({ document }) => devices.filter((each) => selects(document.spec.selector, each.document)).length === 1,
  );
  const priority = Math.min(STRONGEST, Math.max(0, ...strongestFirst.map(priorityOf)) + STRONGER_BY);
  const search: Search = {
    configs: strongestFirst,
    own: new Set(own),
    values: layeredValues(strongestFirst),
    made: { name: `${device}-adopted`, priority },
  };
  const edits: Edit[] = [];
  const byHand: { readonly entry: DriftEntry; readonly because: string }[] = [];
  for (const entry of entries) {
    const found = editsFor(search, entry);
    if ('because' in found) byHand.push({ entry, because: found.because });
    else edits.push(...found);
  }
  const isMade = edits.some(({ config }) => config === search.made.name);
  return { edits, made: isMade ? search.made : null, byHand };
}

function editsFor(search: Search, entry: DriftEntry): Found {
  const section = sectionOfMenu(entry.menu);
  const [only, ...others] = SECTIONS[section].menus.filter(({ menu }) => menu.path === entry.menu);
  const isPlain =
    only !== undefined && others.length === 0 && only.each === undefined && SECTIONS[section].shape !== 'lists';
  if (!isPlain || (SECTIONS[section].shape === 'list' && SECTIONS[section].menus[0] !== only))
    return { because: `a row of ${entry.menu} is a part of an item of ${section}: change that item` };
  const secret = Object.keys({ ...entry.desired, ...entry.live }).find(
    (name) => menuOf(entry.menu).fields[name]?.secret === true,
  );
  if (secret !== undefined)
    return { because: `${secret} is a secret, which no file may hold: change what it refers to` };
  switch (entry.class) {
    case 'Changed':
      return merged(Object.keys(entry.desired).map((name) => editOfField(search, section, entry, name)));
    case 'Missing':
      return editsOfMissing(search, section, entry);
    case 'Extra':
      return additionTo(search, section, itemOf(section, entry.menu, { ...entry.match, ...entry.live }));
    case 'Reordered':
      return { because: 'its place follows from the order of the rows in the files: move it there' };
  }
}

function editOfField(search: Search, section: SectionName, entry: DriftEntry, property: string): Found {
  const { menu, match, live } = entry;
  const field = String(pathOfField(section, menu, null, property).at(-1));
  const text = valueOf(menuOf(menu), live, property);
  const kind = SECTIONS[section].fields[field]?.kind ?? 'string';
  const value = yamlValue(kind, text);
  const winner = valuesOf(search, menu, match).find((each) => each.field === property);
  const isClear = text === '' && kind !== 'list';
  if (winner !== undefined && search.own.has(winner.config as LocatedConfig)) {
    const config = winner.config as LocatedConfig;
    const others = search.configs.filter((other) => other !== config && says(other, section, menu, match, property));
    if (isClear && others.length > 0)
      return { because: `${field} has no value there, and several RouterConfigs declare one` };
    // What goes without saying is at its row.
    const path = typeof winner.path.at(-1) === 'number' ? [...winner.path, field] : winner.path;
    const place = { config: config.name, at: config.locate(path), path };
    return [isClear ? { ...place, kind: 'remove', value: undefined } : { ...place, kind: 'set', value }];
  }
  if (isClear)
    return {
      because: `${field} has no value there, and ${winner?.config.name ?? 'a RouterConfig'} declares one for other devices too`,
    };
  const strength = winner === undefined ? -1 : priorityOf(winner.config as LocatedConfig);
  const own = [...search.own].find((config) => priorityOf(config) > strength);
  if (match === null) return [settingIn(search, own, section, field, value)];
  const index = own === undefined ? undefined : indexIn(own, section, menu, match);
  if (own !== undefined && index !== undefined) {
    const path = ['spec', section, index, field];
    return [{ config: own.name, at: own.locate(path), path, kind: 'set', value }];
  }
  const item = { ...neededOf(search, section, menu, match), ...itemOf(section, menu, match), [field]: value };
  const read = rowsOf(SECTIONS[section], item);
  if ('rows' in read) return additionIn(search, own, section, item);
  const [fault] = read.faults;
  return { because: `an item of ${section} for this device alone would be refused: ${String(fault?.message)}` };
}

/** What every item of the section must say, as the RouterConfigs say it of this row now. */
function neededOf(search: Search, section: SectionName, menu: MenuPath, match: Row): Readonly<Record<string, unknown>> {
  const { required, menus } = SECTIONS[section];
  const needed = new Set(required.map((field) => menus[0].properties[field]));
  const said = valuesOf(search, menu, match).filter(({ field }) => needed.has(field));
  return itemOf(section, menu, Object.fromEntries(said.map(({ field, value }) => [field, value])));
}

function editsOfMissing(search: Search, section: SectionName, { menu, match }: DriftEntry): Found {
  const saying = search.configs.filter((config) => indexIn(config, section, menu, match ?? {}) !== undefined);
  const shared = saying.find((config) => !search.own.has(config));
  if (shared !== undefined) return { because: `the RouterConfig ${shared.name} declares it for other devices too` };
  return saying.map((config): Edit => {
    const path = ['spec', section, indexIn(config, section, menu, match ?? {}) ?? 0];
    return { config: config.name, at: config.locate(path), path, kind: 'remove', value: undefined };
  });
}

/** To the strongest RouterConfig of the device's own that has the section, else to the strongest of its own. */
function additionTo(search: Search, section: SectionName, item: Readonly<Record<string, unknown>>): Found {
  const [first] = search.own;
  const declaring = [...search.own].find(({ sections }) => sections.has(section));
  return additionIn(search, declaring ?? first, section, item);
}

function additionIn(
  { made }: Search,
  config: LocatedConfig | undefined,
  section: SectionName,
  value: Readonly<Record<string, unknown>>,
): readonly Edit[] {
  const path = ['spec', section];
  const at = config?.locate(path) ?? { object: `RouterConfig ${made.name}` };
  return [{ config: config?.name ?? made.name, at, path, kind: 'append', value }];
}

function settingIn(
  { made }: Search,
  config: LocatedConfig | undefined,
  section: SectionName,
  field: string,
  value: unknown,
): Edit {
  const path = ['spec', section, field];
  const at = config?.locate(path) ?? { object: `RouterConfig ${made.name}` };
  return { config: config?.name ?? made.name, at, path, kind: 'set', value };
}

function valuesOf({ values }: Search, menu: MenuPath, match: Row | null): Search['values'] {
  const key = match === null ? null : keyOf(menuOf(menu), match);
  return values.filter(
    (each) =>
      each.menu === menu && (each.row === null ? null : keyOf(menuOf(menu), JSON.parse(each.row) as Row)) === key,
  );
}

function says(
  config: LocatedConfig,
  section: SectionName,
  menu: MenuPath,
  match: Row | null,
  property: string,
): boolean {
  const said = config.sections.get(section)?.find((each) => each.menu === menu);
  if (said?.shape === 'settings') return property in said.fields;
  const row = said?.rows.find(({ key }) => key === textOf(menu, match ?? {}));
  return row !== undefined && property in row.fields;
}

/** Where a row stands in the list of a section. */
function indexIn(config: LocatedConfig, section: SectionName, menu: MenuPath, match: Row): number | undefined {
  const said = config.sections.get(section)?.find((each) => each.menu === menu);
  if (said?.shape !== 'list') return undefined;
  return said.rows.find(({ key }) => key === textOf(menu, match))?.index;
}

/** As the rows of a RouterConfig are told apart. */
function textOf(menu: MenuPath, match: Row): string {
  return JSON.stringify(matchOf(menuOf(menu), match));
}

/** A row as an item of its section. That it is in force goes without saying. */
function itemOf(section: SectionName, menu: MenuPath, row: Row): Readonly<Record<string, unknown>> {
  const { fields, menus } = SECTIONS[section];
  const [{ properties }] = menus;
  const item: Record<string, unknown> = {};
  for (const [field, property] of Object.entries(properties)) {
    const text = row[property];
    if (text === undefined || text === '' || (property === 'disabled' && text === 'false')) continue;
    item[field] = yamlValue(fields[field]?.kind ?? 'string', valueOf(menuOf(menu), row, property));
  }
  return item;
}

function yamlValue(kind: string, text: string): unknown {
  switch (kind) {
    case 'boolean':
      return text === 'true';
    case 'integer':
      return Number(text);
    case 'list':
      return text === '' ? [] : text.split(',');
    default:
      return text;
  }
}

function merged(all: readonly Found[]): Found {
  const edits: Edit[] = [];
  for (const found of all) {
    if ('because' in found) return found;
    edits.push(...found);
  }
  return edits;
}

function priorityOf({ document }: LocatedConfig): number {
  return document.spec.priority;
}
