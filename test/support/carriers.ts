import * as fc from 'fast-check';
import { wireReader, wireString } from '../../signatures/ssh-wire.ts';

/** Orders of the NIST curves (FIPS 186-4, D.1.2): with s a signature holds with order − s as well. */
const ORDERS: Readonly<Record<string, bigint>> = {
  nistp256: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  nistp384: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
};

/**
 * Other forms of one armoured signature: everything that a signature does not sign of itself. Not each of them has to
 * be taken.
 */
export function carriersOf(armoured: string, curve?: 'nistp256' | 'nistp384'): fc.Arbitrary<string> {
  return armoured.startsWith('-----BEGIN SSH') ? sshCarriers(armoured, curve) : openPgpCarriers(armoured, curve);
}

function sshCarriers(armoured: string, curve?: string): fc.Arbitrary<string> {
  const bytes = bytesOf(armoured);
  return fc
    .record({ widths: WIDTHS, mirrored: fc.boolean() })
    .map(({ widths, mirrored }) =>
      armour('SSH SIGNATURE', mirrored && curve !== undefined ? mirroredSsh(bytes, curve) : bytes, widths, null),
    );
}

function openPgpCarriers(armoured: string, curve?: string): fc.Arbitrary<string> {
  const { body } = packetOf(bytesOf(armoured));
  return fc
    .record({
      widths: WIDTHS,
      headers: fc.array(fc.constantFrom('Comment: hello', 'Version: 1', 'MessageID: x', 'Comment: again'), {
        maxLength: 3,
      }),
      checksum: fc.boolean(),
      form: fc.constantFrom<PacketForm>('old 1', 'old 2', 'old 4', 'new', 'new 5'),
      unhashed: fc.constantFrom<Unhashed>('as it is', 'none', 'more', 'twice'),
      note: fc.uint8Array({ minLength: 1, maxLength: 40 }),
      mirrored: fc.boolean(),
    })
    .map(({ widths, headers, checksum, form, unhashed, note, mirrored }) => {
      const changed = withUnhashed(body, unhashed, note);
      const signed = mirrored && curve !== undefined ? mirroredOpenPgp(changed, curve) : changed;
      return armour('PGP SIGNATURE', packetIn(form, signed), widths, { headers, checksum });
    });
}

/** Lengths of lines, over and over. */
const WIDTHS = fc.array(fc.integer({ min: 1, max: 76 }), { minLength: 1, maxLength: 3 });

type PacketForm = 'old 1' | 'old 2' | 'old 4' | 'new' | 'new 5';
type Unhashed = 'as it is' | 'none' | 'more' | 'twice';

function bytesOf(armoured: string): Buffer {
  const lines = armoured.trimEnd().split('\n').slice(1, -1);
  const empty = lines.indexOf('');
  const body = lines.slice(empty + 1).filter((line) => !line.startsWith('='));
  return Buffer.from(body.join(''), 'base64');
}

function armour(
  label: string,
  bytes: Uint8Array,
  widths: readonly number[],
  openPgp: { readonly headers: readonly string[]; readonly checksum: boolean } | null,
): string {
  const text = Buffer.from(bytes).toString('base64');
  const lines: string[] = [];
  for (let at = 0, turn = 0; at < text.length; turn += 1) {
    const width = widths[turn % widths.length] ?? 64;
    lines.push(text.slice(at, at + width));
    at += width;
  }
  const head = openPgp === null ? [] : [...openPgp.headers, ''];
  const tail = openPgp?.checksum === true ? [`=${checksumOf(bytes)}`] : [];
  return [`-----BEGIN ${label}-----`, ...head, ...lines, ...tail, `-----END ${label}-----`, ''].join('\n');
}

/** RFC 9580 §6.1. */
function checksumOf(bytes: Uint8Array): string {
  let crc = 0xb7_04_ce;
  for (const byte of bytes) {
    crc ^= byte << 16;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc << 1) ^ ((crc & 0x80_00_00) === 0 ? 0 : 0x1_86_4c_fb);
  }
  const three = Buffer.alloc(3);
  three.writeUIntBE(crc & 0xff_ff_ff, 0, 3);
  return three.toString('base64');
}

function mirroredSsh(bytes: Buffer, curve: string): Buffer {
  // Proof, the last of the strings: type, then r and s.
  const reader = wireReader(bytes.subarray(10));
  const head = [reader.string(), reader.string(), reader.string(), reader.string()];
  const proof = wireReader(reader.string());
  const type = proof.string();
  const pair = wireReader(proof.string());
  const r = pair.string();
  const s = signed(mirror(pair.string(), curve));
  const value = Buffer.concat([wireString(r), wireString(s)]);
  const whole = Buffer.concat([wireString(type), wireString(value)]);
  return Buffer.concat([bytes.subarray(0, 10), ...head.map((each) => wireString(each)), wireString(whole)]);
}

function mirror(s: Uint8Array, curve: string): Buffer {
  const mirrored = (ORDERS[curve] ?? 0n) - BigInt(`0x${Buffer.from(s).toString('hex')}`);
  const hex = mirrored.toString(16);
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
}

function signed(number: Buffer): Buffer {
  return (number[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), number]) : number;
}

function packetOf(bytes: Buffer): { readonly body: Buffer } {
  const first = bytes[0] ?? 0;
  if (first >= 0xc0) {
    const length = bytes[1] ?? 0;
    return length < 192
      ? { body: bytes.subarray(2, 2 + length) }
      : { body: bytes.subarray(3, 3 + (bytes.readUInt16BE(1) - 0xc0_00 + 192)) };
  }
  const width = [1, 2, 4][first & 3] ?? 1;
  return { body: bytes.subarray(1 + width, 1 + width + bytes.readUIntBE(1, width)) };
}

function packetIn(form: PacketForm, body: Buffer): Buffer {
  const { length } = body;
  if (form === 'new 5') return Buffer.concat([Buffer.of(0xc2, 0xff), numberOf(length, 4), body]);
  if (form === 'new' && length < 192) return Buffer.concat([Buffer.of(0xc2, length), body]);
  if (form === 'new') return Buffer.concat([Buffer.of(0xc2), numberOf(length - 192 + 0xc0_00, 2), body]);
  const least = length < 256 ? 1 : 2;
  const width = Math.max(least, Number(form.slice(4)));
  return Buffer.concat([Buffer.of(0x88 + Math.log2(width)), numberOf(length, width), body]);
}

function numberOf(value: number, width: number): Buffer {
  const bytes = Buffer.alloc(width);
  bytes.writeUIntBE(value, 0, width);
  return bytes;
}

/** The subpackets that a version 4 signature does not sign (RFC 9580 §5.2.3). */
function withUnhashed(body: Buffer, how: Unhashed, note: Uint8Array): Buffer {
  const at = 6 + body.readUInt16BE(4);
  const length = body.readUInt16BE(at);
  const now = body.subarray(at + 2, at + 2 + length);
  const rest = body.subarray(at + 2 + length);
  // Type 101 is for experiments.
  const more = Buffer.concat([Buffer.of(note.length + 1, 101), note]);
  const unhashed = {
    'as it is': now,
    none: Buffer.alloc(0),
    more: Buffer.concat([now, more]),
    twice: Buffer.concat([now, now]),
  };
  const next = unhashed[how];
  return Buffer.concat([body.subarray(0, at), numberOf(next.length, 2), next, rest]);
}

function mirroredOpenPgp(body: Buffer, curve: string): Buffer {
  const hashedEnd = 6 + body.readUInt16BE(4);
  const values = hashedEnd + 2 + body.readUInt16BE(hashedEnd) + 2;
  const rLength = 2 + Math.ceil(body.readUInt16BE(values) / 8);
  const at = values + rLength;
  const s = mirror(body.subarray(at + 2), curve);
  const bits = s.length * 8 - Math.clz32(s[0] ?? 0) + 24;
  return Buffer.concat([body.subarray(0, at), numberOf(bits, 2), s]);
}
