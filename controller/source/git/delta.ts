/** A delta or a pack that cannot be read; told apart from the system's own errors. */
export class PackDamage extends Error {
  override readonly name = 'PackDamage';
}

/**
 * Rebuilds an object from its base (gitformat-pack, "Deltified representation").
 * @throws {PackDamage} when the delta does not fit its base, or the result is larger than `maxBytes`.
 */
export function applyDelta(base: Uint8Array, delta: Uint8Array, maxBytes: number): Uint8Array {
  const reader = { bytes: delta, at: 0 };
  if (sizeOf(reader) !== base.byteLength) throw new PackDamage('a delta belongs to another base');
  const size = sizeOf(reader);
  if (size > maxBytes) throw new PackDamage(`a delta makes an object of more than ${String(maxBytes)} bytes`);
  const result = new Uint8Array(size);
  let written = 0;
  while (reader.at < delta.byteLength) {
    const op = byteOf(reader);
    if (op === 0) throw new PackDamage('a delta holds an operation that does not exist');
    let piece: Uint8Array;
    if ((op & 0x80) === 0) {
      piece = delta.subarray(reader.at, reader.at + op);
      reader.at += op;
      if (piece.byteLength !== op) throw new PackDamage('a delta is cut off');
    } else {
      const from = numberOf(reader, op, 4);
      const length = numberOf(reader, op >> 4, 3) || 0x10000;
      if (from + length > base.byteLength) throw new PackDamage('a delta reaches beyond its base');
      piece = base.subarray(from, from + length);
    }
    if (written + piece.byteLength > size) throw new PackDamage('a delta makes more than it says');
    result.set(piece, written);
    written += piece.byteLength;
  }
  if (written !== size) throw new PackDamage('a delta makes less than it says');
  return result;
}

/** The size of the object that a delta makes. @throws {PackDamage} */
export function deltaResultSize(delta: Uint8Array): number {
  const reader = { bytes: delta, at: 0 };
  sizeOf(reader);
  return sizeOf(reader);
}

interface Reader {
  readonly bytes: Uint8Array;
  at: number;
}

function byteOf(reader: Reader): number {
  const byte = reader.bytes[reader.at];
  if (byte === undefined) throw new PackDamage('a delta is cut off');
  reader.at += 1;
  return byte;
}

function sizeOf(reader: Reader): number {
  let size = 0;
  let factor = 1;
  for (;;) {
    const byte = byteOf(reader);
    size += (byte & 0x7f) * factor;
    if (size > Number.MAX_SAFE_INTEGER) throw new PackDamage('a delta names a size beyond all measure');
    if (byte < 0x80) return size;
    factor *= 128;
  }
}

/** The bits of `present` say which of the bytes follow, the lowest first. */
function numberOf(reader: Reader, present: number, bytes: number): number {
  let value = 0;
  for (let index = 0; index < bytes; index += 1) {
    if ((present & (1 << index)) !== 0) value += byteOf(reader) * 256 ** index;
  }
  return value;
}
