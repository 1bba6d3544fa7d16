import { constants, lstatSync, type Stats, statSync } from 'node:fs';
import { open } from 'node:fs/promises';

/**
 * What others may do with a file. `secret`: nothing; where root owns it, its group may read. `handed`: a platform may
 * hand it over as it does, as a link, as root's, readable
 * for all in its container, but nobody else may write it. `own`: it and its socket are the controller's alone, mode
 * 0600.
 */
export type Guard = 'secret' | 'handed' | 'own';

/** A file that is not taken, with what to do. */
export interface FileFault {
  readonly fault: string;
  readonly hint: string;
}

/**
 * Why what lies at a path is not taken, without opening it; null: it is fine, or nothing is there. Links are followed
 * to what was handed over alone.
 */
export function faultAtPath(path: string, guard: Guard, kind: 'file' | 'socket' = 'file'): FileFault | null {
  const stats = (guard === 'handed' ? statSync : lstatSync)(path, { throwIfNoEntry: false });
  return stats === undefined ? null : faultOf(path, stats, guard, kind);
}

/**
 * The text of a file that others can neither have put there nor change, read from the very file that was looked at.
 * @returns in words why it is not taken. @throws {NodeJS.ErrnoException} when it can not be read.
 */
export async function readPrivateText(path: string, guard: Guard): Promise<{ readonly text: string } | FileFault> {
  const link = faultAtPath(path, guard);
  if (link !== null) return link;
  // A pipe would wait for a writer, and a link may have come since.
  const links = guard === 'handed' ? 0 : constants.O_NOFOLLOW;
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | links);
  try {
    return faultOf(path, await file.stat(), guard, 'file') ?? { text: await file.readFile('utf8') };
  } finally {
    await file.close();
  }
}

function faultOf(path: string, stats: Stats, guard: Guard, kind: 'file' | 'socket'): FileFault | null {
  if (stats.isSymbolicLink()) return { fault: 'is a symbolic link', hint: 'name or put the file itself there' };
  if (kind === 'file' ? !stats.isFile() : !stats.isSocket())
    return { fault: kind === 'file' ? 'is no regular file' : 'is no socket', hint: `see what it is: ls -l ${path}` };
  if (stats.nlink > 1 && guard !== 'handed')
    return { fault: 'has another name (a hard link)', hint: 'put a copy of its own there' };
  const self = process.geteuid?.();
  // Where there are no users, there are no modes either.
  if (self === undefined) return null;
  if (guard !== 'handed' && stats.uid !== self && (stats.uid !== 0 || guard === 'own'))
    return {
      fault: `belongs to another user (${String(stats.uid)})`,
      hint: 'run as its owner, or put a file of your own there',
    };
  const mode = stats.mode & 0o777;
  const open = mode & forbidden(guard, stats.uid !== self);
  if (open === 0) return null;
  const hint = guard === 'handed' ? `close it: chmod go-w ${path}` : `close it: chmod 600 ${path}`;
  return { fault: `is open to others (mode ${mode.toString(8).padStart(4, '0')})`, hint };
}

/** The bits that others must not have. */
function forbidden(guard: Guard, ofRoot: boolean): number {
  if (guard === 'handed') return 0o022;
  return guard === 'secret' && ofRoot ? 0o037 : 0o077;
}
