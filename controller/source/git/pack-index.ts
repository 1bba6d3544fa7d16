import { PackDamage } from './delta.ts';

/** Where the objects of a pack lie (gitformat-pack, "pack-*.idx files", version 2). */
export interface PackIndex {
  readonly count: number;
  /** Where the entry begins; null: the pack does not hold the object. */
  offsetOf(id: string): number | null;
  /** Where the entry that begins at `offset` ends. @throws {PackDamage} when none begins there. */
  endOf(offset: number): number;
  ids(): Iterable<string>;
}

const FANOUT = 8;
const NAMES = FANOUT + 256 * 4;
const TRAILER_BYTES = 20;
const LARGE = 0x80000000;

/** @param packBytes size of the pack. @throws {PackDamage} when this is no such index. */
export function packIndexOf(bytes: Buffer, packBytes: number): PackIndex {
  if (bytes.byteLength < NAMES + 40 || bytes.readUInt32BE(0) !== 0xff744f63 || bytes.readUInt32BE(4) !== 2) {
    throw new PackDamage('an index of a pack has no known form');
  }
  const count = fanout(255);
  const offsets = NAMES + count * 24;
  const large = offsets + count * 4;
  if (bytes.byteLength < large + 40) throw new PackDamage('an index of a pack is cut off');
  let sorted: Float64Array | undefined;

  function fanout(first: number): number {
    return bytes.readUInt32BE(FANOUT + first * 4);
  }

  function offsetAt(index: number): number {
    const offset = bytes.readUInt32BE(offsets + index * 4);
    if (offset < LARGE) return offset;
    const place = large + (offset - LARGE) * 8;
    if (place + 8 > bytes.byteLength) throw new PackDamage('an index of a pack is cut off');
    return Number(bytes.readBigUInt64BE(place));
  }

  return {
    count,
    offsetOf(id) {
      const wanted = Buffer.from(id, 'hex');
      const first = wanted[0];
      if (wanted.byteLength !== 20 || first === undefined) return null;
      let low = first === 0 ? 0 : fanout(first - 1);
      let high = Math.min(fanout(first), count);
      while (low < high) {
        const middle = (low + high) >>> 1;
        const place = NAMES + middle * 20;
        const order = wanted.compare(bytes, place, place + 20);
        if (order === 0) return offsetAt(middle);
        if (order < 0) high = middle;
        else low = middle + 1;
      }
      return null;
    },
    endOf(offset) {
      sorted ??= Float64Array.from({ length: count }, (_, index) => offsetAt(index)).toSorted();
      let low = 0;
      let high = sorted.length;
      while (low < high) {
        const middle = (low + high) >>> 1;
        if ((sorted[middle] ?? 0) < offset) low = middle + 1;
        else high = middle;
      }
      if (sorted[low] !== offset) throw new PackDamage('an entry begins where the index knows none');
      const end = sorted[low + 1] ?? packBytes - TRAILER_BYTES;
      if (end <= offset) throw new PackDamage('an entry ends before it begins');
      return end;
    },
    *ids() {
      for (let index = 0; index < count; index += 1) {
        yield bytes.toString('hex', NAMES + index * 20, NAMES + index * 20 + 20);
      }
    },
  };
}
