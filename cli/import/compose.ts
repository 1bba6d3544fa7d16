import { type LocatedInventory, labelsOf, layersFor, renderDiagnostics, revisionOf, targetOf } from '#controller';
import { menusOfSection } from '#routeros';
import { CommandError } from '../command-error.ts';
import { deviceFile, deviceText, groupFile, groupText } from './documents.ts';
import { factor, GROUP_LABELS, type GroupMembers } from './factor.ts';
import { isUnedited } from './own-file.ts';
import { type DeclaredDevice, partOf, type Sections } from './sections-of.ts';
import { unsaid } from './unsaid.ts';

/** Texts by path. */
export type Files = Readonly<Record<string, string>>;

/** The files of a fleet after an import. */
export interface Composition {
  /** All of them. */
  readonly files: Files;
  readonly inventory: LocatedInventory;
  /** What is new or differs. */
  readonly written: readonly string[];
  /** Files of earlier imports that have nothing to say any more. */
  readonly removed: readonly string[];
  /** How many files of the import were there, as they are. */
  readonly unchanged: number;
  /** Rows that were read and are not declared because the device does not allow their section, by device. */
  readonly notAllowed: ReadonlyMap<string, Sections>;
}

/** Where imports write RouterConfigs. */
const IMPORTED = 'configs/imported/';

/**
 * The files of a fleet that declares what these devices hold. What people have written counts as it is, and is not said
 * again; of an import's own files those are made anew of which all devices were read now.
 * @param files what is there, and the RouterDevices of devices that were not.
 * @throws {CommandError} `faultyInput` when the files have faults; `failure` when a file that somebody has edited is in
 * the way.
 */
export function compose(existing: Files, added: Files, devices: readonly DeclaredDevice[]): Composition {
  const before = { ...existing, ...added };
  const whole = inventoryOf(before);
  const read = new Set(devices.map(({ device }) => device.name));
  const groups = groupsOf(whole);
  const remade = new Set([
    ...devices.map(({ device }) => deviceFile(device.name)),
    ...groups.filter(({ members }) => members.every((name) => read.has(name))).map(groupFile),
    ...Object.keys(before).filter((file) => isGroupFile(file) && !groups.some((group) => groupFile(group) === file)),
  ]);
  const isOwn = (file: string): boolean => file.startsWith(IMPORTED) && isUnedited(before[file] ?? '');
  const foreign = Object.keys(before).some(isOwn) ? inventoryOf(filesWhere(before, (file) => !isOwn(file))) : whole;
  const rest = filesWhere(before, (file) => !isOwn(file) || !remade.has(file));
  const kept = Object.keys(rest).some(isOwn) ? inventoryOf(rest) : foreign;
  const notAllowed = new Map<string, Sections>();
  const left = new Map(
    devices.map(({ device: { name }, sections }) => {
      const { allowed, others } = byCapability(foreign, name, sections);
      if (others.size > 0) notAllowed.set(name, others);
      const unwritten = unsaid(allowed, layersFor(foreign, name).desired, 'all');
      return [name, unsaid(unwritten, layersFor(kept, name).desired, 'same')] as const;
    }),
  );
  const shared = factor(
    left,
    groups.filter((group) => group.members.length > 1 && remade.has(groupFile(group))),
  );
  const made: Record<string, string> = {};
  for (const { sections, ...group } of shared.groups) {
    const members = groups.find((each) => groupFile(each) === groupFile(group))?.members.length ?? 0;
    made[groupFile(group)] = groupText(group, members, sections);
  }
  for (const declared of devices) {
    const sections = shared.devices.get(declared.device.name) ?? new Map();
    if (sections.size > 0) made[deviceFile(declared.device.name)] = deviceText(declared, sections);
  }
  refuseEdited(before, made);
  const after = { ...rest, ...made };
  const paths = Object.keys(after);
  return {
    files: after,
    inventory: inventoryOf(after),
    written: paths.filter((file) => after[file] !== existing[file]).toSorted(),
    removed: Object.keys(existing)
      .filter((file) => after[file] === undefined)
      .toSorted(),
    unchanged: Object.keys(made).filter((file) => made[file] === existing[file]).length,
    notAllowed,
  };
}

function isGroupFile(file: string): boolean {
  return GROUP_LABELS.some((label) => file.startsWith(`${IMPORTED}${label}s/`));
}

function filesWhere(files: Files, wanted: (file: string) => boolean): Files {
  return Object.fromEntries(Object.entries(files).filter(([file]) => wanted(file)));
}

/** @throws {CommandError} `faultyInput` that names every fault. */
export function inventoryOf(files: Files): LocatedInventory {
  const revision = revisionOf(files);
  if (revision.ok) return revision.inventory;
  throw new CommandError(
    'faultyInput',
    `the fleet has faults\n${renderDiagnostics(revision.faults)}`,
    'mend them, or name a new folder: --into FOLDER',
  );
}

/** All values of the labels that devices share by, with all devices that carry them. */
function groupsOf(inventory: LocatedInventory): readonly GroupMembers[] {
  const devices = [...inventory.devices.values()];
  return GROUP_LABELS.flatMap((label) => {
    const byValue = Map.groupBy(devices, ({ document }) => labelsOf(document)[label] ?? '');
    byValue.delete('');
    return [...byValue]
      .map(([value, members]) => ({ label, value, members: members.map(({ name }) => name) }))
      .toSorted((one, other) => (one.value < other.value ? -1 : 1));
  });
}

function byCapability(
  inventory: LocatedInventory,
  name: string,
  sections: Sections,
): { readonly allowed: Sections; readonly others: Sections } {
  const menus = new Set(targetOf(inventory, name, 'import', '')?.allowedMenus ?? []);
  const isAllowed = (title: string): boolean => menusOfSection(partOf(title).name).every((menu) => menus.has(menu));
  return {
    allowed: new Map([...sections].filter(([title]) => isAllowed(title))),
    others: new Map([...sections].filter(([title]) => !isAllowed(title))),
  };
}

/** A file that would be written and is not an import's own any more. */
function refuseEdited(before: Files, made: Files): void {
  const edited = Object.keys(made).filter((file) => before[file] !== undefined && !isUnedited(before[file]));
  if (edited.length === 0) return;
  throw new CommandError(
    'failure',
    `somebody has edited ${edited.join(', ')}, and the routers hold more than ${edited.length === 1 ? 'it says' : 'they say'}: nothing was written`,
    `add what rosctl import --into to an empty folder says, or delete the file to have it written anew`,
  );
}
