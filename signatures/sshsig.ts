import { Buffer } from 'node:buffer';
import { createHash, type KeyObject, sign, verify } from 'node:crypto';
import { Failure } from '#failure';
import { readArmour } from './armour.ts';
import { ed25519BlobOf, isWeak, readPublicKey, type SshKeyType, type SshPublicKey } from './ssh-key.ts';
import { wireReader, wireString } from './ssh-wire.ts';
import type { SignatureFault } from './verdict.ts';

/**
 * What a signature was made for: git's commits, or plans signed by themselves. One never counts for the other
 * (approval.md §6).
 */
export type SshNamespace = 'git' | 'plan@routeros-gitops';

/** An SSH signature taken apart. Nothing of it is proven yet. */
export interface SshSignature {
  readonly key: SshPublicKey;
  readonly namespace: string;
  readonly hash: 'sha256' | 'sha512';
  /** Type and value, in the SSH wire format. */
  readonly proof: Uint8Array;
}

/** A signature taken apart, or what is wrong with it in words. */
export type SshSignatureReading =
  | { readonly ok: true; readonly signature: SshSignature }
  | { readonly ok: false; readonly message: string };

/** Who signed, by key; or why the signature proves nothing. */
export type SshVerification =
  | { readonly ok: true; readonly key: SshPublicKey }
  | {
      readonly ok: false;
      readonly code: Extract<SignatureFault, 'BadSignature' | 'WeakKey' | 'WrongNamespace'>;
      readonly message: string;
    };

const MAGIC = 'SSHSIG';
const VERSION = Buffer.of(0, 0, 0, 1);

/**
 * Verifies an armoured SSH signature (OpenSSH's PROTOCOL.sshsig) over a payload, by the key inside it: whose key it
 * is, is another question.
 */
export function verifySshSignature(armoured: string, payload: Uint8Array, namespace: SshNamespace): SshVerification {
  const reading = readSshSignature(armoured);
  if (!reading.ok) return { ok: false, code: 'BadSignature', message: reading.message };
  return checkSshSignature(reading.signature, payload, namespace);
}

/** Takes an armoured SSH signature apart, strictly: no junk, nothing left over, nothing reserved. */
export function readSshSignature(armoured: string): SshSignatureReading {
  const reading = readArmour(armoured);
  if (!reading.ok) return { ok: false, message: `the signature can not be read: ${reading.message}` };
  if (reading.armour.label !== 'SSH SIGNATURE') return { ok: false, message: 'this is no SSH signature' };
  try {
    return { ok: true, signature: signatureIn(reading.armour.bytes) };
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof Failure)) throw error;
    return { ok: false, message: `the signature can not be read: ${error.message}` };
  }
}

/** Checks a signature that was taken apart, by the key inside it. */
export function checkSshSignature(
  { key, namespace, hash, proof }: SshSignature,
  payload: Uint8Array,
  wanted: SshNamespace,
): SshVerification {
  if (namespace !== wanted) {
    const message = `the signature was made for ${JSON.stringify(namespace)} and not for ${JSON.stringify(wanted)}`;
    return { ok: false, code: 'WrongNamespace', message };
  }
  if (isWeak(key)) {
    const message = `the RSA key ${key.fingerprint} has only ${String(key.bits)} bits`;
    return { ok: false, code: 'WeakKey', message };
  }
  const problem = problemOf(key, signedBytes(namespace, hash, payload), proof);
  return problem === null ? { ok: true, key } : { ok: false, code: 'BadSignature', message: problem };
}

/**
 * Signs with an Ed25519 key, as `ssh-keygen -Y sign` does. @returns the armoured signature, ending with a line break.
 */
export function signSsh(privateKey: KeyObject, namespace: SshNamespace, payload: Uint8Array): string {
  const proof = sign(null, signedBytes(namespace, 'sha512', payload), privateKey);
  const blob = Buffer.concat([
    Buffer.from(MAGIC),
    VERSION,
    wireString(ed25519BlobOf(privateKey)),
    wireString(namespace),
    wireString(''),
    wireString('sha512'),
    wireString(Buffer.concat([wireString('ssh-ed25519'), wireString(proof)])),
  ]);
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
  return ['-----BEGIN SSH SIGNATURE-----', ...lines, '-----END SSH SIGNATURE-----', ''].join('\n');
}

function signatureIn(blob: Uint8Array): SshSignature {
  const reader = wireReader(blob);
  if (reader.bytes(MAGIC.length).toString('latin1') !== MAGIC) throw new RangeError('it is no SSH signature inside');
  if (!reader.bytes(VERSION.length).equals(VERSION)) throw new RangeError('it is of another version than 1');
  const key = readPublicKey(reader.string());
  const namespace = reader.text();
  if (reader.string().length > 0) throw new RangeError('its reserved field is in use');
  const hash = reader.text();
  if (hash !== 'sha256' && hash !== 'sha512') throw new RangeError('its hash is neither sha256 nor sha512');
  const proof = reader.string();
  reader.end();
  return { key, namespace, hash, proof };
}

function signedBytes(namespace: string, hash: 'sha256' | 'sha512', payload: Uint8Array): Buffer {
  const digest = createHash(hash).update(payload).digest();
  return Buffer.concat([
    Buffer.from(MAGIC),
    wireString(namespace),
    wireString(''),
    wireString(hash),
    wireString(digest),
  ]);
}

/** The hash of each type of signature and the type of key that makes it; SHA-1 (`ssh-rsa`) is not among them. */
const PROOFS: Readonly<Record<string, { readonly by: SshKeyType; readonly hash: string | null }>> = {
  'ssh-ed25519': { by: 'ssh-ed25519', hash: null },
  'ecdsa-sha2-nistp256': { by: 'ecdsa-sha2-nistp256', hash: 'sha256' },
  'ecdsa-sha2-nistp384': { by: 'ecdsa-sha2-nistp384', hash: 'sha384' },
  'ecdsa-sha2-nistp521': { by: 'ecdsa-sha2-nistp521', hash: 'sha512' },
  'rsa-sha2-256': { by: 'ssh-rsa', hash: 'sha256' },
  'rsa-sha2-512': { by: 'ssh-rsa', hash: 'sha512' },
  'sk-ssh-ed25519@openssh.com': { by: 'sk-ssh-ed25519@openssh.com', hash: null },
  'sk-ecdsa-sha2-nistp256@openssh.com': { by: 'sk-ecdsa-sha2-nistp256@openssh.com', hash: 'sha256' },
};

const BAD = 'the signature does not fit what was signed';

/** Null when the proof proves that the key signed these bytes. */
function problemOf(key: SshPublicKey, signed: Buffer, proof: Uint8Array): string | null {
  try {
    const reader = wireReader(proof);
    const type = reader.text();
    const kind = Object.hasOwn(PROOFS, type) ? PROOFS[type] : undefined;
    if (kind?.by !== key.type)
      return `a signature of the type ${JSON.stringify(type)} by a ${key.type} key does not count`;
    const value = valueOf(key, reader.string());
    let message = signed;
    if (key.application !== null) {
      const state = reader.bytes(5);
      const flags = state[0] ?? 0;
      if ((flags & USER_PRESENT) === 0) return 'nobody touched the security key that signed';
      if ((flags & ~(USER_PRESENT | USER_VERIFIED)) !== 0) return 'the security key says something unknown';
      message = Buffer.concat([sha256(key.application), state, sha256(signed)]);
    }
    reader.end();
    return verify(kind.hash, message, { key: key.key, dsaEncoding: 'ieee-p1363' }, value) ? null : BAD;
  } catch (error) {
    if (error instanceof RangeError) return `the signature can not be read: ${error.message}`;
    throw error;
  }
}

// WebAuthn's authenticator data flags.
const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;

/** The value as node:crypto wants it. */
function valueOf(key: SshPublicKey, value: Buffer): Buffer {
  const width = Math.ceil(key.bits / 8);
  if (key.type === 'ssh-rsa') return widened(value, width);
  if (!key.type.includes('ecdsa')) return value;
  const reader = wireReader(value);
  const pair = [widened(reader.positive(), width), widened(reader.positive(), width)];
  reader.end();
  return Buffer.concat(pair);
}

/** Some agents leave out leading zeros. */
function widened(number: Buffer, width: number): Buffer {
  if (number.length > width) throw new RangeError('a number in it is too large for the key');
  return Buffer.concat([Buffer.alloc(width - number.length), number]);
}

function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}
