import { Failure } from '#failure';
import type { RouterDevice, Selector } from '#schemas';
import type { Inventory } from '../desired/inventory.ts';
import { configsFor, configsThatMayMean } from '../desired/layers.ts';
import { selects } from '../desired/selector.ts';
import type { Authors } from '../policy/consent.ts';
import type { DeviceName } from '../ports.ts';
import type { KeyRing, StatementId } from '#signatures';
import type { HistoryRecords, ObjectName, PlacedChange } from '../records/history.ts';
import type { Author, Candidate, SourceReader } from './candidate.ts';
import type { ControlPlan } from './control-plan.ts';
import type { RevisionVersions } from './revision-name.ts';

/** What authors are looked up in. */
export interface AuthorSearch {
  readonly history: HistoryRecords;
  readonly source: string;
  readonly reader: Pick<SourceReader, 'contentAt'>;
  /** What is in force. */
  readonly now: Inventory;
  /** Whose keys they are now. */
  readonly ring: KeyRing;
  /** The commit where trust began. */
  readonly anchor: string;
}

/**
 * Who brought what is desired of a device (approval.md §2): the holders, then and now, of every signature that changed
 * the content of an object which feeds it now, fed it when it was confirmed last, or in between; since then, and for
 * an object that did not feed it then, since the anchor.
 * @param since where the device was confirmed last; null: it never was.
 */
export async function authorsSince(
  search: AuthorSearch,
  device: DeviceName,
  since: RevisionVersions | null,
): Promise<Authors> {
  const { history, source, reader, now, ring, anchor } = search;
  const at = since === null ? { configs: 0, inventory: 0 } : await positionsOf(search, since);
  if (at === null) return NOBODY_KNOWS;
  const base = await inventoryAt(reader, since ?? { configs: anchor, inventory: anchor });
  if (base === null) return NOBODY_KNOWS;

  const fedBefore = new Set(since === null ? [] : feedersOf(base, device).map(keyOf));
  const between = await history.changesAfter(source, Math.min(at.configs, at.inventory));
  const fed = new Map(feedersBetween(between, [now, base], device).map((each) => [keyOf(each), each]));
  const changes = await changesOfAll(search, [...fed.values()]);
  const counted = changes.filter((change) => {
    const start = change.kind === 'RouterDevice' ? at.inventory : at.configs;
    return change.position > (fedBefore.has(keyOf(change)) ? start : 0);
  });
  const accepted = counted.filter((change) => change.accepted);
  return {
    ...holdersOf(
      counted.map(({ by }) => by),
      ring,
    ),
    lasting: holdersOf(
      accepted.map(({ by }) => by),
      ring,
    ).people,
  };
}

const NOBODY_KNOWS: Authors = { people: [], lasting: [], unknown: true };

/** Who brought a control plan: whoever changed an object of it among what waits, if only its name. */
export function controlAuthors(plan: ControlPlan, { entries }: Candidate, ring: KeyRing): Authors {
  const concerned = new Set(plan.body.changes.map(keyOf));
  const authors = new Map(entries.map(({ statement, provenance }) => [statement, provenance.authors]));
  const by = entries.flatMap(({ provenance, changes }) =>
    changes
      .filter((change) => concerned.has(keyOf(change)))
      .flatMap(({ statements }) =>
        statements.length === 0 ? somebody(provenance.authors) : statements.flatMap((each) => authorsOf(each, authors)),
      ),
  );
  if (by.length === 0) return NOBODY_KNOWS;
  const { people, unknown } = holdersOf(by, ring);
  return { people, lasting: people, unknown };
}

/** Nobody named is somebody unknown. */
function somebody(authors: readonly Author[]): readonly Author[] {
  return authors.length === 0 ? ['unknown'] : authors;
}

function authorsOf(
  statement: StatementId | null,
  authors: ReadonlyMap<StatementId, readonly Author[]>,
): readonly Author[] {
  return somebody((statement === null ? undefined : authors.get(statement)) ?? []);
}

/**
 * Those who held the keys when they signed, and those who hold them now; a key that nobody holds now makes them
 * unknown.
 */
function holdersOf(by: readonly PlacedChange['by'][], ring: KeyRing): Omit<Authors, 'lasting'> {
  const people = new Set<string>();
  let unknown = false;
  for (const each of by) {
    if (each === 'nobody') continue;
    const holder = each === 'unknown' ? undefined : ring.keys.holdersOf().get(each.material);
    if (each !== 'unknown') people.add(each.person);
    if (holder === undefined) unknown = true;
    else people.add(holder);
  }
  return { people: [...people].toSorted(), unknown };
}

async function positionsOf(
  { history, source }: AuthorSearch,
  since: RevisionVersions,
): Promise<Readonly<Record<keyof RevisionVersions, number>> | null> {
  const configs = await history.positionOf(source, since.configs);
  const inventory = await history.positionOf(source, since.inventory);
  return configs === null || inventory === null ? null : { configs, inventory };
}

async function inventoryAt(
  reader: AuthorSearch['reader'],
  { configs, inventory }: RevisionVersions,
): Promise<Inventory | null> {
  const [ofConfigs, ofInventory] = [await readable(reader, configs), await readable(reader, inventory)];
  if (ofConfigs === null || ofInventory === null) return null;
  // What is known of the whole one, by devices, is known by its identity.
  return ofConfigs === ofInventory ? ofInventory : { ...ofInventory, configs: ofConfigs.configs };
}

async function readable(reader: AuthorSearch['reader'], version: string): Promise<Inventory | null> {
  const content = await reader.contentAt(version).catch((error: unknown) => {
    if (error instanceof Failure) return null;
    throw error;
  });
  return content === null || 'kind' in content ? null : content.inventory;
}

/** The objects that feed a device in one inventory: its own, whose labels choose the others, and its RouterConfigs. */
function feedersOf(inventory: Inventory, device: DeviceName): readonly ObjectName[] {
  if (!inventory.devices.has(device)) return [];
  const configs = configsFor(inventory, device).map(({ name }) => ({ kind: 'RouterConfig', name }));
  return [{ kind: 'RouterDevice', name: device }, ...configs];
}

/**
 * Every RouterConfig that, in some form of it since the base, selects some form of the device since then. More may be
 * among them than ever met.
 */
function feedersBetween(
  changes: readonly PlacedChange[],
  inventories: readonly Inventory[],
  device: DeviceName,
): readonly ObjectName[] {
  const devices: RouterDevice[] = inventories.flatMap((inventory) => inventory.devices.get(device)?.document ?? []);
  const selectors: { readonly name: string; readonly selector: Selector }[] = inventories.flatMap((inventory) =>
    configsThatMayMean(inventory, device).map(({ name, document }) => ({ name, selector: document.spec.selector })),
  );
  for (const { kind, name, form } of changes) {
    const feeds = form?.feeds ?? null;
    if (feeds === null) continue;
    if (kind === 'RouterDevice' && name === device) devices.push(feeds as RouterDevice);
    if (kind === 'RouterConfig') selectors.push({ name, selector: feeds });
  }
  const configs = selectors.filter(({ selector }) => devices.some((each) => selects(selector, each)));
  return [{ kind: 'RouterDevice', name: device }, ...configs.map(({ name }) => ({ kind: 'RouterConfig', name }))];
}

/** Their changes, and those of what they were under other names: what gets the spec of another is that object. */
async function changesOfAll(
  { history, source }: AuthorSearch,
  objects: readonly ObjectName[],
): Promise<readonly PlacedChange[]> {
  const known = new Set<string>();
  const found: PlacedChange[] = [];
  let asked = objects;
  while (asked.length > 0) {
    for (const each of asked) known.add(keyOf(each));
    const changes = await history.changesOf(source, asked);
    found.push(...changes);
    const specs = changes.flatMap(({ form }) => form?.spec ?? []);
    const named = await history.objectsOfSpecs(source, [...new Set(specs)]);
    asked = named.filter((each) => !known.has(keyOf(each)));
  }
  return found;
}

function keyOf({ kind, name }: ObjectName): string {
  return `${kind} ${name}`;
}
