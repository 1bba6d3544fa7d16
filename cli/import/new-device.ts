import { targetOf } from '#controller';
import { menusOfSection, readPrefix } from '#routeros';
import { type RouterDevice, SECTION_NAMES, type SectionName } from '#schemas';
import { CommandError } from '../command-error.ts';
import { type CommandContext, optionText } from '../command.ts';
import { type Files, inventoryOf } from './compose.ts';
import { inventoryFile, inventoryText } from './documents.ts';
import { type DeclaredDevice, partOf } from './sections-of.ts';

type Spec = RouterDevice['spec'];

/** How a router that is in no fleet yet was reached; null: it was not, there are only files of it. */
export type Reached = Pick<Spec, 'address' | 'tls'> | null;

const CREDENTIALS = 'fleet';

/**
 * The RouterDevice of a device that is in no fleet yet, in a file of its own. One that nobody reached is suspended: the
 * address is a name that leads nowhere (RFC 6761, `.invalid`) until somebody puts the right one there.
 * @param taken who has which serial number already.
 * @throws {CommandError} `usage` for labels that are none; `failure` when the file is there for something else.
 */
export function newDevice(
  context: CommandContext,
  declared: DeclaredDevice,
  reached: Reached,
  existing: Files,
  taken: ReadonlyMap<string, string>,
): Files {
  const { device } = declared;
  const { environment, site, role } = labelsIn(context);
  const file = inventoryFile(device.name);
  if (existing[file] !== undefined)
    throw new CommandError('failure', `${file} is there and does not declare the device ${device.name}`, 'rename it');
  const management = reached === null ? undefined : managementOf(declared, reached.address);
  const owner = taken.get(device.serial ?? '');
  const spec: Spec = {
    ...(reached === null ? { suspend: true } : {}),
    address: reached?.address ?? `https://${device.name}.invalid`,
    credentialsRef: CREDENTIALS,
    ...(reached?.tls === undefined ? {} : { tls: reached.tls }),
    environment,
    ...(site === undefined ? {} : { site }),
    ...(device.serial === null || owner !== undefined ? {} : { serial: device.serial }),
    ...(management === undefined ? {} : { management }),
  };
  const metadata = { name: device.name, ...(role === undefined ? {} : { labels: { role } }) };
  const notes = [
    ...notesOf(reached, management !== undefined),
    ...(owner === undefined
      ? []
      : [`The serial number that was read is that of the device ${owner}: is it the same router?`]),
  ];
  const plain = { [file]: inventoryText(spec, metadata, notes) };
  const lacking = sectionsNotAllowed(plain, declared);
  if (lacking.length === 0) return plain;
  const usual = allowedSections(plain, device.name);
  const sections = SECTION_NAMES.filter((name) => usual.includes(name) || lacking.includes(name));
  const note = `By default ${environment} allows no ${lacking.join(', ')}: here they are allowed, since the router has them.`;
  return { [file]: inventoryText({ ...spec, capabilities: { sections } }, metadata, [...notes, note]) };
}

function labelsIn(context: CommandContext): { environment: Spec['environment']; site?: string; role?: string } {
  const environment = optionText(context, 'environment') as Spec['environment'];
  const site = optionText(context, 'site');
  const role = optionText(context, 'role');
  return { environment, ...(site === undefined ? {} : { site }), ...(role === undefined ? {} : { role }) };
}

function notesOf(reached: Reached, managed: boolean): readonly string[] {
  const credentials = `Bind the credentials ${CREDENTIALS} outside of this folder, or name those that are bound.`;
  if (reached === null)
    return [
      'Nobody has reached this router yet: put its address, and the address and interface that the controller comes by (spec.management), here and take suspend out.',
      credentials,
    ];
  return [
    credentials,
    ...(managed ? [] : ['Say by which address and interface the controller comes: spec.management.']),
  ];
}

/** The row of the address that it was reached by. */
function managementOf({ device }: DeclaredDevice, url: string): Spec['management'] {
  const { hostname } = new URL(url);
  const rows = device.live.menus['/ip/address'] ?? [];
  const row = rows.find(({ address = '' }) => address.split('/')[0] === hostname);
  return row?.['interface'] === undefined || readPrefix(row['address'] ?? '') === undefined
    ? undefined
    : { address: hostname, interface: row['interface'] };
}

/** Sections that the device has and its environment does not allow by default. */
function sectionsNotAllowed(files: Files, { device, sections }: DeclaredDevice): readonly SectionName[] {
  const allowed = allowedSections(files, device.name);
  const names = new Set([...sections.keys()].map((title) => partOf(title).name));
  return [...names].filter((name) => !allowed.includes(name));
}

function allowedSections(files: Files, device: string): readonly SectionName[] {
  const menus = new Set(targetOf(inventoryOf(files), device, 'import', '')?.allowedMenus ?? []);
  return SECTION_NAMES.filter((name) => menusOfSection(name).every((menu) => menus.has(menu)));
}
