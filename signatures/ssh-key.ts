import { Buffer } from 'node:buffer';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { Failure } from '#failure';
import { ecdsaMaterial, ed25519Material, type MaterialId, rsaMaterial } from './key-material.ts';
import { fingerprintOf } from './ssh-fingerprint.ts';
import { type WireReader, wireReader, wireString } from './ssh-wire.ts';

/** The types of keys that count. */
export type SshKeyType =
  | 'ssh-ed25519'
  | 'ecdsa-sha2-nistp256'
  | 'ecdsa-sha2-nistp384'
  | 'ecdsa-sha2-nistp521'
  | 'ssh-rsa'
  | 'sk-ssh-ed25519@openssh.com'
  | 'sk-ecdsa-sha2-nistp256@openssh.com';

/** A public key as SSH knows it. */
export interface SshPublicKey {
  readonly type: SshKeyType;
  /** `SHA256:…` as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
  /** The key without what a security key adds to it. */
  readonly material: MaterialId;
  readonly key: KeyObject;
  /** Of an RSA key its modulus, of the others the size of the curve. */
  readonly bits: number;
  /** What a security key was enrolled for (`ssh:` as a rule); null: a key in a file. */
  readonly application: string | null;
}

/** RSA keys with fewer bits count for nothing. */
export const LEAST_RSA_BITS = 2048;
const MOST_RSA_BITS = 16_384;

/**
 * Reads one line of a .pub file: type, base64, optional comment.
 * @throws {Failure} `KeyUnreadable` for everything else: options, certificates, authorities, types that don't count,
 * weak RSA keys.
 */
export function readPublicKeyLine(line: string): SshPublicKey {
  const [type = '', body = ''] = line.split(' ');
  if (type.includes('-cert-v0')) throw unreadable('this is a certificate; give the key itself, from the .pub file');
  if (!isKeyType(type)) {
    throw unreadable(
      /ssh-|ecdsa-/.test(line)
        ? 'the line begins with something else than the type of a key that counts; copy the whole line of the .pub file, without options'
        : 'this is no SSH public key line: type, base64, optional comment',
    );
  }
  const blob = Buffer.from(body, 'base64');
  if (body === '' || blob.toString('base64') !== body) throw unreadable('the second word is no plain base64');
  if (!blob.subarray(0, 4 + type.length).equals(wireString(type))) {
    throw unreadable(`the key inside is no ${type} key; copy the whole line of the .pub file`);
  }
  const key = readPublicKey(blob);
  if (isWeak(key)) {
    throw unreadable(`an RSA key needs ${String(LEAST_RSA_BITS)} bits or more, this has ${String(key.bits)}`);
  }
  return key;
}

/** Whether a key is too weak for anything signed with it to count. */
export function isWeak({ type, bits }: SshPublicKey): boolean {
  return type === 'ssh-rsa' && bits < LEAST_RSA_BITS;
}

/**
 * Reads a key in the SSH wire format, in its one canonical form: so one key has one fingerprint. Weak keys are read
 * too.
 * @throws {Failure} `KeyUnreadable`
 */
export function readPublicKey(blob: Uint8Array): SshPublicKey {
  try {
    const reader = wireReader(blob);
    const type = reader.text();
    if (!isKeyType(type)) throw new RangeError(`keys of the type ${JSON.stringify(type)} do not count`);
    const material = READERS[type](reader);
    const application = type.startsWith('sk-') ? reader.text() : null;
    reader.end();
    const key = createPublicKey({ key: material.jwk, format: 'jwk' });
    return { type, fingerprint: fingerprintOf(blob), material: material.id, key, bits: material.bits, application };
  } catch (error) {
    if (error instanceof RangeError) throw unreadable(`the key can not be read: ${error.message}`);
    throw new Failure('KeyUnreadable', 'the key can not be read: its numbers make no key', { cause: error });
  }
}

/** The line of a .pub file for an Ed25519 key, private or public. */
export function publicKeyLineOf(key: KeyObject, comment: string): string {
  return `ssh-ed25519 ${ed25519BlobOf(key).toString('base64')} ${comment}`.trimEnd();
}

/** An Ed25519 key, private or public, in the SSH wire format. */
export function ed25519BlobOf(key: KeyObject): Buffer {
  const { crv, x } = (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'jwk' });
  if (crv !== 'Ed25519' || x === undefined) throw new RangeError('this is no Ed25519 key');
  return Buffer.concat([wireString('ssh-ed25519'), wireString(Buffer.from(x, 'base64url'))]);
}

interface Material {
  readonly id: MaterialId;
  readonly jwk: Readonly<Record<string, string>>;
  readonly bits: number;
}

const READERS: Readonly<Record<SshKeyType, (reader: WireReader) => Material>> = {
  'ssh-ed25519': readEd25519,
  'ecdsa-sha2-nistp256': (reader) => readEcdsa(reader, 256),
  'ecdsa-sha2-nistp384': (reader) => readEcdsa(reader, 384),
  'ecdsa-sha2-nistp521': (reader) => readEcdsa(reader, 521),
  'ssh-rsa': readRsa,
  'sk-ssh-ed25519@openssh.com': readEd25519,
  'sk-ecdsa-sha2-nistp256@openssh.com': (reader) => readEcdsa(reader, 256),
};

function isKeyType(type: string): type is SshKeyType {
  return Object.hasOwn(READERS, type);
}

function readEd25519(reader: WireReader): Material {
  const point = reader.string();
  if (point.length !== 32) throw new RangeError('its point has not 32 bytes');
  return { id: ed25519Material(point), jwk: { kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') }, bits: 256 };
}

function readEcdsa(reader: WireReader, bits: 256 | 384 | 521): Material {
  if (reader.text() !== `nistp${String(bits)}`) throw new RangeError('it names another curve than its type');
  const point = reader.string();
  const width = Math.ceil(bits / 8);
  if (point.length !== 1 + 2 * width || point[0] !== 4) throw new RangeError('its point is not uncompressed');
  const [x, y] = [point.subarray(1, 1 + width), point.subarray(1 + width)];
  return {
    id: ecdsaMaterial(`nistp${String(bits)}`, point),
    jwk: { kty: 'EC', crv: `P-${String(bits)}`, x: x.toString('base64url'), y: y.toString('base64url') },
    bits,
  };
}

function readRsa(reader: WireReader): Material {
  const exponent = reader.positive();
  const modulus = reader.positive();
  const bits = modulus.length * 8 - Math.clz32(modulus[0] ?? 0) + 24;
  if (bits > MOST_RSA_BITS) throw new RangeError(`its modulus has more than ${String(MOST_RSA_BITS)} bits`);
  const odd = ((exponent.at(-1) ?? 0) & 1) === 1 && ((modulus.at(-1) ?? 0) & 1) === 1;
  if (!odd || exponent.length > 4 || exponent.equals(Buffer.of(1))) throw new RangeError('its numbers make no RSA key');
  const jwk = { kty: 'RSA', n: modulus.toString('base64url'), e: exponent.toString('base64url') };
  return { id: rsaMaterial(exponent, modulus), jwk, bits };
}

function unreadable(message: string): Failure {
  return new Failure('KeyUnreadable', message);
}
