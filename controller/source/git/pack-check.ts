import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { inflateSync, type ZlibOptions } from 'node:zlib';
import { deltaResultSize, PackDamage } from './delta.ts';
import { MAX_OBJECT_BYTES } from './pack.ts';
import { entryHeaderOf } from './pack-entry.ts';

const HEADER_BYTES = 12;
const TRAILER_BYTES = 20;
const MAX_INFLATED_BYTES = 2 * 1024 * 1024 * 1024;
const ENTRIES_A_TURN = 500;

/** As Node gives it with `info`. */
interface Inflated {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

/**
 * Looks a received pack through before anything else reads it: its checksum, its number of entries, their sizes, and deltas that lead nowhere or in
 * circles, on which other readers would spend all memory. The ids of its objects are not looked at.
 * @returns how many entries it has.
 * @throws {PackDamage}
 */
export async function checkPack(pack: Uint8Array): Promise<number> {
  const bytes = Buffer.from(pack.buffer, pack.byteOffset, pack.byteLength);
  const end = bytes.byteLength - TRAILER_BYTES;
  if (end < HEADER_BYTES || bytes.toString('latin1', 0, 4) !== 'PACK' || bytes.readUInt32BE(4) !== 2) {
    throw new PackDamage('it is no pack of a known form');
  }
  if (!createHash('sha1').update(bytes.subarray(0, end)).digest().equals(bytes.subarray(end))) {
    throw new PackDamage('its checksum is wrong');
  }
  const count = bytes.readUInt32BE(8);
  const starts = new Set<number>();
  let total = 0;
  let at = HEADER_BYTES;
  for (let entry = 0; entry < count; entry += 1) {
    if (entry % ENTRIES_A_TURN === 0) await nextTurn();
    const { kind, size, length } = entryHeaderOf(bytes.subarray(0, end), at);
    total += size;
    if (size > MAX_OBJECT_BYTES || total > MAX_INFLATED_BYTES)
      throw new PackDamage('its objects are larger than any fleet should need');
    if (typeof kind === 'object' && 'back' in kind && !starts.has(at - kind.back))
      throw new PackDamage('a delta has no base');
    const { buffer, used } = inflateFirst(bytes.subarray(at + length, end), size);
    if (buffer.byteLength !== size) throw new PackDamage('an entry has another size than it says');
    if (typeof kind === 'object' && deltaResultSize(buffer) > MAX_OBJECT_BYTES) {
      throw new PackDamage('its objects are larger than any fleet should need');
    }
    starts.add(at);
    at += length + used;
  }
  if (at !== end) throw new PackDamage('it holds more than it says');
  return count;
}

function inflateFirst(bytes: Uint8Array, size: number): { readonly buffer: Uint8Array; readonly used: number } {
  // The types of Node leave out `info`, which tells how much of the input was used.
  const options: ZlibOptions & { readonly info: true } = {
    maxOutputLength: Math.max(size, 1),
    chunkSize: Math.max(size, 64),
    info: true,
  };
  try {
    const { buffer, engine } = inflateSync(bytes, options) as unknown as Inflated;
    return { buffer, used: engine.bytesWritten };
  } catch {
    throw new PackDamage('an entry can not be inflated');
  }
}
