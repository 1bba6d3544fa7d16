import { Buffer } from 'node:buffer';

/** A string of the SSH wire format: its length in four bytes, then its bytes (RFC 4251 §5). */
export function wireString(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Where reading stands. */
export interface WireReader {
  /** @throws {RangeError} when the bytes end before the string does. */
  string(): Buffer;
  /** A string of printable ASCII. @throws {RangeError} when it is none. */
  text(): string;
  /**
   * A positive whole number in its one canonical form, without the leading zero byte. @throws {RangeError} when it is
   * none.
   */
  positive(): Buffer;
  /** The next bytes as they stand. @throws {RangeError} when there are fewer. */
  bytes(count: number): Buffer;
  /** @throws {RangeError} when bytes are left over. */
  end(): void;
}

/** Reads the SSH wire format strictly: nothing missing, nothing left over, one form for each value. */
export function wireReader(source: Uint8Array): WireReader {
  const buffer = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  let at = 0;
  const bytes = (count: number): Buffer => {
    if (buffer.length - at < count) throw new RangeError('it ends too early');
    at += count;
    return buffer.subarray(at - count, at);
  };
  const string = (): Buffer => bytes(bytes(4).readUInt32BE());
  return {
    bytes,
    string,
    text() {
      const text = string().toString('latin1');
      if (!/^[ -~]*$/.test(text)) throw new RangeError('a name in it is no printable ASCII');
      return text;
    },
    positive() {
      const number = string();
      const [first = 0x80, second = 0] = number;
      if (first >= 0x80 || (first === 0 && second < 0x80)) throw new RangeError('a number in it is not canonical');
      return first === 0 ? number.subarray(1) : number;
    },
    end() {
      if (at !== buffer.length) throw new RangeError('something stands after its end');
    },
  };
}
