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
} from '#routeros';
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
      devices.push(exportedDevice(await textOf(resolve(cwd, file), file), file));
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
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(named, error);
  }
}

function exportedDevice(text: string, file: string): ReadDevice {
  const read = readExport(text, file, EXPORTED_MENUS);
  const { menus, refused, others, lines } = exportedState(read);
  return {
    name: deviceNameOf(basename(file).replace(/\.[^.]*$/, '')),
    from: file,
    version: read.version ?? null,
    serial: read.serial ?? null,
    live: { menus },
    others,
    faults: read.faults.map(({ line, column, message }) => `${file}:${String(line)}:${String(column)}: ${message}`),
    refused,
    lineOf: (row) => lines.get(row),
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
