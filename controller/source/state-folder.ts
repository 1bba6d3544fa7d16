import { realpathSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { foldedName } from '../desired/folded-name.ts';

/** What only a controller makes: its store, whoever holds it, its sockets. */
const STATE_NAME = /^(store\.(db(-wal|-shm|-journal)?|pid)|(control|mcp)\.sock)$/;

/**
 * Whether an entry of this name, as some machine reads it, belongs to a controller and not to a fleet: committed, it
 * would bring passwords and the trust of others along.
 */
export function isStateName(name: string): boolean {
  return STATE_NAME.test(foldedName(name));
}

/** The line of a .gitignore, beside what the path begins in, that leaves exactly this folder or file out. */
export function ignoreLine(path: string, kind: 'folder' | 'file' = 'folder'): string {
  return `/${path.replace(/[\\*?[\]]| $/g, '\\$&')}${kind === 'folder' ? '/' : ''}`;
}

/**
 * Where the state folder lies in the folder of a fleet, with slashes; null: it is not inside, or is that very folder.
 * Links on the way to either are followed.
 */
export function stateFolderIn(fleetFolder: string, stateFolder: string | null): string | null {
  if (stateFolder === null) return null;
  const way = relative(realFolder(fleetFolder), realFolder(stateFolder));
  return way === '' || way === '..' || way.startsWith(`..${sep}`) || resolve(way) === way
    ? null
    : way.replaceAll(sep, '/');
}

/** As the system knows it; of one that is not there yet, as far as it is there. */
function realFolder(path: string): string {
  const whole = resolve(path);
  try {
    return realpathSync.native(whole);
  } catch {
    const parent = dirname(whole);
    return parent === whole ? whole : join(realFolder(parent), whole.slice(parent.length));
  }
}
