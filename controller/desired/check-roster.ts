import { Buffer } from 'node:buffer';
import type { Person, Roster } from '#schemas';
import { partOf } from './doubt.ts';
import type { Fault } from './fault.ts';
import type { Declared } from './inventory.ts';
import { faultAt, placeOf } from './report.ts';

/** Faults of rosters (approval.md §2): more than one, a person or a key given twice, a key that is not what it says. */
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
    for (const [keyIndex, key] of (Array.isArray(person.keys) ? person.keys : []).entries()) {
      const keyPath = [...path, 'keys', keyIndex];
      if (!roster.clean(keyPath)) continue;
      const [type = '', body = ''] = key.split(' ');
      const holder = holders.get(body);
      if (holder !== undefined) {
        faults.push(
          faultAt(roster, keyPath, `this key belongs to ${JSON.stringify(holder)} already`, 'a key is one person'),
        );
      }
      holders.set(body, person.name);
      if (typeInside(body) !== type) {
        faults.push(
          faultAt(roster, keyPath, `the key inside is no ${type} key`, 'copy the whole line of the .pub file'),
        );
      }
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

/** An SSH key blob begins with the name of its type, after a length of four bytes (RFC 4253 §6.6). */
function typeInside(body: string): string {
  const blob = Buffer.from(body, 'base64');
  return blob.length < 4 ? '' : blob.toString('latin1', 4, 4 + blob.readUInt32BE(0));
}
