import { Failure } from '#routeros';
import type { Roster } from '#schemas';
import type { Instant } from '../ports.ts';
import { type OpenPgpKeys, openPgpKeysOf } from './openpgp.ts';
import { type Certificate, readCertificate } from './openpgp-certificate.ts';
import type { RawCommit } from './raw-commit.ts';
import { readPublicKeyLine } from './ssh-key.ts';
import { checkSshSignature, readSshSignature } from './sshsig.ts';
import type { SignatureFault, SignatureVerdict } from './verdict.ts';
import type { Signer } from '../trust-records.ts';

/** The keys of one roster less those that the operator revoked. */
export interface KeyRing {
  readonly keys: RosterKeys;
  /** Key ids; they beat the roster. */
  readonly revoked: ReadonlySet<string>;
}

/** Whose keys a roster names. */
export interface RosterKeys {
  /** By key id. */
  holders(): ReadonlyMap<string, Signer>;
  openPgp(): Promise<OpenPgpKeys>;
}

const KEYS_OF = new WeakMap<Roster, RosterKeys>();
const NO_KEYS = rosterKeys([]);

/** The key ring of a roster; null: nobody has a key. Costs nothing until it is asked, and one roster's keys are read once. */
export function keyRingOf(roster: Roster | null, revoked: ReadonlySet<string>): KeyRing {
  if (roster === null) return { keys: NO_KEYS, revoked };
  const keys = KEYS_OF.get(roster) ?? rosterKeys(roster.spec.people);
  KEYS_OF.set(roster, keys);
  return { keys, revoked };
}

/** Whose key this is now, by its id; null when it is nobody's, or when it or the subkey of it that signed was revoked by the operator. */
export function signerOf(ring: KeyRing, key: string, signedWith: string): Signer | null {
  if (ring.revoked.has(key) || ring.revoked.has(signedWith)) return null;
  return ring.keys.holders().get(key) ?? null;
}

/** Everybody with a key that stands, once each. */
export function peopleIn({ keys, revoked }: KeyRing): readonly Pick<Signer, 'person' | 'roles'>[] {
  const people = new Map<string, Pick<Signer, 'person' | 'roles'>>();
  for (const [key, { person, roles }] of keys.holders()) if (!revoked.has(key)) people.set(person, { person, roles });
  return [...people.values()];
}

/** What a commit's signature proves, by the keys of the ring, at the time when the controller first saw the commit. */
export async function verifyCommit(commit: RawCommit, ring: KeyRing, firstSeenAt: Instant): Promise<SignatureVerdict> {
  if (commit.signature === null) return fault('Unsigned', 'it is not signed');
  return commit.signature.startsWith('-----BEGIN SSH')
    ? verifySsh(commit.signature, commit.signedPayload, ring)
    : await verifyOpenPgp(commit.signature, commit.signedPayload, ring, firstSeenAt);
}

function verifySsh(armoured: string, payload: Uint8Array, ring: KeyRing): SignatureVerdict {
  const reading = readSshSignature(armoured);
  if (!reading.ok) return fault('BadSignature', reading.message);
  const { fingerprint } = reading.signature.key;
  if (ring.revoked.has(fingerprint)) return revoked(fingerprint);
  const signer = signerOf(ring, fingerprint, fingerprint);
  if (signer === null) return unknown(fingerprint);
  const verification = checkSshSignature(reading.signature, payload, 'git');
  if (!verification.ok) return fault(verification.code, verification.message);
  return { ok: true, signer, signedWith: fingerprint, signedAt: null };
}

async function verifyOpenPgp(
  armoured: string,
  payload: Uint8Array,
  ring: KeyRing,
  firstSeenAt: Instant,
): Promise<SignatureVerdict> {
  const keys = await ring.keys.openPgp();
  const verification = await keys.verify(armoured, payload, firstSeenAt);
  if (!verification.ok) return fault(verification.code, verification.message);
  const { key, signedWith, signedAt } = verification;
  const gone = [key, signedWith].find((id) => ring.revoked.has(id));
  if (gone !== undefined) return revoked(gone);
  const signer = signerOf(ring, key, signedWith);
  return signer === null ? unknown(key) : { ok: true, signer, signedWith, signedAt };
}

function rosterKeys(people: Roster['spec']['people']): RosterKeys {
  let read:
    | { readonly holders: ReadonlyMap<string, Signer>; readonly certificates: readonly Certificate[] }
    | undefined;
  let openPgp: Promise<OpenPgpKeys> | undefined;
  const reading = (): NonNullable<typeof read> => (read ??= readKeys(people));
  return {
    holders: () => reading().holders,
    openPgp: async () => await (openPgp ??= openPgpKeysOf(reading().certificates)),
  };
}

/** A roster in force has no key that is unreadable or given twice; should one slip through, it is nobody's. */
function readKeys(people: Roster['spec']['people']): {
  readonly holders: ReadonlyMap<string, Signer>;
  readonly certificates: readonly Certificate[];
} {
  const holders = new Map<string, Signer>();
  const certificates: Certificate[] = [];
  const twice = new Set<string>();
  for (const { name: person, roles, keys, openpgp } of people) {
    const read = (openpgp ?? []).flatMap((armoured) => readable(() => readCertificate(armoured)));
    certificates.push(...read);
    const ids = [
      ...(keys ?? []).flatMap((line) => readable(() => readPublicKeyLine(line).fingerprint)),
      ...read.map(({ key }) => key),
    ];
    for (const key of ids) {
      if (holders.has(key)) twice.add(key);
      holders.set(key, { person, roles, key });
    }
  }
  for (const key of twice) holders.delete(key);
  return { holders, certificates: certificates.filter(({ key }) => !twice.has(key)) };
}

function readable<T>(read: () => T): readonly T[] {
  try {
    return [read()];
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}

function unknown(key: string): SignatureVerdict {
  return fault('UnknownKey', `it is signed with ${key}, which is nobody's in the roster`);
}

function revoked(key: string): SignatureVerdict {
  return fault('KeyRevoked', `it is signed with ${key}, which the operator revoked`);
}

function fault(code: SignatureFault, message: string): SignatureVerdict {
  return { ok: false, code, message };
}
