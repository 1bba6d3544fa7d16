// LEAD: read NOTE-FROM-LEAD.txt in this folder first: no own pack reader, please.
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { inflate, inflateSync, type ZlibOptions } from 'node:zlib';
import { type ByteCache, createByteCache } from './byte-cache.ts';
import { applyDelta, PackDamage } from './delta.ts';
import { type EntryHeader, entryHeaderOf } from './pack-entry.ts';
import { type PackIndex, packIndexOf } from './pack-index.ts';
import type { GitObject } from './repository.ts';

/** One pack file, read where it lies. Nothing it gives back was hashed yet. */
export interface Pack {
  readonly index: PackIndex;
  /** @param baseById finds a base that the pack names by id. @throws {PackDamage} */
  read(offset: number, baseById: (id: string) => Promise<GitObject>): Promise<GitObject>;
  /** After what is being read. */
  close(): Promise<void>;
}

/** An object larger than this is none of a fleet. */
export const MAX_OBJECT_BYTES = 64 * 1024 * 1024;
/** As git's own limit. */
const MAX_DELTAS = 4095;
const WINDOW_BYTES = 256 * 1024;
const WINDOWS_BYTES = 8 * 1024 * 1024;
const BASES_BYTES = 8 * 1024 * 1024;
/** Smaller pieces inflate faster than a thread is asked. */
const INFLATE_AT_ONCE = 256 * 1024;

const inflateAside = promisify<Uint8Array, ZlibOptions, Buffer>(inflate);

interface Window {
  readonly bytes: Buffer;
}

/** @param path of the pack without its ending. @throws {PackDamage} and the system's errors. */
export async function openPack(path: string): Promise<Pack> {
  const file = await open(`${path}.pack`);
  try {
    const { size } = await file.stat();
    const index = packIndexOf(await readFile(`${path}.idx`), size);
    return packOf(file, index);
  } catch (error) {
    await file.close();
    throw error;
  }
}

function packOf(file: FileHandle, index: PackIndex): Pack {
  const windows: ByteCache<number, Window> = createByteCache(WINDOWS_BYTES);
  const bases: ByteCache<number, GitObject> = createByteCache(BASES_BYTES);

  /** Neighbours are mostly read one after the other, so the file is read in larger pieces. */
  async function bytesOf(from: number, to: number): Promise<Buffer> {
    const number = Math.floor(from / WINDOW_BYTES);
    const start = number * WINDOW_BYTES;
    if (to > start + WINDOW_BYTES) return await readRange(from, to - from);
    let window = windows.get(number);
    if (window === undefined) {
      window = { bytes: await readRange(start, WINDOW_BYTES) };
      windows.set(number, window);
    }
    return window.bytes.subarray(from - start, to - start);
  }

  async function readRange(from: number, length: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await file.read(buffer, filled, length - filled, from + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  }

  async function entryAt(offset: number): Promise<{ readonly kind: EntryHeader['kind']; readonly bytes: Uint8Array }> {
    const stored = await bytesOf(offset, index.endOf(offset));
    const { kind, size, length } = entryHeaderOf(stored, 0);
    if (size > MAX_OBJECT_BYTES) throw new PackDamage(`an entry has more than ${String(MAX_OBJECT_BYTES)} bytes`);
    const bytes = await inflated(stored.subarray(length), size);
    if (bytes.byteLength !== size) throw new PackDamage('an entry has another size than it says');
    return { kind, bytes };
  }

  async function read(start: number, baseById: (id: string) => Promise<GitObject>): Promise<GitObject> {
    const deltas: { readonly offset: number; readonly bytes: Uint8Array }[] = [];
    let offset = start;
    let object: GitObject | undefined;
    while (object === undefined) {
      object = bases.get(offset);
      if (object !== undefined) break;
      const { kind, bytes } = await entryAt(offset);
      if (typeof kind === 'string') {
        object = { type: kind, bytes };
        bases.set(offset, object);
        break;
      }
      deltas.push({ offset, bytes });
      if (deltas.length > MAX_DELTAS) throw new PackDamage('a chain of deltas has no end');
      const base = 'back' in kind ? offset - kind.back : index.offsetOf(kind.base);
      if (base === null) object = await baseById('base' in kind ? kind.base : '');
      else offset = base;
    }
    for (const delta of deltas.toReversed()) {
      object = { type: object.type, bytes: applyDelta(object.bytes, delta.bytes, MAX_OBJECT_BYTES) };
      bases.set(delta.offset, object);
    }
    return object;
  }

  const running = new Set<Promise<GitObject>>();
  return {
    index,
    async read(offset, baseById) {
      const reading = read(offset, baseById);
      running.add(reading);
      try {
        return await reading;
      } finally {
        running.delete(reading);
      }
    },
    async close() {
      await Promise.allSettled(running);
      await file.close();
    },
  };
}

async function inflated(bytes: Uint8Array, size: number): Promise<Uint8Array> {
  // A result lies in a piece of chunkSize bytes, which lives as long as the result does.
  const options = { maxOutputLength: Math.max(size, 1), chunkSize: Math.max(size, 64) };
  try {
    return size > INFLATE_AT_ONCE ? await inflateAside(bytes, options) : inflateSync(bytes, options);
  } catch {
    throw new PackDamage('an entry can not be inflated');
  }
}
