import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { join, relative } from 'node:path';
import git, { type PromiseFsClient } from 'isomorphic-git';
import { gitFailure, tooLarge } from './failures.ts';
import type { GitLocation } from './location.ts';
import { type GitObject, MAX_OBJECT_BYTES } from './repository.ts';
import { writeWhole } from './write-whole.ts';

/** What nobody else may read. */
const OWN = 0o600;

/** Where the copy of a repository is kept: one folder for each address. */
export function cacheFolderOf(cacheFolder: string, { url }: GitLocation): string {
  return join(cacheFolder, `${hashOf(url)}.git`);
}

/**
 * The ref that stands at the last head of a branch whose objects all arrived. A hash, because `a` and `a/b` can not
 * both be refs.
 */
export function completeRef(branch: string): string {
  return `refs/complete/${hashOf(branch)}`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/**
 * Makes the copy's folder, and clears away what a process that was killed left half-done. Whoever calls owns the
 * folder alone.
 * @throws {Failure} SourceUnreadable
 */
export async function prepareCache(folder: string): Promise<void> {
  try {
    await fs.mkdir(folder, { recursive: true, mode: 0o700 });
    await git.init({ fs: atomicFs, gitdir: folder, bare: true });
    // It is written last, and without it the system's git sees no repository.
    if (!existsSync(join(folder, 'HEAD'))) await writeWhole(join(folder, 'HEAD'), 'ref: refs/heads/main\n', OWN);
    await fs.mkdir(join(folder, 'objects', 'pack'), { recursive: true });
    for (const entry of await fs.readdir(folder, { recursive: true, withFileTypes: true })) {
      const file = join(entry.parentPath, entry.name);
      const halfDone =
        /^(tmp[-_].*|.*\.lock)$/.test(entry.name) || (entry.name.endsWith('.pack') && !existsSync(indexOf(file)));
      if (entry.isFile() && halfDone) await fs.rm(file, { force: true });
    }
  } catch (error) {
    throw gitFailure('SourceUnreadable', `the copy of the repository in ${folder} can not be kept`, error);
  }
}

/**
 * The file system as isomorphic-git uses it, with files that are there whole or not at all: half an index would hide
 * objects for good.
 */
export const atomicFs: PromiseFsClient = {
  promises: {
    readFile: fs.readFile,
    writeFile: async (file: string, content: string | Uint8Array) => await writeWhole(file, content, OWN),
    mkdir: fs.mkdir,
    rmdir: fs.rmdir,
    unlink: fs.unlink,
    stat: fs.stat,
    lstat: fs.lstat,
    readdir: fs.readdir,
    readlink: fs.readlink,
    symlink: fs.symlink,
    chmod: fs.chmod,
  },
};

/**
 * Keeps a pack's objects as single files. @param pack as isomorphic-git names it, below the folder @throws {Failure}
 * SourceTooLarge
 */
export async function unpack(folder: string, pack: string): Promise<void> {
  const here = { fs: atomicFs, gitdir: folder, cache: {} };
  const { oids } = await git.indexPack({ ...here, dir: folder, filepath: pack });
  for (const oid of oids) {
    const { type, object } = await git.readObject({ ...here, oid, format: 'content' });
    const bytes = object as Uint8Array;
    if (bytes.byteLength > MAX_OBJECT_BYTES) throw tooLarge(`${oid} has more than ${String(MAX_OBJECT_BYTES)} bytes`);
    await git.writeObject({ ...here, type: type as GitObject['type'], object: bytes, format: 'content' });
  }
  await removePack(join(folder, pack));
}

/** Removes a pack; its index first, without which it does not count. @param pack its path */
export async function removePack(pack: string): Promise<void> {
  await fs.rm(indexOf(pack), { force: true });
  await fs.rm(pack, { force: true });
}

/** The path of a pack's index. */
export function indexOf(pack: string): string {
  return pack.replace(/\.pack$/, '.idx');
}

/**
 * What a copy was before it was made anew. isomorphic-git looks no further than the first place of an object, so the
 * two stay apart.
 */
export function formerCopyOf(folder: string): string {
  return `${folder}.former`;
}

/**
 * Puts a fresh copy in the place of another, whose objects join the former copy's: they may be all that is left of a
 * history that was rewound.
 */
export async function adoptCopy(fresh: string, folder: string): Promise<void> {
  const former = formerCopyOf(folder);
  const from = join(folder, 'objects');
  const files = (await fs.readdir(from, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  // A pack counts from the moment when its index is there.
  const indexesLast = files.toSorted((a, b) => Number(a.name.endsWith('.idx')) - Number(b.name.endsWith('.idx')));
  for (const { parentPath, name } of indexesLast) {
    const place = join(former, 'objects', relative(from, parentPath));
    await fs.mkdir(place, { recursive: true });
    await fs.rename(join(parentPath, name), join(place, name));
  }
  await fs.rm(folder, { recursive: true });
  await fs.rename(fresh, folder);
}
