import { type RouterConfig, type RouterDevice, SECTION_NAMES, type SectionName } from '#schemas';
import { type Fault, pathText } from './fault.ts';
import type { Declared, DeclaredConfig, Inventory } from './inventory.ts';
import { configsFor, type LayerConflict, layersFor, type Layers, unlistedIn } from './layers.ts';
import { faultAt, placeOf } from './report.ts';
import { selects } from './selector.ts';

/** A RouterConfig with faults. */
export interface DoubtedConfig {
  readonly config: Declared<RouterConfig>;
  /** Whether it may declare more of a router's field than what could be read. */
  readonly doubts: (section: SectionName, field: string) => boolean;
}

/**
 * Faults that show only when the RouterConfigs of a device are put on each other: equal priorities that disagree, and sections that
 * the device's capabilities do not allow. Two that disagree are not told while a stronger one, which is to be corrected first, may
 * settle it.
 */
export function layerFaults(inventory: Inventory, doubted: readonly DoubtedConfig[]): readonly Fault[] {
  const faults: Fault[] = [];
  const seen = new Set<Layers>();
  for (const device of inventory.devices.values()) {
    const configs = configsFor(inventory, device.name);
    const allowed = device.clean(CAPABILITIES) ? device.document.spec.capabilities?.sections : undefined;
    if (allowed !== undefined) faults.push(...capabilityFaults(device.name, configs, allowed));
    const layers = layersFor(inventory, device.name);
    if (seen.has(layers)) continue;
    seen.add(layers);
    const sure = layers.conflicts.filter(
      (conflict) => !doubted.some((stronger) => maySettle(stronger, conflict, device.document)),
    );
    faults.push(...sure.map((conflict) => conflictFault(conflict, device.name)));
    faults.push(...unlistedFaults(configs, device.name));
  }
  return onePerPlace(faults);
}

const CAPABILITIES = ['spec', 'capabilities', 'sections'];

function maySettle({ config, doubts }: DoubtedConfig, { kept }: LayerConflict, device: RouterDevice): boolean {
  const { priority, selector } = config.document.spec ?? {};
  if (!doubts(kept.section, kept.field)) return false;
  if (config.clean(['spec', 'priority']) && priority <= kept.config.document.spec.priority) return false;
  return !config.clean(['spec', 'selector']) || selects(selector, device);
}

function capabilityFaults(
  deviceName: string,
  configs: readonly DeclaredConfig[],
  allowed: readonly SectionName[],
): readonly Fault[] {
  return configs.flatMap((config) =>
    [...config.sections.keys()]
      .filter((section) => !allowed.includes(section))
      .map((section) => {
        const message = `the device "${deviceName}" does not allow this section (spec.capabilities.sections)`;
        return faultAt(config, ['spec', section], message, 'select other devices, or allow the section there');
      }),
  );
}

function conflictFault({ kept, other }: LayerConflict, deviceName: string): Fault {
  const place = placeOf(kept.config, kept.path);
  const message =
    `"${kept.config.name}" (${place}) sets ${kept.field}=${kept.value} with the same priority ` +
    `${String(kept.config.document.spec.priority)}, here it is ${other.value}; both mean the device "${deviceName}"`;
  return faultAt(other.config, other.path, message, 'give one of the two RouterConfigs a higher priority');
}

function unlistedFaults(configs: readonly DeclaredConfig[], deviceName: string): readonly Fault[] {
  return SECTION_NAMES.flatMap((section) =>
    configs.flatMap((config, index) => {
      const said = unlistedIn(config, section);
      const other = configs
        .slice(0, index)
        .find(
          (stronger) =>
            stronger.document.spec.priority === config.document.spec.priority &&
            (unlistedIn(stronger, section) ?? said) !== said,
        );
      if (said === undefined || other === undefined) return [];
      const path = ['spec', 'unlisted', section];
      const message = `"${other.name}" (${placeOf(other, path)}) says otherwise with the same priority; both mean the device "${deviceName}"`;
      return [faultAt(config, path, message, 'give one of the two RouterConfigs a higher priority')];
    }),
  );
}

/** What is wrong for one device is wrong for all its kind: the first one stands for them. */
function onePerPlace(faults: readonly Fault[]): readonly Fault[] {
  const places = new Map<string, Fault>();
  for (const fault of faults) {
    const place = `${fault.file}:${String(fault.line)}:${String(fault.column)}:${pathText([fault.path])}`;
    if (!places.has(place)) places.set(place, fault);
  }
  return [...places.values()];
}
