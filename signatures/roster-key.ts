import { Failure } from '#failure';
import type { Person } from '#schemas';
import type { MaterialId } from './key-material.ts';
import { type Certificate, readCertificate } from './openpgp-certificate.ts';
import { readPublicKeyLine } from './ssh-key.ts';

/** A key as a roster gives it: its id, and the keys that it is made of. */
export interface RosterKey {
  /** `SHA256:…` of an SSH key, `OPENPGP:…` of a certificate. */
  readonly key: string;
  /** Every key in it, itself: a key that two people have in any form is one key. */
  readonly materials: readonly MaterialId[];
  /** What each id that it is known by stands for: all of a certificate, or one of its subkeys. */
  readonly ids: ReadonlyMap<string, readonly MaterialId[]>;
  readonly certificate: Certificate | null;
}

/** @throws {Failure} `KeyUnreadable` */
export function keyOfLine(line: string): RosterKey {
  const { fingerprint: key, material } = readPublicKeyLine(line);
  return { key, materials: [material], ids: new Map([[key, [material]]]), certificate: null };
}

/** @throws {Failure} `KeyUnreadable` */
export function keyOfCertificate(armoured: string): RosterKey {
  const certificate = readCertificate(armoured);
  const { key, keys } = certificate;
  const materials = [...new Set(keys.map(({ material }) => material))];
  const ids = new Map<string, readonly MaterialId[]>(keys.map(({ id, material }) => [id, [material]]));
  ids.set(key, materials);
  return { key, materials, ids, certificate };
}

/** The keys of a person that can be read. */
export function keysOfPerson({ keys = [], openpgp = [] }: Pick<Person, 'keys' | 'openpgp'>): readonly RosterKey[] {
  return [
    ...keys.flatMap((line) => readable(() => keyOfLine(line))),
    ...openpgp.flatMap((text) => readable(() => keyOfCertificate(text))),
  ];
}

function readable<T>(read: () => T): readonly T[] {
  try {
    return [read()];
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}
