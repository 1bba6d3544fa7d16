import { Failure } from '#routeros';
import type { Person, Roster } from '#schemas';
import { readCertificate } from '../signatures/openpgp-certificate.ts';
import { readPublicKeyLine } from '../signatures/ssh-key.ts';
import { partOf } from './doubt.ts';
import type { Fault, FieldPath } from './fault.ts';
import type { Declared } from './inventory.ts';
import { faultAt, placeOf } from './report.ts';

/** Faults of rosters (approval.md §2): more than one, a person or a key given twice, a key that does not count. */
export function rosterFaults(rosters: readonly Declared<Roster>[]): readonly Fault[] {
  const [first, ...more] = rosters;
  if (first === undefined) return [];
  const faults = more.map((roster) => {
    const message = 'there is one Roster for the whole repository';
    return faultAt(roster, ['kind'], message, `the first one is at ${placeOf(first, ['kind'])}`);
  });
  return [...faults, ...rosters.flatMap(faultsOfRoster)];
}

function faultsOfRoster(roster: Declared<Roster>): readonly Fault[] {
  const faults: Fault[] = [];
  const names = new Set<string>();
  const holders = new Map<string, string>();
  for (const [index, person] of peopleIn(roster).entries()) {
    const path = ['spec', 'people', index];
    if (!roster.clean([...path, 'name'])) continue;
    if (names.has(person.name)) {
      faults.push(
        faultAt(roster, [...path, 'name'], `${JSON.stringify(person.name)} is listed twice`, 'keep one entry'),
      );
    }
    names.add(person.name);
    for (const { keyPath, read } of keysOf(person, path)) {
      if (!roster.clean(keyPath)) continue;
      const key = read();
      if (key instanceof Failure) {
        faults.push(faultAt(roster, keyPath, key.message));
        continue;
      }
      const holder = holders.get(key);
      if (holder !== undefined) {
        faults.push(
          faultAt(roster, keyPath, `this key belongs to ${JSON.stringify(holder)} already`, 'a key is one person'),
        );
      }
      holders.set(key, person.name);
    }
  }
  return faults;
}

/** Everybody, when the roster is sure to name them all; null otherwise. */
export function everybodyIn(rosters: readonly Declared<Roster>[]): readonly Person[] | null {
  const [roster, ...more] = rosters;
  if (roster === undefined || more.length > 0) return null;
  const people = peopleIn(roster);
  const sure = people.every((_, index) =>
    ['name', 'roles'].every((field) => roster.clean(['spec', 'people', index, field])),
  );
  return sure && roster.clean(['spec', 'people', people.length]) ? people : null;
}

function peopleIn(roster: Declared<Roster>): readonly Person[] {
  const people = partOf(roster.document, ['spec', 'people']);
  return Array.isArray(people) ? (people as readonly Person[]) : [];
}

interface DeclaredKey {
  readonly keyPath: FieldPath;
  /** The key's id, or what is wrong with it. */
  readonly read: () => string | Failure;
}

function keysOf(person: Person, path: FieldPath): readonly DeclaredKey[] {
  return [
    ...declaredIn(person.keys, [...path, 'keys'], (line) => readPublicKeyLine(line).fingerprint),
    ...declaredIn(person.openpgp, [...path, 'openpgp'], (armoured) => readCertificate(armoured).key),
  ];
}

function declaredIn(field: unknown, path: FieldPath, idOf: (text: string) => string): readonly DeclaredKey[] {
  return (Array.isArray(field) ? (field as readonly string[]) : []).map((text, index) => ({
    keyPath: [...path, index],
    read: () => {
      try {
        return idOf(text);
      } catch (error) {
        if (error instanceof Failure) return error;
        throw error;
      }
    },
  }));
}
