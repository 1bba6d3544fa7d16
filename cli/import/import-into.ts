import { type LocatedInventory, secretNamesIn, targetOf } from '#controller';
import { menuOf, type MenuPath, type Row } from '#routeros';
import { CommandError } from '../command-error.ts';
import { type CommandContext, optionPath } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { readFleet } from '../fleet/read-fleet.ts';
import type { DeviceDifferences, ImportedDevice, NotImported } from '../json/import-outputs.ts';
import { checkText, importText, reasonWords, rowWords } from '../text/import-text.ts';
import { type Composition, compose, type Files, inventoryOf } from './compose.ts';
import { inventoryFile, inventoryText } from './documents.ts';
import { gather, type Gathered } from './gather.ts';
import { filesIn, writeInto } from './into-folder.ts';
import { newDevice } from './new-device.ts';
import { type DeclaredDevice, declaredDevice } from './sections-of.ts';
import type { ReadDevice, UnreadDevice } from './read-device.ts';
import { verify } from './verify.ts';

/** Reads devices, writes what they hold into the folder, and plans the folder against what was read. */
export async function importInto(context: CommandContext, folder: string): Promise<number> {
  const { output } = context;
  const existing = await filesIn(context, folder);
  const gathered = await gather(context, optionPath(context, 'fleet') ?? folder);
  const devices = gathered.read.map(declaredDevice);
  const composition = compose(existing, addedFiles(context, existing, devices, gathered), devices);
  await writeInto(folder, composition);
  const items = devices.map((declared) => importedDevice(declared, composition));
  const unread = gathered.unread.map(unreadRouter);
  const { written, removed, unchanged } = composition;
  const result = { folder, devices: items, unread, written, removed, unchanged };
  await output.result('import', result, () => importText(result, output.style));
  const gaps = unread.length + items.reduce((sum, { faults }) => sum + faults.length, 0);
  return exitOf(
    items.map(({ verified }) => verified),
    gaps,
  );
}

/** Plans the folder as it is against what is read. */
export async function checkInto(context: CommandContext, folder: string): Promise<number> {
  const { output } = context;
  const { inventory } = await readFleet(context, folder);
  const { read, unread } = await gather(context, optionPath(context, 'fleet') ?? folder);
  const devices = read.map((device) => {
    const verified = verify(inventory, device);
    if (verified !== null) return { ...verified, faults: device.faults };
    throw new CommandError(
      'usage',
      `the fleet in ${folder} has no device ${device.name}`,
      'import it first, or name others',
    );
  });
  const result = { folder, devices, unread: unread.map(unreadRouter) };
  await output.result('import --check', result, () => checkText(result, output.style));
  return exitOf(devices, unread.length + read.reduce((sum, { faults }) => sum + faults.length, 0));
}

function exitOf(verified: readonly DeviceDifferences[], gaps: number): number {
  if (verified.some(({ differences }) => differences > 0)) return EXIT.changes;
  return gaps > 0 ? EXIT.notKnown : EXIT.ok;
}

function unreadRouter({ name, message }: UnreadDevice): { device: string; message: string } {
  return { device: name, message };
}

/** The RouterDevices of devices that the folder does not have: as their fleet has them, or new. */
function addedFiles(
  context: CommandContext,
  existing: Files,
  devices: readonly DeclaredDevice[],
  { fleet, reached }: Gathered,
): Files {
  const known: LocatedInventory['devices'] =
    Object.keys(existing).length === 0 ? new Map() : inventoryOf(existing).devices;
  const taken = new Map([...known.values()].map(({ name, document }) => [document.spec.serial ?? '', name]));
  const added: Record<string, string> = {};
  for (const declared of devices) {
    const { name, serial } = declared.device;
    if (known.has(name)) continue;
    const files = fromFleet(fleet, name) ?? newDevice(context, declared, reached, existing, taken);
    for (const file of Object.keys(files)) {
      if (existing[file] === undefined) continue;
      throw new CommandError('failure', `${file} is there and does not declare the device ${name}`, 'rename the file');
    }
    Object.assign(added, files);
    taken.set(serial ?? '', name);
  }
  return added;
}

function fromFleet(fleet: LocatedInventory | null, name: string): Files | null {
  const document = fleet?.devices.get(name)?.document;
  if (document === undefined) return null;
  return { [inventoryFile(name)]: inventoryText(document.spec, document.metadata, []) };
}

function importedDevice(declared: DeclaredDevice, { inventory, notAllowed }: Composition): ImportedDevice {
  const { device, rows, imported, refused, leftOut } = declared;
  const verified = verify(inventory, device);
  if (verified === null) throw new Error(`the fleet has no device ${device.name} though it was just imported`);
  const others = notAllowed.get(device.name) ?? new Map();
  return {
    device: device.name,
    from: device.from,
    version: device.version,
    rows,
    imported,
    refused: refused.map((each) => notImported(declared, each)),
    leftOut: leftOut.map((each) => ({ ...notImported(declared, each), property: each.property })),
    secrets: [...secretNamesIn(targetOf(inventory, device.name, 'import', '')?.desired ?? { menus: {} })].toSorted(),
    unseenSecrets: unseenSecrets(device),
    notAllowed: Object.fromEntries([...others].map(([section, items]) => [section, items.length])),
    others: device.others,
    faults: device.faults,
    verified,
  };
}

/** Whoever may not see secrets is shown rows without one; so is who reads an export that hides them. */
function unseenSecrets({ live }: ReadDevice): number {
  const menus = Object.entries(live.menus).filter(([path]) => menuOf(path as MenuPath).keepsSecrets === true);
  const isSet = (path: string, row: Row): boolean =>
    Object.keys(row).some((name) => menuOf(path as MenuPath).fields[name]?.secret === true && row[name] !== '');
  if (menus.some(([path, rows]) => rows.some((row) => isSet(path, row)))) return 0;
  const profiles = menus.filter(([path]) => menuOf(path as MenuPath).copiesSecrets === true);
  return profiles.reduce((sum, [, rows]) => sum + rows.filter((row) => row['default'] !== 'true').length, 0);
}

function notImported({ device }: DeclaredDevice, refused: DeclaredDevice['refused'][number]): NotImported {
  const { menu, row } = refused;
  const line = device.lineOf(row);
  return {
    menu,
    row: rowWords(menu, row),
    ...(line === undefined ? {} : { line }),
    reason: reasonWords(device, refused),
  };
}
