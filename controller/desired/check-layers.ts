import { type RouterDevice, SECTION_NAMES, type SectionName } from '#schemas';
import { allowedSections } from './capabilities.ts';
import { declaredTwice, twiceFault } from './declared-twice.ts';
import { type Diagnostic, type FieldPath, pathText, placeText } from './diagnostic.ts';
import type { DeclaredConfig, Inventory, Located, LocatedConfig, LocatedInventory } from './inventory.ts';
import { configsFor, type LayerConflict, layersFor, layersOf } from './layers.ts';
import { READ_LIMITS } from './limits.ts';
import { faultAt, placeOf } from './report.ts';
import { oddsFault, rowsAtOdds } from './rows-at-odds.ts';
import { partsOf, wordIn } from './unlisted-words.ts';

/**
 * Faults that show only when the RouterConfigs of a device are put on each other: equal priorities that disagree,
 * lists that are too long together, one row of the router declared by two sections, rows that no router holds
 * together, and sections that the device's capabilities do not allow.
 */
export function layerFaults(inventory: LocatedInventory): readonly Diagnostic[] {
  const places = new Map<DeclaredConfig, LocatedConfig>(inventory.configs.map((config) => [config, config]));
  const locatedOf = (config: DeclaredConfig): LocatedConfig[] => [places.get(config) ?? []].flat();
  const seen = new Set<string>();
  const faults = [...inventory.devices.values()].flatMap((device): readonly Diagnostic[] => {
    const configs = configsFor(inventory, device.name).flatMap(locatedOf);
    const refused = capabilityFaults(device, configs);
    const key = configs.map(({ name }) => name).join(' ');
    if (seen.has(key)) return refused;
    seen.add(key);
    const [tooLong] = tooLongSections(configs);
    if (tooLong !== undefined) return [...refused, lengthFault(device, tooLong)];
    return [
      ...refused,
      ...layersOf(configs).conflicts.flatMap(({ kept, other }) =>
        locatedOf(kept.config).flatMap((first) =>
          locatedOf(other.config).map((second) => conflictFault({ first, kept, second, other }, device.name)),
        ),
      ),
      ...unlistedFaults(configs, device.name),
      ...declaredTwice(configs).flatMap((twice) =>
        locatedOf(twice.kept.config).flatMap((first) =>
          locatedOf(twice.other.config).map((second) => twiceFault(twice, { first, second }, device.name)),
        ),
      ),
      ...rowsAtOdds(configs).map((odds) =>
        oddsFault(odds, (config) => places.get(config) as LocatedConfig, device.name),
      ),
    ];
  });
  return onePerPlace(faults);
}

/**
 * Whether the RouterConfigs of every device can be put on each other, of an inventory that was put together from two:
 * each was checked by itself.
 * @param turn lets others go first now and then.
 */
export async function fitTogether(inventory: Inventory, turn: () => Promise<void>): Promise<boolean> {
  for (const { name, document } of inventory.devices.values()) {
    await turn();
    const configs = configsFor(inventory, name);
    const allowed = allowedSections(document.spec);
    const declared = configs.flatMap(({ sections }) => [...sections.keys()]);
    if (declared.some((section) => !allowed.includes(section))) return false;
    if (tooLongSections(configs).length > 0) return false;
    if (layersFor(inventory, name).conflicts.length > 0 || wordsApart(configs).length > 0) return false;
    if (declaredTwice(configs).length > 0 || rowsAtOdds(configs).length > 0) return false;
  }
  return true;
}

/** Lists to which RouterConfigs have more to say than a device is given. */
function tooLongSections(configs: readonly DeclaredConfig[]): readonly SectionName[] {
  return SECTION_NAMES.filter((name) => {
    const menus = configs.flatMap(({ sections }) => sections.get(name) ?? []);
    const rows = menus.reduce((sum, said) => sum + (said.shape === 'list' ? said.rows.length : 0), 0);
    return rows > READ_LIMITS.entries;
  });
}

function lengthFault(device: Located<RouterDevice>, section: SectionName): Diagnostic {
  const message = `its RouterConfigs hold more than ${String(READ_LIMITS.entries)} entries of ${section} together`;
  return faultAt(device, ['metadata', 'name'], message, 'no router takes as many: let fewer select it');
}

function capabilityFaults(device: Located<RouterDevice>, configs: readonly LocatedConfig[]): readonly Diagnostic[] {
  const { spec } = device.document;
  const allowed = allowedSections(spec);
  const declared = SECTION_NAMES.filter((name) => configs.some(({ sections }) => sections.has(name)));
  if (declared.every((section) => allowed.includes(section))) return [];
  const own = ['spec', 'capabilities', 'sections'];
  const because =
    spec.capabilities?.sections === undefined
      ? `"${device.name}" (${placeOf(device, ['spec', 'environment'])}) is a ${spec.environment} device, which has this section only where its spec.capabilities.sections lists it`
      : `the device "${device.name}" does not allow this section (spec.capabilities.sections, ${placeOf(device, own)})`;
  const hint = `select other devices, or write there: capabilities: {sections: [${declared.join(', ')}]}`;
  return configs.flatMap((config) =>
    [...config.sections.keys()]
      .filter((section) => !allowed.includes(section))
      .map((section) => faultAt(config, ['spec', section], because, hint)),
  );
}

interface LocatedConflict extends LayerConflict {
  readonly first: LocatedConfig;
  readonly second: LocatedConfig;
}

function conflictFault({ first, kept, second, other }: LocatedConflict, deviceName: string): Diagnostic {
  const message =
    `"${first.name}" (${placeOf(first, kept.path)}) sets ${kept.field}=${kept.value} with the same priority ` +
    `${String(first.document.spec.priority)}, here it is ${other.value}; both mean the device "${deviceName}"`;
  return faultAt(second, other.path, message, 'give one of the two RouterConfigs a higher priority');
}

function unlistedFaults(configs: readonly LocatedConfig[], deviceName: string): readonly Diagnostic[] {
  return wordsApart(configs).map(({ path, config, other }) => {
    const message = `"${other.name}" (${placeOf(other, path)}) says otherwise with the same priority; both mean the device "${deviceName}"`;
    return faultAt(config, path, message, 'give one of the two RouterConfigs a higher priority');
  });
}

interface WordsApart<C extends DeclaredConfig> {
  readonly path: FieldPath;
  readonly config: C;
  readonly other: C;
}

/** Two of equal priority that say different things about rows that nobody declared, in a section or a part of it. */
function wordsApart<C extends DeclaredConfig>(configs: readonly C[]): readonly WordsApart<C>[] {
  return SECTION_NAMES.flatMap((section) => [
    ...apart(configs, ['spec', 'unlisted', section], ({ unlisted }) => unlisted[section]),
    ...partsOf(section, configs).flatMap((part) =>
      apart(configs, ['spec', 'unlistedIn', section, part], ({ unlistedIn }) => wordIn(unlistedIn[section], part)),
    ),
  ]);
}

function apart<C extends DeclaredConfig>(
  configs: readonly C[],
  path: FieldPath,
  wordOf: (config: DeclaredConfig) => string | undefined,
): readonly WordsApart<C>[] {
  const saying = configs.filter((config) => wordOf(config) !== undefined);
  return saying.flatMap((config, index) => {
    const { priority } = config.document.spec;
    const other = saying
      .slice(0, index)
      .find((before) => before.document.spec.priority === priority && wordOf(before) !== wordOf(config));
    return other === undefined ? [] : [{ path, config, other }];
  });
}

/** What is wrong for one device is wrong for all its kind: the first one stands for them. */
function onePerPlace(faults: readonly Diagnostic[]): readonly Diagnostic[] {
  const places = new Map<string, Diagnostic>();
  for (const fault of faults) {
    const place = `${placeText(fault)}:${pathText([fault.path])}`;
    if (!places.has(place)) places.set(place, fault);
  }
  return [...places.values()];
}
