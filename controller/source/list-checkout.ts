import { lstat } from 'node:fs/promises';
import { inTreeOrder, kindOf } from './list-folder.ts';
import { readBytes } from './read-bytes.ts';
import { sourceFailure } from './scan.ts';
import type { EntryKind, Walk } from './walk.ts';

/** A path that git has in its index, or would add to it. */
export interface ListedPath {
  /** Relative to the folder, with slashes; its bytes, one character each. */
  readonly path: string;
  /** What the index says; null: it is not there yet. */
  readonly kind: EntryKind | null;
}

/**
 * What a commit of everything in a checkout would hold, from what git lists: files that it ignores are not in it, nor
 * tracked ones that were deleted. What lies on the disk says what an entry is, but for links where the disk can not
 * hold any.
 * @throws {Failure} SourceUnreadable
 */
export async function checkoutWalk(folder: string, listed: readonly ListedPath[]): Promise<Walk<string>> {
  const disk = new Disk(folder);
  const folders = new Map<string, Map<string, EntryKind>>();
  // Git goes into folders, unless one is a repository of its own. So what took a tracked file's place is that, or is
  // told by what git lists in there.
  const becameRepository = async (path: string): Promise<boolean> =>
    (await disk.kindAt(`${path}/.git`)) !== null && !listed.some((other) => other.path.startsWith(`${path}/`));
  for (const { path, kind } of listed) {
    const known = await disk.kindAt(path.replace(/\/$/, ''));
    const now = known !== 'folder' ? known : kind !== 'file' || (await becameRepository(path)) ? 'repository' : null;
    // A submodule that is not checked out is one all the same, as long as there can be one.
    const isAway = now === null && kind === 'repository' && !(await disk.isBelowOther(path));
    if (now !== null || isAway) addEntry(folders, path, kind === 'link' ? kind : (now ?? 'repository'));
  }
  return {
    what: folder,
    root: '',
    leftOut: null,
    entriesOf: (below) => Promise.resolve(inTreeOrder(below, folders.get(latin1Of(below)) ?? new Map())),
    bytesOf: (_, path) => readBytes(folder, path),
  };
}

/** What lies at paths below a folder; links on the way are not followed. */
class Disk {
  readonly #folder: string;
  readonly #known = new Map<string, EntryKind | null>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async kindAt(path: string): Promise<EntryKind | null> {
    const known = this.#known.get(path);
    if (known !== undefined) return known;
    const slash = path.lastIndexOf('/');
    const reachable = slash < 0 || (await this.kindAt(path.slice(0, slash))) === 'folder';
    const kind = reachable ? await this.#look(path) : null;
    this.#known.set(path, kind);
    return kind;
  }

  /** Whether something else than a folder lies on the way to the path, which git takes for what is there now. */
  async isBelowOther(path: string): Promise<boolean> {
    const slash = path.lastIndexOf('/');
    if (slash < 0) return false;
    const above = path.slice(0, slash);
    const kind = await this.kindAt(above);
    return kind === null ? await this.isBelowOther(above) : kind !== 'folder';
  }

  async #look(path: string): Promise<EntryKind | null> {
    try {
      return kindOf(await lstat(Buffer.concat([Buffer.from(`${this.#folder}/`), Buffer.from(path, 'latin1')])));
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
      throw sourceFailure('SourceUnreadable', `${Buffer.from(path, 'latin1').toString()} can not be read`, error);
    }
  }
}

function addEntry(folders: Map<string, Map<string, EntryKind>>, path: string, kind: EntryKind): void {
  const names = path.split('/').filter((name) => name !== '');
  for (const [index, name] of names.entries()) {
    const below = names.slice(0, index).join('/');
    const entries = folders.get(below) ?? new Map<string, EntryKind>();
    folders.set(below, entries.set(name, index === names.length - 1 ? kind : 'folder'));
  }
}

function latin1Of(text: string): string {
  return Buffer.from(text).toString('latin1');
}
