import { readdir, readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import {
  CATALOGUE,
  configuredRows,
  EXPORTED_MENUS,
  exportedState,
  type MenuPath,
  readExport,
  type Row,
  SET_SECRET,
} from '#routeros';
import { mapSecrets } from '#differ';
import { CommandError } from '../command-error.ts';
import type { CommandContext } from '../command.ts';
import { readSavedMenus } from '../fleet/saved-state.ts';
import { unreadable } from '../input/files.ts';
import type { ReadDevice } from './read-device.ts';

/**
 * What `/export` printed into each of these files; a device has the name of its file. @throws {CommandError} for a file
 * that can not be read, and for two of one name.
 */
export async function readExports(
  { cwd, output }: CommandContext,
  files: readonly string[],
): Promise<readonly ReadDevice[]> {
  const progress = output.progress('reading', files.length);
  const devices: ReadDevice[] = [];
  try {
    for (const file of files) {
      const device = exportedDevice(await textOf(resolve(cwd, file), file), file);
      if (isTooOld(device.version))
        output.note(
          `${file}: RouterOS ${String(device.version)} can not be managed, 7.12 is the oldest that can: upgrade the router first`,
        );
      devices.push(device);
      progress.step(file);
    }
  } finally {
    progress.end();
  }
  refuseTwins(devices);
  return devices;
}

async function textOf(file: string, named: string): Promise<string> {
  try {
    return textIn(await readFile(file), named);
  } catch (error) {
    throw error instanceof CommandError ? error : unreadable(named, error);
  }
}

/** PowerShell redirects as UTF-16, which begins with a mark. @throws {CommandError} `faultyInput`, when it is no text */
function textIn(bytes: Buffer, named: string): string {
  const mark = bytes.subarray(0, 2).toString('hex');
  const encoding = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8';
  const text = new TextDecoder(encoding).decode(bytes);
  if (!text.includes('\0')) return text;
  throw new CommandError(
    'faultyInput',
    `${named} holds NUL bytes, so it is no export`,
    'save it as UTF-8, or write it with /export file=NAME on the router',
  );
}

function isTooOld(version: string | null): boolean {
  const [major = 0, minor = 0] = (version ?? '7.12').split('.').map((part) => Number.parseInt(part, 10));
  return major < 7 || (major === 7 && minor < 12);
}

function exportedDevice(text: string, file: string): ReadDevice {
  const read = readExport(text, file, EXPORTED_MENUS);
  const { menus: exported, refused, others, lines } = exportedState(read);
  // Of secrets nothing goes on from here but that they are set.
  const lineOf = new Map<Row, number | undefined>();
  const told = Object.entries(exported).map(([path, rows]) => {
    const masked = rows.map((row) => mapSecrets(CATALOGUE[path as MenuPath], row, (value) => value && SET_SECRET));
    for (const [index, row] of rows.entries()) lineOf.set(masked[index] as Row, lines.get(row));
    return [path, masked];
  });
  return {
    name: deviceNameOf(basename(file).replace(/\.[^.]*$/, '')),
    from: file,
    version: read.version ?? null,
    serial: read.serial ?? null,
    live: { menus: Object.fromEntries(told) as Record<MenuPath, readonly Row[]> },
    others,
    faults: read.faults.map(({ line, column, message }) => `${file}:${String(line)}:${String(column)}: ${message}`),
    refused,
    lineOf: (row) => lineOf.get(row) ?? lines.get(row),
  };
}

function refuseTwins(devices: readonly ReadDevice[]): void {
  for (const [name, twins] of Map.groupBy(devices, (device) => device.name)) {
    if (twins.length < 2) continue;
    const files = twins.map(({ from }) => from).join(', ');
    throw new CommandError(
      'usage',
      `${files} would all be the device ${name}`,
      'a device has the name of its file: rename all but one',
    );
  }
}

/** Lower-case letters, digits and hyphens, as `metadata.name` has them. @throws {CommandError} `usage` */
export function deviceNameOf(text: string): string {
  const name = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 63)
    .replaceAll(/^-+|-+$/g, '');
  if (name !== '') return name;
  throw new CommandError('usage', `${JSON.stringify(text)} makes no name for a device`, 'rename the file');
}

/** The state that `rosctl plan DEVICE --save FOLDER` keeps, of these devices or of all in the folder. */
export async function readSaved(folder: string, names: readonly string[]): Promise<readonly ReadDevice[]> {
  const wanted = names.length > 0 ? names : await savedNames(folder);
  return await Promise.all(wanted.map((name) => savedDevice(folder, name)));
}

async function savedNames(folder: string): Promise<readonly string[]> {
  try {
    const files = (await readdir(folder)).filter((file) => file.endsWith('.json'));
    if (files.length > 0) return files.map((file) => file.slice(0, -'.json'.length)).toSorted();
  } catch (error) {
    throw unreadable(folder, error);
  }
  throw new CommandError('noInput', `${folder} holds no saved state`, 'save it: rosctl plan DEVICE --save FOLDER');
}

async function savedDevice(folder: string, name: string): Promise<ReadDevice> {
  const { file, menus } = await readSavedMenus(folder, name);
  const covered: Record<MenuPath, readonly Row[]> = {};
  const others: Record<string, number> = {};
  for (const [path, rows] of Object.entries(menus) as [MenuPath, readonly Row[]][]) {
    if (CATALOGUE[path] !== undefined) covered[path] = rows;
    else if (configuredRows(rows) > 0) others[path] = configuredRows(rows);
  }
  return {
    name,
    from: file,
    version: null,
    serial: null,
    live: { menus: covered },
    others,
    faults: [],
    refused: [],
    lineOf: () => undefined,
  };
}
