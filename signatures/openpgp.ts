import { Buffer } from 'node:buffer';
import type { Key, SignaturePacket, Subkey } from 'openpgp';
import { readArmour } from './armour.ts';
import type { MaterialId } from './key-material.ts';
import { type Certificate, packetsIn, SIGNATURE } from './openpgp-certificate.ts';
import type { SignatureFault, Validity } from './verdict.ts';

/** Which key made an OpenPGP signature and when it counts, or why it proves nothing. */
export type OpenPgpVerification =
  | {
      readonly ok: true;
      /** `OPENPGP:` and the fingerprint of the certificate's primary key. */
      readonly key: string;
      /** The same of the primary key or subkey that signed. */
      readonly signedWith: string;
      /** The key that signed, itself. */
      readonly material: MaterialId;
      readonly validity: Validity;
    }
  | {
      readonly ok: false;
      readonly code: Exclude<SignatureFault, 'Unsigned' | 'WrongNamespace'>;
      readonly message: string;
    };

/** Certificates made ready to check many signatures. */
export interface OpenPgpKeys {
  /**
   * Verifies an armoured detached signature over a payload. The certificate must carry no revocation at all; whether
   * it was in force in time is asked afterwards.
   */
  verify(armoured: string, payload: Uint8Array): Promise<OpenPgpVerification>;
}

/** A certificate as read, and as the library that checks signatures has it; null: it can not be read there. */
interface Opened extends Pick<Certificate, 'key' | 'keys'> {
  readonly certificate: Key | null;
}

type Fault = Extract<OpenPgpVerification, { readonly ok: false }>;

/** One key that may sign, with the times between which it may. */
interface SigningKey {
  readonly ok: true;
  readonly certificate: string;
  readonly signedWith: string;
  readonly material: MaterialId;
  readonly packet: Key['keyPacket'] | Subkey['keyPacket'];
  readonly from: number;
  readonly until: number;
}

// openpgp takes null for "at any time", which its types leave out.
const AT_ANY_TIME = null as unknown as Date;

/** Makes certificates ready; the library behind it is loaded here and not before. */
export async function openPgpKeysOf(certificates: readonly Certificate[]): Promise<OpenPgpKeys> {
  const openpgp = await import('openpgp');
  const { enums } = openpgp;
  const config = {
    ...openpgp.config,
    ignoreUnsupportedPackets: false,
    ignoreMalformedPackets: false,
    rejectHashAlgorithms: new Set([enums.hash.md5, enums.hash.ripemd, enums.hash.sha1]),
  };
  const strong = new Set([
    enums.hash.sha256,
    enums.hash.sha384,
    enums.hash.sha512,
    enums.hash.sha3_256,
    enums.hash.sha3_512,
  ]);
  const opened = await Promise.all(certificates.map(async (certificate) => await opening(certificate)));
  const signingKeys = new Map<string, Promise<SigningKey | Fault>>();

  return {
    async verify(armoured, payload) {
      const packet = await readSignature(armoured);
      if (packet === null)
        return fault('BadSignature', 'the signature can not be read: it is not exactly one OpenPGP signature');
      const hash = packet.hashAlgorithm;
      const ofDocument =
        packet.signatureType === enums.signature.binary || packet.signatureType === enums.signature.text;
      if (packet.signatureType === null || !ofDocument)
        return fault('BadSignature', 'the signature is not one of a document');
      if (hash === null || !strong.has(hash))
        return fault('BadSignature', 'the signature rests on a hash that is too weak');
      const signer = await signerOf(packet);
      if (!signer.ok) return signer;

      const data = (await openpgp.createMessage({ binary: payload })).packets[0];
      if (data === undefined) throw new RangeError('a message without data');
      try {
        await packet.verify(signer.packet, packet.signatureType, data, packet.created ?? AT_ANY_TIME, true, config);
      } catch (error) {
        return fault('BadSignature', `the signature by ${signer.certificate} does not hold: ${textOf(error)}`);
      }
      const { certificate: key, signedWith, material } = signer;
      return { ok: true, key, signedWith, material, validity: validityOf(signer, packet) };
    },
  };

  async function opening({ key, bytes, keys }: Certificate): Promise<Opened> {
    // A key that can not be read can sign nothing.
    const certificate = await openpgp.readKey({ binaryKey: bytes, config }).catch(() => null);
    return { key, keys, certificate };
  }

  async function readSignature(armoured: string): Promise<SignaturePacket | null> {
    const reading = readArmour(armoured);
    if (!reading.ok || reading.armour.label !== 'PGP SIGNATURE') return null;
    const packets = packetsIn(reading.armour.bytes);
    if (packets?.length !== 1 || packets[0]?.tag !== SIGNATURE) return null;
    const read = await openpgp.readSignature({ binarySignature: reading.armour.bytes, config }).catch(() => null);
    return read?.packets[0] ?? null;
  }

  /** The key that a signature names; it must belong to one certificate only. */
  async function signerOf(packet: SignaturePacket): Promise<SigningKey | Fault> {
    const named = packet.issuerFingerprint === null ? null : hexOf(packet.issuerFingerprint);
    const found = opened.flatMap(({ key, keys, certificate }) =>
      (certificate?.getKeys(packet.issuerKeyID) ?? [])
        .filter((held) => named === null || fingerprintOf(held) === named)
        .map((held) => ({ key, keys, certificate, held })),
    );
    const [holder, ...others] = found;
    const name = `OPENPGP:${named ?? packet.issuerKeyID.toHex().toUpperCase()}`;
    if (holder === undefined || holder.certificate === null) {
      return fault('UnknownKey', `it is signed with ${name}, which is nobody's in the roster`);
    }
    if (others.length > 0)
      return fault('UnknownKey', `it is signed with ${name}, which several keys of the roster hold`);
    const { key, keys, certificate, held } = holder;
    const id = `${key} ${fingerprintOf(held)}`;
    const known = signingKeys.get(id) ?? signingKeyOf({ key, keys, certificate }, held);
    signingKeys.set(id, known);
    return await known;
  }

  async function signingKeyOf(
    { key, keys, certificate }: Opened & { readonly certificate: Key },
    held: Key | Subkey,
  ): Promise<SigningKey | Fault> {
    const signedWith = `OPENPGP:${fingerprintOf(held)}`;
    const material = keys.find(({ id }) => id === signedWith)?.material;
    if (material === undefined) return fault('UnknownKey', `${signedWith} is no key of ${key}`);
    const subkey = certificate.subkeys.find((candidate) => candidate === held);
    const revocations = [...certificate.revocationSignatures, ...(subkey?.revocationSignatures ?? [])];
    if (revocations.length > 0) return fault('KeyRevoked', `the key ${key} was revoked by its owner`);
    const packets = [certificate.keyPacket, held.keyPacket];
    if (packets.some(isWeak)) return fault('WeakKey', `the key ${key} is too weak to count`);
    let signing: Key | Subkey;
    try {
      signing = await certificate.getSigningKey(held.getKeyID(), null, undefined, config);
    } catch (error) {
      return fault('BadSignature', `the key ${key} may not sign: ${textOf(error)}`);
    }
    const ends = [
      await certificate.getExpirationTime(undefined, config),
      subkey === undefined ? Infinity : await subkey.getExpirationTime(AT_ANY_TIME, config),
    ];
    if (signing !== held || ends.includes(null)) return fault('BadSignature', `the key ${key} may not sign`);
    return {
      ok: true,
      certificate: key,
      signedWith,
      material,
      packet: held.keyPacket,
      from: Math.max(...packets.map(({ created }) => created.getTime())),
      until: Math.min(...ends.map(Number)),
    };
  }
}

/** When a signature that is mathematically right counts. */
function validityOf({ certificate, from, until }: SigningKey, packet: SignaturePacket): Validity {
  const signedAt = packet.created?.getTime() ?? Number.NaN;
  return { key: certificate, signedAt, from, until, expiresAt: Number(packet.getExpirationTime()) };
}

// A modulus whose first bit is not set has one bit less than it was made with.
const LEAST_RSA_BITS = 2047;

function isWeak(packet: Key['keyPacket'] | Subkey['keyPacket']): boolean {
  const { algorithm, bits, curve } = packet.getAlgorithmInfo();
  if (algorithm.startsWith('rsa')) return (bits ?? 0) < LEAST_RSA_BITS;
  return algorithm === 'dsa' || algorithm === 'elgamal' || curve === 'secp256k1';
}

function fingerprintOf(key: Key | Subkey): string {
  return key.getFingerprint().toUpperCase();
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').toUpperCase();
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function fault(code: Fault['code'], message: string): Fault {
  return { ok: false, code, message };
}
