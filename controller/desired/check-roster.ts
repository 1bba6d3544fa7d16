import { Failure } from '#failure';
import type { Person, Roster } from '#schemas';
import type { MaterialId } from '#signatures';
import { keyOfCertificate, keyOfLine, type RosterKey } from '#signatures';
import type { Diagnostic, FieldPath } from './diagnostic.ts';
import type { Located } from './inventory.ts';
import { faultAt, placeOf } from './report.ts';

/** Faults of rosters (approval.md §2): more than one, a person or a key given twice, a key that does not count. */
export function rosterFaults(rosters: readonly Located<Roster>[]): readonly Diagnostic[] {
  const [first, ...more] = rosters;
  if (first === undefined) return [];
  const faults = more.map((roster) => {
    const message = 'there is one Roster for the whole repository';
    return faultAt(roster, ['kind'], message, `the first one is at ${placeOf(first, ['kind'])}`);
  });
  return [...faults, ...rosters.flatMap(faultsOfRoster)];
}

function faultsOfRoster(roster: Located<Roster>): readonly Diagnostic[] {
  const faults: Diagnostic[] = [];
  const names = new Set<string>();
  const holders = new Map<MaterialId, string>();
  const given = new Set<string>();
  for (const [index, person] of roster.document.spec.people.entries()) {
    const path = ['spec', 'people', index];
    if (names.has(person.name)) {
      faults.push(
        faultAt(roster, [...path, 'name'], `${JSON.stringify(person.name)} is listed twice`, 'keep one entry'),
      );
    }
    names.add(person.name);
    for (const { keyPath, read } of keysOf(person, path)) {
      const key = read();
      if (key instanceof Failure) {
        faults.push(faultAt(roster, keyPath, key.message));
        continue;
      }
      const held = key.materials.flatMap((each) => holders.get(each) ?? []);
      // Somebody's own key may stand there in two forms, as SSH key and in a certificate.
      const holder = given.has(key.key) ? held[0] : held.find((name) => name !== person.name);
      if (holder !== undefined) {
        faults.push(
          faultAt(roster, keyPath, `this key belongs to ${JSON.stringify(holder)} already`, 'a key is one person'),
        );
      }
      given.add(key.key);
      for (const each of key.materials) holders.set(each, person.name);
    }
  }
  return faults;
}

interface DeclaredKey {
  readonly keyPath: FieldPath;
  /** The key, or what is wrong with it. */
  readonly read: () => RosterKey | Failure;
}

function keysOf(person: Person, path: FieldPath): readonly DeclaredKey[] {
  return [
    ...declaredIn(person.keys, [...path, 'keys'], keyOfLine),
    ...declaredIn(person.openpgp, [...path, 'openpgp'], keyOfCertificate),
  ];
}

function declaredIn(
  texts: readonly string[] = [],
  path: FieldPath,
  keyOf: (text: string) => RosterKey,
): readonly DeclaredKey[] {
  return texts.map((text, index) => ({
    keyPath: [...path, index],
    read: () => {
      try {
        return keyOf(text);
      } catch (error) {
        if (error instanceof Failure) return error;
        throw error;
      }
    },
  }));
}
