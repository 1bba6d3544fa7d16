import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { Failure } from '#failure';
import { readArmour } from './armour.ts';
import { type MaterialId, materialOfPacket } from './key-material.ts';

/** An OpenPGP public key with its names and subkeys, as far as it can be read without checking any signature in it. */
export interface Certificate {
  /** `OPENPGP:` and the primary key's fingerprint in upper-case hex. */
  readonly key: string;
  readonly bytes: Uint8Array;
  /** The primary key and every subkey, whether they may sign or not: `OPENPGP:` and fingerprint, and the key itself. */
  readonly keys: readonly { readonly id: string; readonly material: MaterialId }[];
}

/** A packet of an OpenPGP message (RFC 9580 §4.2). */
export interface Packet {
  readonly tag: number;
  readonly body: Uint8Array;
}

/** Tag of a signature packet (RFC 9580 §5). */
export const SIGNATURE = 2;
const SECRET_KEY = 5;
const PUBLIC_KEY = 6;
const SECRET_SUBKEY = 7;
const USER_ID = 13;
const PUBLIC_SUBKEY = 14;
const USER_ATTRIBUTE = 17;

/** MD5, SHA-1, RIPEMD-160 (RFC 9580 §9.5). */
const WEAK: readonly number[] = [1, 2, 3];

/**
 * Reads one armoured OpenPGP public key. Light: which of its subkeys may sign, and until when, is asked when a
 * signature is checked.
 * @throws {Failure} `KeyUnreadable` when it is anything else: several keys, a private key, an old version, the key
 * with which a forge signs merges.
 */
export function readCertificate(armoured: string): Certificate {
  const reading = readArmour(armoured);
  if (!reading.ok) throw unreadable(`the OpenPGP key can not be read: ${reading.message}`);
  if (reading.armour.label !== 'PGP PUBLIC KEY BLOCK') throw unreadable('this is no OpenPGP public key');
  const { bytes } = reading.armour;
  const [primary, ...rest] = packetsIn(bytes) ?? [];
  const tags = [primary, ...rest].map((packet) => packet?.tag);
  if (tags.includes(SECRET_KEY) || tags.includes(SECRET_SUBKEY)) {
    throw unreadable('this holds a private key: take it out of the repository at once and use another key from now on');
  }
  if (primary?.tag !== PUBLIC_KEY) throw unreadable('the OpenPGP key can not be read: its packets make no key');
  if (tags.lastIndexOf(PUBLIC_KEY) > 0)
    throw unreadable('this holds several OpenPGP keys; give each a block of its own');
  const known = [SIGNATURE, USER_ID, PUBLIC_SUBKEY, USER_ATTRIBUTE];
  if (rest.some(({ tag }) => !known.includes(tag)))
    throw unreadable('the OpenPGP key holds packets that are part of no key');
  const forge = rest
    .filter(({ tag }) => tag === USER_ID)
    .map(({ body }) => Buffer.from(body).toString())
    .find(isForge);
  if (forge !== undefined) {
    throw unreadable(
      `the OpenPGP key of ${JSON.stringify(forge)} is a forge's, which signs with it for everybody: it is no person`,
    );
  }
  const keys = [primary, ...rest]
    .filter(({ tag }) => tag === PUBLIC_KEY || tag === PUBLIC_SUBKEY)
    .map(({ body }) => ({ id: `OPENPGP:${fingerprintOf(body)}`, material: materialOf(body) }));
  if (!rest.some(isStrongCertification)) {
    throw unreadable(
      'the OpenPGP key vouches for itself with a hash that is too weak (SHA-1): renew its self-signatures, for instance by setting its expiry anew',
    );
  }
  return { key: `OPENPGP:${fingerprintOf(primary.body)}`, bytes, keys };
}

/**
 * Certifications of a name and signatures directly on the key (RFC 9580 §5.2.1), of version 4. Whose they are is asked
 * when a signature is checked.
 */
function isStrongCertification({ tag, body }: Packet): boolean {
  const [version, type = 0, , hash = 0] = body;
  return (
    tag === SIGNATURE && version === 4 && ((type >= 0x10 && type <= 0x13) || type === 0x1f) && !WEAK.includes(hash)
  );
}

function materialOf(body: Uint8Array): MaterialId {
  try {
    return materialOfPacket(body);
  } catch (error) {
    if (error instanceof RangeError) throw unreadable(`the OpenPGP key can not be read: ${error.message}`);
    throw error;
  }
}

/**
 * GitHub's and GitLab's keys name an address that nobody reads; people who hide theirs have one below `users.noreply`.
 */
function isForge(userId: string): boolean {
  return /(^|<)noreply@/i.test(userId);
}

/**
 * The packets that make up these bytes; null when they are not packets of known length from the first byte to the
 * last.
 */
export function packetsIn(bytes: Uint8Array): readonly Packet[] | null {
  const packets: Packet[] = [];
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < buffer.length;) {
    const head = headAt(buffer, at);
    if (head === null || head.start + head.length > buffer.length) return null;
    at = head.start + head.length;
    packets.push({ tag: head.tag, body: buffer.subarray(head.start, at) });
  }
  return packets;
}

interface PacketHead {
  readonly tag: number;
  readonly start: number;
  readonly length: number;
}

function headAt(buffer: Buffer, at: number): PacketHead | null {
  const first = buffer[at] ?? 0;
  if (first < 0x80) return null;
  const tag = first >= 0xc0 ? first & 0x3f : (first >> 2) & 0x0f;
  const width = first >= 0xc0 ? widthOf(buffer[at + 1] ?? 0xff) : ([1, 2, 4][first & 0x03] ?? 0);
  const from = at + 1;
  if (width === 0 || from + width > buffer.length) return null;
  const number = buffer.readUIntBE(from, width);
  const length = first >= 0xc0 && width === 2 ? number - 0xc0_00 + 192 : number;
  return { tag, start: from + width, length };
}

/**
 * How many bytes a length of the new format takes; zero: pieces of unknown number, or the five bytes that nothing as
 * small as a key or signature needs.
 */
function widthOf(first: number): number {
  if (first < 192) return 1;
  return first < 224 ? 2 : 0;
}

/** RFC 9580 §5.5.4.2. Keys of version 6 do not count: gpg 2.2 and git do not read them. */
function fingerprintOf(body: Uint8Array): string {
  const [version] = body;
  if (version !== 4)
    throw unreadable(`OpenPGP keys of version ${String(version)} do not count, only those of version 4`);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(body.byteLength);
  return createHash('sha1').update(Buffer.of(0x99)).update(length).update(body).digest('hex').toUpperCase();
}

function unreadable(message: string): Failure {
  return new Failure('KeyUnreadable', message);
}
