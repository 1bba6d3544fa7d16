// LEAD: read NOTE-FROM-LEAD.txt in this folder first: no own pack reader, please.
import { createHash } from 'node:crypto';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { sourceFailure } from '../scan.ts';
import { type ByteCache, createByteCache } from './byte-cache.ts';
import { PackDamage } from './delta.ts';
import { MAX_OBJECT_BYTES, openPack, type Pack } from './pack.ts';
import type { GitObject } from './repository.ts';

/** The objects of one repository, loose and packed. */
export interface ObjectStore {
  /** The object as stored, hashed again. @throws {Failure} GitObjectMissing, GitObjectBad, SourceUnreadable */
  read(id: string): Promise<GitObject>;
  /** Forgets what was read before: files may have been replaced. */
  reload(): Promise<void>;
  close(): Promise<void>;
}

const ID = /^[0-9a-f]{40}$/;
const KEPT_BYTES = 16 * 1024 * 1024;
const MAX_ALTERNATES = 16;
const HEADER_BYTES = 32;

const inflateLoose = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(inflate);

/**
 * Opens a folder of objects and those it borrows from (`info/alternates`). isomorphic-git reads a file and a folder for every single object
 * (1.1 ms each, 5.7 s for 5,000 commits) and whole packs into memory, so objects are read here.
 */
export function openObjects(folder: string): ObjectStore {
  let packs: Promise<readonly Pack[]> | undefined;
  let folders: Promise<readonly string[]> | undefined;
  let names = '';
  const kept: ByteCache<string, GitObject> = createByteCache(KEPT_BYTES);

  async function read(id: string): Promise<GitObject> {
    if (!ID.test(id)) throw sourceFailure('GitObjectBad', `${JSON.stringify(id)} is no id of an object`);
    const known = kept.get(id);
    if (known !== undefined) return known;
    const object = await readStored(id);
    kept.set(id, object);
    return object;
  }

  async function readStored(id: string): Promise<GitObject> {
    let damage: PackDamage | null = null;
    try {
      do {
        for await (const copy of copiesOf(id)) {
          if (!(copy instanceof PackDamage) && idOf(copy) === id) return copy;
          damage = copy instanceof PackDamage ? copy : new PackDamage('another object is stored in its place');
        }
        // git may have packed loose objects meanwhile.
      } while (await packsChanged());
    } catch (error) {
      if (error instanceof PackDamage) damage = error;
      else if (isSystemError(error))
        throw sourceFailure('SourceUnreadable', `objects in ${folder} can not be read`, error);
      else throw error;
    }
    if (damage === null) throw sourceFailure('GitObjectMissing', `${id} is not in the repository`);
    throw sourceFailure('GitObjectBad', `${id} can not be used: ${damage.message}`);
  }

  /** An object may be stored more than once, and one copy be damaged. */
  async function* copiesOf(id: string): AsyncGenerator<GitObject | PackDamage, void, undefined> {
    packs ??= openPacks();
    for (const pack of await packs) {
      const offset = pack.index.offsetOf(id);
      if (offset !== null) yield await pack.read(offset, readStored).catch(valueWhenDamaged);
    }
    folders ??= foldersOf(folder);
    for (const place of await folders) {
      const stored = await readFile(join(place, id.slice(0, 2), id.slice(2))).catch(nullWhenAbsent);
      if (stored !== null) yield await looseObjectOf(stored).catch(valueWhenDamaged);
    }
  }

  async function openPacks(): Promise<readonly Pack[]> {
    const paths = await packPaths();
    names = paths.join('\n');
    const opened: Pack[] = [];
    for (const path of paths) {
      // A pack that git removed since is among the others; one without an index is not there yet.
      const pack = await openPack(path).catch(nullWhenAbsent);
      if (pack !== null) opened.push(pack);
    }
    return opened;
  }

  async function packPaths(): Promise<readonly string[]> {
    folders ??= foldersOf(folder);
    const paths: string[] = [];
    for (const place of await folders) {
      const entries = (await readdir(join(place, 'pack')).catch(nullWhenAbsent)) ?? [];
      for (const name of entries.toSorted()) {
        if (name.endsWith('.idx')) paths.push(join(place, 'pack', name.slice(0, -'.idx'.length)));
      }
    }
    return paths;
  }

  async function packsChanged(): Promise<boolean> {
    if ((await packPaths()).join('\n') === names) return false;
    await reload();
    return true;
  }

  async function reload(): Promise<void> {
    const open = packs;
    packs = undefined;
    folders = undefined;
    kept.clear();
    for (const pack of (await open?.catch(() => [])) ?? []) await pack.close();
  }

  return { read, reload, close: reload };
}

/** The id of an object: SHA-1 over its header and its bytes. */
export function idOf({ type, bytes }: GitObject): string {
  return createHash('sha1')
    .update(`${type} ${String(bytes.byteLength)}\0`)
    .update(bytes)
    .digest('hex');
}

async function foldersOf(folder: string): Promise<readonly string[]> {
  const folders = [folder];
  for (const place of folders) {
    if (folders.length > MAX_ALTERNATES) throw new PackDamage('info/alternates names too many folders');
    const text = (await readFile(join(place, 'info', 'alternates'), 'utf8').catch(nullWhenAbsent)) ?? '';
    for (const line of text.split('\n')) {
      if (line === '' || line.startsWith('#')) continue;
      const other = await realpath(isAbsolute(line) ? line : join(place, line)).catch(nullWhenAbsent);
      if (other !== null && !folders.includes(other)) folders.push(other);
    }
  }
  return folders;
}

async function looseObjectOf(stored: Uint8Array): Promise<GitObject> {
  const whole = await inflateLoose(stored, { maxOutputLength: MAX_OBJECT_BYTES + HEADER_BYTES }).catch(() => {
    throw new PackDamage('it can not be inflated');
  });
  const end = whole.subarray(0, HEADER_BYTES).indexOf(0);
  const header = /^(commit|tree|blob|tag) (0|[1-9][0-9]*)$/.exec(whole.toString('latin1', 0, Math.max(end, 0)));
  const bytes = whole.subarray(end + 1);
  if (header === null || Number(header[2]) !== bytes.byteLength) throw new PackDamage('its header is wrong');
  return { type: header[1] as GitObject['type'], bytes: Uint8Array.from(bytes) };
}

function valueWhenDamaged(error: unknown): PackDamage {
  if (error instanceof PackDamage) return error;
  throw error;
}

function nullWhenAbsent(error: unknown): null {
  if (isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return null;
  throw error;
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
