import type { MenuPath, Row } from '#routeros';
import type { SectionName } from '#schemas';
import { STRONGER_BY, STRONGEST } from '../desired/adoption.ts';
import type { CanonicalRow } from '../desired/canonical.ts';
import type { LocatedConfig, LocatedInventory } from '../desired/inventory.ts';
import { configsFor } from '../desired/layers.ts';
import { devicesOf } from './targets.ts';

/** What is declared of the devices that a change is for, and by whom. */
export interface Reach {
  readonly devices: ReadonlySet<string>;
  /** Every RouterConfig that means one of them, the strongest first. */
  readonly configs: readonly LocatedConfig[];
  /** Those that mean all of them and nobody else. */
  readonly exact: ReadonlySet<LocatedConfig>;
  /** Those that mean somebody else, too. */
  readonly wider: ReadonlySet<LocatedConfig>;
  /** The strongest RouterConfig of a device that fits. */
  strongest(device: string, fits: (config: LocatedConfig) => boolean): LocatedConfig | undefined;
}

/** The RouterConfigs of devices. */
export function reachOf(inventory: LocatedInventory, devices: ReadonlySet<string>): Reach {
  const own = new Map([...devices].map((name) => [name, configsFor(inventory, name) as readonly LocatedConfig[]]));
  const all = [...new Set([...own.values()].flat())];
  const selected = new Map(all.map((config) => [config, devicesOf(inventory, config)]));
  const isWider = (config: LocatedConfig): boolean => selected.get(config)?.some((name) => !devices.has(name)) === true;
  const isExact = (config: LocatedConfig): boolean => !isWider(config) && selected.get(config)?.length === devices.size;
  return {
    devices,
    configs: all.toSorted((a, b) => priorityOf(b) - priorityOf(a) || (a.name < b.name ? -1 : 1)),
    exact: new Set(all.filter(isExact)),
    wider: new Set(all.filter(isWider)),
    strongest: (device, fits) => own.get(device)?.find(fits),
  };
}

/** Its word against that of others. */
export function priorityOf({ document }: LocatedConfig): number {
  return document.spec.priority;
}

/** Above every RouterConfig of the devices; null: none can be. */
export function priorityAbove({ configs }: Reach): number | null {
  const most = Math.max(0, ...configs.map(priorityOf));
  return most >= STRONGEST ? null : Math.min(STRONGEST, most + STRONGER_BY);
}

/** Whether it says this of settings. */
export function saysSetting(config: LocatedConfig, section: SectionName, menu: MenuPath, property: string): boolean {
  const said = config.sections.get(section)?.find((each) => each.menu === menu);
  return said?.shape === 'settings' && Object.hasOwn(said.fields, property);
}

/** Its rows of a menu of which these fields hold. */
export function rowsWith(
  config: LocatedConfig,
  section: SectionName,
  menu: MenuPath,
  match: Row,
): readonly CanonicalRow[] {
  const said = config.sections.get(section)?.find((each) => each.menu === menu);
  if (said?.shape !== 'list') return [];
  const wanted = Object.entries(match);
  return said.rows.filter(({ fields }) => wanted.every(([name, value]) => fields[name] === value));
}
