import type { DesiredMenu, DesiredRow, DesiredState } from '#differ';
import {
  fieldAvailable,
  formatVersion,
  type Menu,
  menuAvailable,
  menuOf,
  type MenuPath,
  type Version,
} from '#routeros';
import type { Diagnostic } from './diagnostic.ts';
import type { DeclaredConfig, LocatedConfig, LocatedInventory } from './inventory.ts';
import { configsFor, layeredValues, layersFor } from './layers.ts';
import { faultAt } from './report.ts';

/** What is declared of a device and tied to versions of RouterOS. */
export interface VersionedField {
  readonly menu: MenuPath;
  /** Null: the menu itself. */
  readonly field: string | null;
  /** RouterConfigs that declare it. */
  readonly owners: readonly string[];
}

/** What is declared and what a router of this version does not have, by menu and field. */
export function notOnVersion(desired: DesiredState, version: Version): readonly VersionedField[] {
  return versionedIn(desired).filter(({ menu: path, field }) => {
    const menu = menuOf(path);
    return menuAvailable(menu, version) ? field !== null && isLacking(menu, field, version) : field === null;
  });
}

/** `/ip/dns mdns-repeat-ifaces (RouterConfig edge)` */
export function versionedText({ menu, field, owners }: VersionedField): string {
  const by = owners.length === 0 ? '' : ` (RouterConfig ${owners.join(', ')})`;
  return `${field === null ? menu : `${menu} ${field}`}${by}`;
}

/**
 * What is declared of devices and what routers of this version do not have, once for each place of a file with all
 * devices that it is declared for.
 */
export function versionFaults(
  inventory: LocatedInventory,
  version: Version,
  devices: readonly string[] = [...inventory.devices.keys()],
): readonly Diagnostic[] {
  const concerned = devices.filter((name) => notOnVersion(layersFor(inventory, name).desired, version).length > 0);
  const alike = Map.groupBy(concerned, (name) =>
    configsFor(inventory, name)
      .map((config) => config.name)
      .join(' '),
  );
  const places = new Map<DeclaredConfig, LocatedConfig>(inventory.configs.map((config) => [config, config]));
  const found = new Map<string, { readonly fault: (names: readonly string[]) => Diagnostic; names: string[] }>();
  for (const names of alike.values()) {
    for (const said of layeredValues(configsFor(inventory, names[0] as string))) {
      const { section, menu: path, field, value, config } = said;
      const menu = menuOf(path);
      const declared = places.get(config);
      // What is said of rows that nobody declared is no field of a row.
      if (declared === undefined || field === 'unlisted') continue;
      const lacksMenu = !menuAvailable(menu, version);
      if (!lacksMenu && (!isLacking(menu, field, version) || isUnderstood(menu, field, value))) continue;
      const at = lacksMenu ? ['spec', section] : said.path;
      const what = lacksMenu ? path : `${path} ${field}`;
      const key = JSON.stringify([config.name, at, what]);
      const known = found.get(key);
      if (known !== undefined) known.names.push(...names.filter((name) => !known.names.includes(name)));
      else found.set(key, { fault: (of) => faultOf(declared, at, what, version, of), names: [...names] });
    }
  }
  return [...found.values()].map(({ fault, names }) => fault(names));
}

/** So many devices of a fault are named. */
const MOST_NAMED = 5;

function faultOf(
  declared: LocatedConfig,
  path: readonly (string | number)[],
  what: string,
  version: Version,
  devices: readonly string[],
): Diagnostic {
  const named = devices.slice(0, MOST_NAMED).join(', ');
  const more = devices.length > MOST_NAMED ? ` and ${String(devices.length - MOST_NAMED)} more` : '';
  const message = `RouterOS ${formatVersion(version)} does not have ${what}, which is declared for ${named}${more}`;
  return faultAt(declared, path, message, 'take it out for devices of that version, or upgrade the routers');
}

function isLacking(menu: Menu, field: string, version: Version): boolean {
  const known = menu.fields[field];
  return known !== undefined && !fieldAvailable(known, version);
}

/** Without the field a settings menu does what the default says: nothing has to be set. */
function isUnderstood(menu: Menu, field: string, value: string): boolean {
  return menu.shape === 'settings' && menu.fields[field]?.default === value;
}

const versioned = new WeakMap<DesiredState, readonly VersionedField[]>();

/** Many devices share one state, and lists can be long. */
function versionedIn(desired: DesiredState): readonly VersionedField[] {
  const known = versioned.get(desired);
  if (known !== undefined) return known;
  const found = Object.entries(desired.menus).flatMap(([path, declared]) =>
    versionedOf(menuOf(path as MenuPath), declared),
  );
  versioned.set(desired, found);
  return found;
}

function versionedOf(menu: Menu, declared: DesiredMenu): readonly VersionedField[] {
  const rows: readonly DesiredRow[] =
    declared.shape === 'list'
      ? declared.rows
      : Object.entries(declared.fields)
          .filter(([name, value]) => !isUnderstood(menu, name, value))
          .map(([name, value]) => ({ fields: { [name]: value }, owners: declared.owners[name] ?? [] }));
  const names = Object.keys(menu.fields).filter((name) => {
    const { since, until } = menu.fields[name] ?? {};
    return since !== undefined || until !== undefined;
  });
  if (names.length === 0 && menu.since === undefined) return [];
  const fields = names.flatMap((field) => {
    const owners = new Set(rows.flatMap((row) => (row.fields[field] === undefined ? [] : row.owners)));
    return owners.size === 0 ? [] : [{ menu: menu.path, field, owners: [...owners].toSorted() }];
  });
  if (menu.since === undefined || rows.length === 0) return fields;
  const owners = [...new Set(rows.flatMap((row) => row.owners))].toSorted();
  return [{ menu: menu.path, field: null, owners }, ...fields];
}
