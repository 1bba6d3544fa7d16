import { keysOfPerson } from '#signatures';
import type { ControlBody, ControlChange } from './control-plan.ts';

/** A key that a control plan gives to somebody or takes from them, by its fingerprint. */
export interface KeyChange {
  readonly person: string;
  /** `SHA256:…` as ssh-keygen prints it, `OPENPGP:…` with the fingerprint of a certificate or of a subkey. */
  readonly key: string;
  readonly change: 'added' | 'removed';
}

/** Where a device is reached and with what. */
export interface Contact {
  readonly address: string;
  readonly credentialsRef: string;
  readonly tls: string;
  /** Of the certificate; null: none is pinned. */
  readonly fingerprint: string | null;
}

/** A device that is reached otherwise, or for the first time. */
export interface ContactChange {
  readonly device: string;
  /** Null: it is new. */
  readonly before: Contact | null;
  readonly after: Contact;
}

/** Whose keys come and go with a control plan; of what is no roster and no key nothing. */
export function keyChangesOf({ changes }: Pick<ControlBody, 'changes'>): readonly KeyChange[] {
  const rosters = changes.filter(({ kind }) => kind === 'Roster');
  const [before, after] = [
    rosters.flatMap((each) => keysIn(each.before)),
    rosters.flatMap((each) => keysIn(each.after)),
  ];
  const beside = (all: readonly Held[], { person, key }: Held): boolean =>
    all.some((other) => other.person === person && other.key === key);
  return [
    ...after.filter((each) => !beside(before, each)).map((each) => ({ ...each, change: 'added' as const })),
    ...before.filter((each) => !beside(after, each)).map((each) => ({ ...each, change: 'removed' as const })),
  ];
}

type Held = Pick<KeyChange, 'person' | 'key'>;

function keysIn(content: unknown): readonly Held[] {
  return listIn(fieldOf(fieldOf(content, 'spec'), 'people')).flatMap((person) => {
    const [name, keys, openpgp] = ['name', 'keys', 'openpgp'].map((field) => fieldOf(person, field));
    if (typeof name !== 'string') return [];
    const held = keysOfPerson({ keys: listIn(keys).filter(isText), openpgp: listIn(openpgp).filter(isText) });
    // Each subkey of a certificate can sign too.
    return [...new Set(held.flatMap(({ ids }) => [...ids.keys()]))].map((key) => ({ person: name, key }));
  });
}

/** Devices that a control plan has reached at another address, with other credentials or another certificate. */
export function contactChangesOf({ changes }: Pick<ControlBody, 'changes'>): readonly ContactChange[] {
  return changes.flatMap((change) => contactChangeOf(change) ?? []);
}

/** The same of one object; null: nothing of that changes. */
export function contactChangeOf({ kind, name, before, after }: ControlChange): ContactChange | null {
  const [was, is] = kind === 'RouterDevice' ? [contactIn(before), contactIn(after)] : [null, null];
  return is === null || JSON.stringify(was) === JSON.stringify(is) ? null : { device: name, before: was, after: is };
}

function contactIn(content: unknown): Contact | null {
  const spec = fieldOf(content, 'spec');
  const tls = fieldOf(spec, 'tls');
  const [address, credentialsRef] = [fieldOf(spec, 'address'), fieldOf(spec, 'credentialsRef')];
  if (!isText(address) || !isText(credentialsRef)) return null;
  const [mode, fingerprint] = [fieldOf(tls, 'mode'), fieldOf(tls, 'fingerprint')];
  return {
    address,
    credentialsRef,
    tls: isText(mode) ? mode : 'verify',
    fingerprint: isText(fingerprint) ? fingerprint : null,
  };
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
