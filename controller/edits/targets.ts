import { nearestName, type Selector } from '#schemas';
import type { LocatedConfig, LocatedInventory } from '../desired/inventory.ts';
import { labelsOf, selects } from '../desired/selector.ts';
import { type ChangeIntent, type ChangeScope, type Whom, refused } from './intent.ts';

/** Whom a change is for, in the order of the fleet; `config`: the RouterConfig that names them. */
export interface Targets {
  readonly devices: ReadonlySet<string>;
  readonly config: LocatedConfig | null;
}

/**
 * The devices that an intent is for. Of those that may not be seen nothing is said. @throws {Refused} `UnknownDevice`,
 * `UnknownConfig`, `NotAllowed`
 */
export function targetsOf(inventory: LocatedInventory, { whom }: ChangeIntent, scope: ChangeScope): Targets {
  const visible = scope.visible === null ? null : new Set(scope.visible);
  const known = [...inventory.devices.keys()].filter((name) => visible?.has(name) ?? true);
  const config = 'config' in whom ? configNamed(inventory, whom.config, 'whom.config', scope) : null;
  const devices = new Set(config === null ? named(inventory, whom, known, scope) : devicesOf(inventory, config));
  checkAllowed(devices, scope);
  return { devices, config };
}

function named(
  inventory: LocatedInventory,
  whom: Whom,
  known: readonly string[],
  { allowed }: ChangeScope,
): readonly string[] {
  if ('devices' in whom) {
    const names = new Set(known);
    for (const [index, name] of whom.devices.entries()) {
      if (names.has(name)) continue;
      const nearest = nearestName(name, allowed ?? known);
      const hint = nearest === undefined ? undefined : `did you mean ${nearest}?`;
      const message = `there is no device ${JSON.stringify(name)}`;
      throw refused('UnknownDevice', `whom.devices[${String(index)}]`, message, hint);
    }
    if (whom.devices.length === 0) throw refused('BadIntent', 'whom.devices', 'no device is named');
    const wanted = new Set(whom.devices);
    return known.filter((name) => wanted.has(name));
  }
  if (!('selector' in whom)) return [];
  const found = known.filter((name) => {
    const device = inventory.devices.get(name);
    return device !== undefined && selects(whom.selector, device.document);
  });
  if (found.length > 0) return found;
  const labels = known.flatMap((name) => {
    const device = inventory.devices.get(name);
    return device === undefined ? [] : [labelsOf(device.document)];
  });
  throw refused('UnknownDevice', 'whom.selector', 'no device is selected by it', unmatched(whom.selector, labels));
}

/** The first label that no device has so, with how some have it. */
function unmatched({ matchLabels = {} }: Selector, devices: readonly Readonly<Record<string, string>>[]) {
  const wrong = Object.entries(matchLabels).find(([label, value]) => devices.every((each) => each[label] !== value));
  if (wrong === undefined) return undefined;
  const [label, value] = wrong;
  const values = [...new Set(devices.flatMap((each) => each[label] ?? []))].toSorted();
  const nearest = nearestName(value, values);
  if (nearest !== undefined) return `did you mean ${label} ${nearest}?`;
  if (values.length === 0) return `no device has the label ${label}`;
  return `${label} is ${values.slice(0, MOST_VALUES).join(', ')}${values.length > MOST_VALUES ? ', …' : ''}`;
}

const MOST_VALUES = 20;

/** @throws {Refused} also for one that means no device for which anything may be proposed. */
export function configNamed(
  inventory: LocatedInventory,
  name: string,
  field: string,
  { allowed }: ChangeScope,
): LocatedConfig {
  const seen = allowed === null ? null : new Set(allowed);
  const isSeen = (config: LocatedConfig): boolean =>
    seen === null || devicesOf(inventory, config).some((device) => seen.has(device));
  const config = inventory.configs.find((each) => each.name === name);
  if (config !== undefined && isSeen(config)) return config;
  const nearest = nearestName(
    name,
    inventory.configs.filter(isSeen).map((each) => each.name),
  );
  const hint = nearest === undefined ? undefined : `did you mean ${nearest}?`;
  throw refused('UnknownConfig', field, `there is no RouterConfig ${JSON.stringify(name)}`, hint);
}

/** The devices that a RouterConfig selects. */
export function devicesOf(inventory: LocatedInventory, { document }: LocatedConfig): readonly string[] {
  return [...inventory.devices.values()]
    .filter((device) => selects(document.spec.selector, device.document))
    .map(({ name }) => name);
}

/** Which devices it would be is not said. @throws {Refused} `NotAllowed` */
export function checkAllowed(devices: Iterable<string>, { allowed }: ChangeScope): void {
  if (allowed === null) return;
  const may = new Set(allowed);
  if ([...devices].every((name) => may.has(name))) return;
  const message = 'it would change devices for which you may not propose anything';
  throw refused('NotAllowed', 'whom', message, 'ask for devices of yours alone, or somebody who may');
}
