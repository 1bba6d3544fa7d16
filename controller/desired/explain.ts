import type { MenuPath } from '#routeros';
import type { SectionName } from '#schemas';
import type { DeclaredAt } from './diagnostic.ts';
import type { DeclaredConfig, LocatedConfig, LocatedInventory } from './inventory.ts';
import { configsFor, layeredValues } from './layers.ts';

/** One desired value of a device and where it comes from. */
export type Provenance = DeclaredAt & {
  readonly section: SectionName;
  readonly menu: MenuPath;
  /** The match tuple; null for a settings menu. */
  readonly match: Readonly<Record<string, string>> | null;
  readonly field: string;
  readonly value: string;
  /** Name and priority of the RouterConfig that won. */
  readonly config: string;
  readonly priority: number;
};

/**
 * Every desired value of a device with the RouterConfig and line it comes from, in the order of the sections. A match
 * field that goes without saying (`type: A`) points at its row.
 * @throws {RangeError} for a device that the inventory does not have.
 */
export function provenanceOf(inventory: LocatedInventory, deviceName: string): readonly Provenance[] {
  const places = new Map<DeclaredConfig, LocatedConfig>(inventory.configs.map((config) => [config, config]));
  return layeredValues(configsFor(inventory, deviceName)).map(({ section, menu, row, field, value, config, path }) => ({
    section,
    menu,
    match: row === null ? null : (JSON.parse(row) as Record<string, string>),
    field,
    value,
    config: config.name,
    priority: config.document.spec.priority,
    ...(places.get(config)?.locate(path) ?? { object: `RouterConfig ${config.name}` }),
  }));
}

/** Which values somebody asks about, and how many are told at most. */
export interface Explaining {
  readonly device: string;
  /** Null: every section. */
  readonly section: SectionName | null;
  readonly limit: number;
}

/** The first of the values that were asked about, and how many there are. */
export interface Explained {
  readonly values: readonly Provenance[];
  readonly total: number;
}

/** Nothing is declared of a device that the inventory does not have. */
export function explainedIn(inventory: LocatedInventory, { device, section, limit }: Explaining): Explained {
  const all = inventory.devices.has(device) ? provenanceOf(inventory, device) : [];
  const values = all.filter((each) => section === null || each.section === section);
  return { values: values.slice(0, limit), total: values.length };
}
