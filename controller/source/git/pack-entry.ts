import { PackDamage } from './delta.ts';
import type { GitObject } from './repository.ts';

/** What stands before the compressed bytes of a pack's entry (gitformat-pack). */
export interface EntryHeader {
  readonly kind: GitObject['type'] | OffsetBase | IdBase;
  /** Of the inflated bytes: the object's, or the delta's. */
  readonly size: number;
  /** Of the header itself. */
  readonly length: number;
}

/** A delta to an entry that lies so many bytes before. */
interface OffsetBase {
  readonly back: number;
}

/** A delta to an object anywhere. */
interface IdBase {
  readonly base: string;
}

const PLAIN: Readonly<Record<number, GitObject['type']>> = { 1: 'commit', 2: 'tree', 3: 'blob', 4: 'tag' };
const ID_BYTES = 20;

/** No header is longer: 10 bytes of size, then 10 of offset or 20 of id. */
export const LONGEST_HEADER = 10 + ID_BYTES;

/** Reads the header of the entry that begins at `at`. @throws {PackDamage} */
export function entryHeaderOf(bytes: Uint8Array, at: number): EntryHeader {
  let cursor = at;
  function next(): number {
    const byte = bytes[cursor];
    if (byte === undefined || cursor - at >= LONGEST_HEADER) throw new PackDamage('the header of an entry is cut off');
    cursor += 1;
    return byte;
  }

  let byte = next();
  const type = (byte >> 4) & 7;
  let size = byte & 15;
  for (let factor = 16; byte >= 0x80; factor *= 128) {
    byte = next();
    size += (byte & 0x7f) * factor;
  }
  if (size > Number.MAX_SAFE_INTEGER) throw new PackDamage('an entry names a size beyond all measure');
  const plain = PLAIN[type];
  if (plain !== undefined) return { kind: plain, size, length: cursor - at };
  if (type === 6) {
    byte = next();
    let back = byte & 0x7f;
    while (byte >= 0x80) {
      byte = next();
      back = (back + 1) * 128 + (byte & 0x7f);
    }
    if (back === 0) throw new PackDamage('an entry is a delta to itself');
    return { kind: { back }, size, length: cursor - at };
  }
  if (type !== 7) throw new PackDamage(`an entry has the type ${String(type)}, which does not exist`);
  const base = bytes.subarray(cursor, cursor + ID_BYTES);
  if (base.byteLength !== ID_BYTES) throw new PackDamage('the header of an entry is cut off');
  return { kind: { base: Buffer.from(base).toString('hex') }, size, length: cursor + ID_BYTES - at };
}
