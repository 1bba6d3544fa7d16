import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { fingerprintOf } from './ssh-fingerprint.ts';
import { wireString } from './ssh-wire.ts';

/**
 * The public key itself, whatever carries it: `SHA256:…`, the fingerprint of the key as a plain SSH key, or `KEY:…`
 * where SSH has no form for it. One key as SSH key, as security key and as (sub)key of an OpenPGP certificate has one
 * id.
 */
export type MaterialId = string;

/** OpenPGP's curves that SSH knows too, by their object identifiers in hex (RFC 9580 §9.2). */
const SSH_CURVES: Readonly<Record<string, string>> = {
  '2a8648ce3d030107': 'nistp256',
  '2b81040022': 'nistp384',
  '2b81040023': 'nistp521',
};
const ED25519_LEGACY = '2b06010401da470f01';

const HEAD_BYTES = 6;

/**
 * The material in the body of a version 4 public key packet (RFC 9580 §5.5.2.2). @throws {RangeError} when the body is
 * cut off.
 */
export function materialOfPacket(body: Uint8Array): MaterialId {
  const buffer = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (buffer.length <= HEAD_BYTES) throw new RangeError('the key packet is cut off');
  const algorithm = buffer[HEAD_BYTES - 1] ?? 0;
  const rest = buffer.subarray(HEAD_BYTES);
  if ([1, 2, 3].includes(algorithm)) {
    const [n, after] = numberAt(rest);
    const [e] = numberAt(after);
    return rsaMaterial(e, n);
  }
  if (algorithm === 27) return ed25519Material(rest.subarray(0, 32));
  if (algorithm !== 19 && algorithm !== 22) return otherMaterial(algorithm, rest);
  const length = rest[0] ?? 0;
  const curve = rest.subarray(1, 1 + length).toString('hex');
  const [point] = numberAt(rest.subarray(1 + length));
  const name = algorithm === 19 ? SSH_CURVES[curve] : undefined;
  if (name !== undefined) return ecdsaMaterial(name, point);
  if (algorithm === 22 && curve === ED25519_LEGACY && point.length === 33 && point[0] === 0x40)
    return ed25519Material(point.subarray(1));
  return otherMaterial(algorithm, Buffer.concat([Buffer.from(curve), point]));
}

/** The material of an Ed25519 key, from its 32 bytes. */
export function ed25519Material(point: Uint8Array): MaterialId {
  return fingerprintOf(Buffer.concat([wireString('ssh-ed25519'), wireString(point)]));
}

/** The material of a key on a NIST curve, from SSH's name of the curve and the uncompressed point. */
export function ecdsaMaterial(curve: string, point: Uint8Array): MaterialId {
  return fingerprintOf(Buffer.concat([wireString(`ecdsa-sha2-${curve}`), wireString(curve), wireString(point)]));
}

/** The material of an RSA key, from exponent and modulus without leading zeros. */
export function rsaMaterial(exponent: Uint8Array, modulus: Uint8Array): MaterialId {
  return fingerprintOf(Buffer.concat([wireString('ssh-rsa'), positive(exponent), positive(modulus)]));
}

function otherMaterial(algorithm: number, numbers: Uint8Array): MaterialId {
  const digest = createHash('sha256').update(Buffer.of(algorithm)).update(numbers).digest('hex');
  return `KEY:${digest}`;
}

/** A positive number of the SSH wire format: a zero byte before it where it would look negative. */
function positive(number: Uint8Array): Buffer {
  return wireString((number[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), number]) : number);
}

/** A number of the OpenPGP wire format without leading zeros (RFC 9580 §3.2), and what follows it. */
function numberAt(buffer: Buffer): readonly [Buffer, Buffer] {
  if (buffer.length < 2) throw new RangeError('the key packet is cut off');
  const end = 2 + Math.ceil(buffer.readUInt16BE(0) / 8);
  if (buffer.length < end) throw new RangeError('the key packet is cut off');
  let start = 2;
  while (start < end && buffer[start] === 0) start += 1;
  return [buffer.subarray(start, end), buffer.subarray(end)];
}
