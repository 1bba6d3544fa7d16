import type { Roster } from '#schemas';
import { type OpenPgpKeys, openPgpKeysOf } from './openpgp.ts';
import type { Certificate } from './openpgp-certificate.ts';
import type { MaterialId } from './key-material.ts';
import type { RawCommit } from './raw-commit.ts';
import { keysOfPerson } from './roster-key.ts';
import { checkSshSignature, readSshSignature } from './sshsig.ts';
import { statementOf } from './statement.ts';
import type { SignatureFault, SignatureVerdict, Unproven, Validity } from './verdict.ts';
import type { Signer, SignedBy } from './signer.ts';

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
  /** By the keys themselves, those of certificates and their subkeys too: who can sign with it. */
  holdersOf(): ReadonlyMap<MaterialId, string>;
  /** The keys themselves that an id of a certificate or (sub)key stands for. */
  materialsOf(id: string): readonly MaterialId[];
  openPgp(): Promise<OpenPgpKeys>;
}

const KEYS_OF = new WeakMap<Roster, RosterKeys>();
const NO_KEYS = rosterKeys([]);

/**
 * The key ring of a roster; null: nobody has a key. Costs nothing until it is asked, and one roster's keys are read
 * once.
 */
export function keyRingOf(roster: Roster | null, revoked: ReadonlySet<string>): KeyRing {
  if (roster === null) return { keys: NO_KEYS, revoked };
  const keys = KEYS_OF.get(roster) ?? rosterKeys(roster.spec.people);
  KEYS_OF.set(roster, keys);
  return { keys, revoked };
}

/**
 * Whose key this is now, by its id; null when it is nobody's, or when it, or what of it signed, was revoked by the
 * operator under whatever name.
 */
export function signerOf(ring: KeyRing, by: SignedBy): Signer | null {
  return revokedAmong(ring, by) === null ? (ring.keys.holders().get(by.key) ?? null) : null;
}

function revokedAmong({ revoked, keys }: KeyRing, { key, signedWith, material }: SignedBy): string | null {
  const named = [key, signedWith, material].find((id) => revoked.has(id));
  if (named !== undefined) return named;
  // The same key revoked in another form.
  return [...revoked].find((id) => keys.materialsOf(id).includes(material)) ?? null;
}

/** Everybody with a key that stands, once each. */
export function peopleIn({ keys, revoked }: KeyRing): readonly Pick<Signer, 'person' | 'roles'>[] {
  const people = new Map<string, Pick<Signer, 'person' | 'roles'>>();
  for (const [key, { person, roles }] of keys.holders()) if (!revoked.has(key)) people.set(person, { person, roles });
  return [...people.values()];
}

/** What a commit's signature proves, by the keys of the ring. */
export async function verifyCommit(commit: RawCommit, ring: KeyRing): Promise<SignatureVerdict> {
  if (commit.signature === null) return fault('Unsigned', 'it is not signed');
  return commit.signature.startsWith('-----BEGIN SSH')
    ? verifySsh(commit.signature, commit.signedPayload, ring)
    : await verifyOpenPgp(commit.signature, commit.signedPayload, ring);
}

function verifySsh(armoured: string, payload: Uint8Array, ring: KeyRing): SignatureVerdict {
  const reading = readSshSignature(armoured);
  if (!reading.ok) return fault('BadSignature', reading.message);
  const { fingerprint, material } = reading.signature.key;
  const signed = statementBy({ key: fingerprint, signedWith: fingerprint, material }, payload, ring, null);
  if (!signed.ok) return signed;
  const verification = checkSshSignature(reading.signature, payload, 'git');
  return verification.ok ? signed : fault(verification.code, verification.message);
}

async function verifyOpenPgp(armoured: string, payload: Uint8Array, ring: KeyRing): Promise<SignatureVerdict> {
  const keys = await ring.keys.openPgp();
  const verification = await keys.verify(armoured, payload);
  return verification.ok
    ? statementBy(verification, payload, ring, verification.validity)
    : fault(verification.code, verification.message);
}

/** Whose statement it is, if the signature holds. */
function statementBy(by: SignedBy, payload: Uint8Array, ring: KeyRing, validity: Validity | null): SignatureVerdict {
  const { key, signedWith, material } = by;
  const gone = revokedAmong(ring, by);
  if (gone !== null) return fault('KeyRevoked', `it is signed with ${gone}, which the operator revoked`);
  const signer = signerOf(ring, by);
  if (signer === null) return fault('UnknownKey', `it is signed with ${key}, which is nobody's in the roster`);
  return { ok: true, signer, signedWith, material, statement: statementOf(payload, material), validity };
}

function rosterKeys(people: Roster['spec']['people']): RosterKeys {
  let read: ReadKeys | undefined;
  let openPgp: Promise<OpenPgpKeys> | undefined;
  const reading = (): ReadKeys => (read ??= readKeys(people));
  return {
    holders: () => reading().holders,
    holdersOf: () => reading().holdersOf,
    materialsOf: (id) => reading().materials.get(id) ?? [],
    openPgp: async () => await (openPgp ??= openPgpKeysOf(reading().certificates)),
  };
}

interface ReadKeys {
  readonly holders: ReadonlyMap<string, Signer>;
  readonly holdersOf: ReadonlyMap<MaterialId, string>;
  readonly materials: ReadonlyMap<string, readonly MaterialId[]>;
  readonly certificates: readonly Certificate[];
}

/** A roster in force has no key that is unreadable or given twice; should one slip through, it is nobody's. */
function readKeys(listed: Roster['spec']['people']): ReadKeys {
  const given = listed.flatMap((person) =>
    keysOfPerson(person).map((key) => ({ ...key, person: person.name, roles: person.roles })),
  );
  const people = new Map<MaterialId, Set<string>>();
  const times = new Map<string, number>();
  for (const { key, materials, person } of given) {
    times.set(key, (times.get(key) ?? 0) + 1);
    for (const each of materials) people.set(each, (people.get(each) ?? new Set()).add(person));
  }
  const once = given.filter(
    ({ key, materials }) => times.get(key) === 1 && materials.every((each) => people.get(each)?.size === 1),
  );
  return {
    holders: new Map(once.map(({ person, roles, key }) => [key, { person, roles, key }])),
    holdersOf: new Map(once.flatMap(({ person, materials }) => materials.map((each) => [each, person] as const))),
    materials: new Map(given.flatMap(({ ids }) => [...ids])),
    certificates: once.flatMap(({ certificate }) => (certificate === null ? [] : [certificate])),
  };
}

function fault(code: SignatureFault, message: string): Unproven {
  return { ok: false, code, message };
}
