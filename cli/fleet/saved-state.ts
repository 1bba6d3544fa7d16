import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LiveState } from '#differ';
import { CATALOGUE, type MenuPath, type Row } from '#routeros';
import { CommandError } from '../command-error.ts';
import { unreadable, writing } from '../input/files.ts';
import { shellWord } from '../text/shell-word.ts';

/**
 * Live state in a file, `FOLDER/DEVICE.json`: menu path → what `GET /rest/<menu>` answers, so an object for a settings
 * menu and an array of rows for a list, every value a text. docs/reference/rosctl.md describes it for people.
 */
export function savedStateFile(folder: string, device: string): string {
  return join(folder, `${device}.json`);
}

/** Writes live state so that `readSavedState` reads the same. @returns the file. */
export async function saveState(folder: string, device: string, live: LiveState): Promise<string> {
  const menus = Object.fromEntries(
    Object.entries(live.menus).map(([menu, rows]) => [
      menu,
      CATALOGUE[menu as MenuPath]?.shape === 'settings' ? rows[0] : rows,
    ]),
  );
  const file = savedStateFile(folder, device);
  await writing(file, async () => {
    await mkdir(folder, { recursive: true });
    await writeFile(file, `${JSON.stringify(menus, null, 2)}\n`, { mode: 0o600 });
  });
  return file;
}

/**
 * @throws {CommandError} `noInput` or `faultyInput`, when a menu of `needed` is missing too: what was not read is never
 * taken for empty.
 */
export async function readSavedState(folder: string, device: string, needed: readonly MenuPath[]): Promise<LiveState> {
  const { file, menus: saved } = await readSavedMenus(folder, device);
  const menus: Record<MenuPath, readonly Row[]> = {};
  for (const [path, rows] of Object.entries(saved) as [MenuPath, readonly Row[]][])
    if (CATALOGUE[path] !== undefined) menus[path] = rows;
  const missing = needed.filter((menu) => menus[menu] === undefined);
  if (missing.length > 0)
    throw faulty(
      file,
      `${missing.join(', ')} missing: a menu that was not read is never taken for empty`,
      againOf(folder, device),
    );
  return { menus };
}

/** Every menu of saved state, of those too that we do not manage. @throws {CommandError} as `readSavedState`. */
export async function readSavedMenus(
  folder: string,
  device: string,
): Promise<{ readonly file: string; readonly menus: Readonly<Record<string, readonly Row[]>> }> {
  const file = savedStateFile(folder, device);
  const again = againOf(folder, device);
  const document = parsed(await textOf(file, again), file, again);
  const menus: Record<string, readonly Row[]> = {};
  for (const [path, content] of Object.entries(document)) {
    const menu = CATALOGUE[path as MenuPath];
    const rows: readonly unknown[] = Array.isArray(content) ? content : [content];
    if (menu !== undefined && (menu.shape === 'settings') === Array.isArray(content))
      throw faulty(file, `${path} must be ${menu.shape === 'settings' ? 'an object' : 'a list of rows'}`, again);
    menus[path] = rows.map((row, index) =>
      rowOf(row, `${path}${Array.isArray(content) ? `[${String(index)}]` : ''}`, file, again),
    );
  }
  return { file, menus };
}

function againOf(folder: string, device: string): string {
  return `save it anew: rosctl plan ${device} --save ${shellWord(folder)}`;
}

async function textOf(file: string, again: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw unreadable(file, error, again);
  }
}

function parsed(text: string, file: string, again: string): Readonly<Record<string, unknown>> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw faulty(file, error instanceof Error ? error.message : String(error), again);
  }
  if (typeof document === 'object' && document !== null && !Array.isArray(document))
    return document as Record<string, unknown>;
  throw faulty(file, 'it must hold an object of menu paths', again);
}

function rowOf(row: unknown, place: string, file: string, again: string): Row {
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    throw faulty(file, `${place} must be an object`, again);
  const wrong = Object.entries(row).find(([, value]) => typeof value !== 'string');
  if (wrong !== undefined) throw faulty(file, `${place}.${wrong[0]} must be a text, as REST gives it`, again);
  return row as Row;
}

function faulty(file: string, what: string, hint: string): CommandError {
  return new CommandError('faultyInput', `${file}: ${what}`, hint);
}
