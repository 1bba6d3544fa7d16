import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { deflateSync } from 'node:zlib';
import git, { type PromiseFsClient } from 'isomorphic-git';
import { sourceFailure } from '../scan.ts';
import type { GitLocation } from './location.ts';
import { openObjects } from './objects.ts';
import { packIndexOf } from './pack-index.ts';
import { readRef } from './refs.ts';

/** Packs of at most so many objects become single files, as git does it: else every push would leave a pack behind for good. */
const SMALL_PACK = 500;

/** Where the copy of a repository is kept: one folder for each address. */
export function cacheFolderOf(cacheFolder: string, { url }: GitLocation): string {
  return join(cacheFolder, `${hashOf(url)}.git`);
}

/** The ref that stands at the last head of a branch whose objects all arrived. A hash, because `a` and `a/b` can not both be refs. */
export function completeRef(branch: string): string {
  return `refs/complete/${hashOf(branch)}`;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/**
 * Makes the copy's folder, and clears away what a process that was killed left half-done. Whoever calls owns the folder alone.
 * @throws {Failure} SourceUnreadable
 */
export async function prepareCache(folder: string): Promise<void> {
  try {
    await fs.mkdir(folder, { recursive: true, mode: 0o700 });
    await git.init({ fs: atomicFs, gitdir: folder, bare: true });
    // It is written last, and without it the system's git sees no repository.
    if (!existsSync(join(folder, 'HEAD'))) await writeWhole(join(folder, 'HEAD'), 'ref: refs/heads/main\n');
    await fs.mkdir(join(folder, 'objects', 'pack'), { recursive: true });
    for (const entry of await fs.readdir(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile() && /^(tmp[-_].*|.*\.lock)$/.test(entry.name))
        await fs.rm(join(entry.parentPath, entry.name), { force: true });
    }
  } catch (error) {
    throw sourceFailure('SourceUnreadable', `the copy of the repository in ${folder} can not be kept`, error);
  }
}

/**
 * The file system as isomorphic-git uses it, with files that are there whole or not at all: half an index would hide objects for good.
 */
export const atomicFs: PromiseFsClient = {
  promises: {
    readFile: fs.readFile,
    writeFile: writeWhole,
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

/** Keeps a small pack's objects as single files. @param pack as isomorphic-git names it, below the folder. */
export async function unpackSmall(folder: string, pack: string): Promise<void> {
  const base = join(folder, pack.replace(/\.pack$/, ''));
  const { size } = await fs.stat(`${base}.pack`);
  const index = packIndexOf(await fs.readFile(`${base}.idx`), size);
  if (index.count > SMALL_PACK) return;
  const objects = openObjects(join(folder, 'objects'));
  try {
    for (const id of index.ids()) {
      const file = join(folder, 'objects', id.slice(0, 2), id.slice(2));
      const { type, bytes } = await objects.read(id);
      await fs.mkdir(dirname(file), { recursive: true });
      await writeWhole(file, deflateSync(Buffer.concat([Buffer.from(`${type} ${String(bytes.byteLength)}\0`), bytes])));
    }
  } finally {
    await objects.close();
  }
  await fs.rm(`${base}.idx`);
  await fs.rm(`${base}.pack`);
}

/** Moves the objects of a fresh copy and the head of its branch into another, over whatever is damaged there. */
export async function adoptCopy(fresh: string, folder: string, branch: string): Promise<void> {
  const head = await readRef(fresh, completeRef(branch));
  const from = join(fresh, 'objects');
  const files = (await fs.readdir(from, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  // A pack counts from the moment when its index is there.
  const indexesLast = files.toSorted((a, b) => Number(a.name.endsWith('.idx')) - Number(b.name.endsWith('.idx')));
  for (const { parentPath, name } of indexesLast) {
    const place = join(folder, 'objects', relative(from, parentPath));
    await fs.mkdir(place, { recursive: true });
    await fs.rename(join(parentPath, name), join(place, name));
  }
  if (head !== null)
    await git.writeRef({ fs: atomicFs, gitdir: folder, ref: completeRef(branch), value: head, force: true });
  await fs.rm(fresh, { recursive: true, force: true });
}

async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  const temporary = join(dirname(file), `tmp-${randomUUID()}`);
  const handle = await fs.open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await fs.rename(temporary, file);
}
