import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What only a controller makes: its store, whoever holds it, its control socket. */
const STATE_FILE = /^(store\.(db(-wal|-shm|-journal)?|pid)|control\.sock)$/;

/** Where `rosctl controller` looks for the credential bindings in its state folder. */
const CREDENTIALS_FILE = 'credentials.yaml';

/** Whether a file of this name belongs to a controller and not to a fleet. */
export function isStateFile(name: string): boolean {
  return STATE_FILE.test(name);
}

/**
 * Whether a folder is a controller's own, as `./state` beside the files of the fleet: it holds a store, a control socket, or the
 * credential bindings that somebody wrote before the first start. A document of a fleet has an `apiVersion`, bindings have none.
 */
export async function isStateFolder(folder: string, names: readonly string[]): Promise<boolean> {
  if (names.some(isStateFile)) return true;
  if (!names.includes(CREDENTIALS_FILE)) return false;
  const text = await readFile(join(folder, CREDENTIALS_FILE), 'utf8').catch(() => '');
  return /^credentials:/m.test(text) && !/^apiVersion:/m.test(text);
}
