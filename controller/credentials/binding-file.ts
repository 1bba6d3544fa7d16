import { isAbsolute } from 'node:path';
import { Failure } from '#failure';
import { nearestName } from '#schemas';
import {
  CREDENTIAL_NAME,
  readNameOf,
  TRUST_LADDER,
  type CredentialBinding,
  type ReadLogin,
  type SecretBinding,
} from './binding.ts';
import { hostFault } from './hosts.ts';

/** What the operator's credentials file holds. */
export interface Bindings {
  readonly credentials: readonly CredentialBinding[];
  readonly secrets: readonly SecretBinding[];
}

/**
 * Checks what the operator's credentials file holds: `credentials:` and a list of bindings, and `secrets:` with those of
 * what sections name by `secretRef`. `tls` may be left out and is `verify` then.
 * Messages name fields and never repeat values: a password in the wrong field is still a password.
 * @throws {Failure} `CredentialBindingInvalid` with every fault.
 */
export function bindingsOf(document: unknown, file: string): Bindings {
  const faults: string[] = [];
  const top = fieldsOf(document, 'the file', ['credentials', 'secrets'], faults, ['credentials']);
  if (top !== null && !Array.isArray(top['credentials'])) faults.push('credentials: must be a list');
  if (top?.['secrets'] !== undefined && !Array.isArray(top['secrets'])) faults.push('secrets: must be a list');
  const entriesOf = (name: string): readonly unknown[] => (Array.isArray(top?.[name]) ? top[name] : []);
  const credentials = entriesOf('credentials').map((entry, index) =>
    credentialOf(entry, `credentials[${index}]`, faults),
  );
  const secrets = entriesOf('secrets').map((entry, index) => secretOf(entry, `secrets[${index}]`, faults));
  const taken = new Set<string>();
  for (const [list, bindings] of Object.entries({ credentials, secrets })) {
    for (const [index, { name }] of bindings.entries()) {
      // The store keeps the values of both under their names.
      if (name !== '' && taken.has(name)) faults.push(`${list}[${index}].name: "${name}" stands there twice`);
      taken.add(name);
    }
  }
  for (const [index, { name, read }] of credentials.entries()) {
    if (read === undefined || !('store' in read.from)) continue;
    const kept = readNameOf(name);
    if (!CREDENTIAL_NAME.test(kept)) faults.push(`credentials[${index}].name: is too long for ${kept} in the store`);
    if (taken.has(kept))
      faults.push(`credentials[${index}].read.from: the store keeps it under "${kept}", which another entry has`);
  }
  if (faults.length > 0) {
    throw new Failure(
      'CredentialBindingInvalid',
      `${file} is not valid:\n${faults.map((each) => `- ${each}`).join('\n')}`,
    );
  }
  return { credentials, secrets };
}

/** @throws {Failure} as `bindingsOf` */
export function credentialBindingsOf(document: unknown, file: string): readonly CredentialBinding[] {
  return bindingsOf(document, file).credentials;
}

type Fields = Readonly<Record<string, unknown>>;

function credentialOf(entry: unknown, path: string, faults: string[]): CredentialBinding {
  const needed = ['name', 'username', 'from', 'hosts', 'tls'];
  const fields = fieldsOf(entry, path, [...needed, 'read'], faults, needed);
  if (fields === null) return { name: '' } as CredentialBinding;
  const { username } = fields;
  const checked = checkedOf(fields, path, TRUST_LADDER, faults);
  checkUsername(username, path, faults);
  const read = fields['read'] === undefined ? null : readLoginOf(fields['read'], `${path}.read`, username, faults);
  return { ...checked, username, ...(read === null ? {} : { read }) } as CredentialBinding;
}

function readLoginOf(entry: unknown, path: string, writer: unknown, faults: string[]): ReadLogin | null {
  const fields = fieldsOf(entry, path, ['username', 'from'], faults);
  if (fields === null) return null;
  const { username, from } = fields;
  checkUsername(username, path, faults);
  // RouterOS runs one user's requests one after the other, and this one could write.
  if (username === writer) faults.push(`${path}.username: must be another user than the one that writes`);
  const before = faults.length;
  checkPlace(from, `${path}.from`, faults);
  return faults.length === before ? ({ username, from } as ReadLogin) : null;
}

function checkUsername(username: unknown, path: string, faults: string[]): void {
  if (typeof username !== 'string' || username === '') faults.push(`${path}.username: must be the router's user name`);
}

function secretOf(entry: unknown, path: string, faults: string[]): SecretBinding {
  const fields = fieldsOf(entry, path, ['name', 'from', 'hosts', 'tls'], faults);
  if (fields === null) return { name: '' } as SecretBinding;
  const checked: Fields = checkedOf(fields, path, TRUST_LADDER.slice(0, -1), faults);
  return { ...checked } as unknown as SecretBinding;
}

function checkedOf(
  { name: given, from, hosts, tls = 'verify' }: Fields,
  path: string,
  ladder: readonly string[],
  faults: string[],
): Fields & { readonly name: string } {
  const isName = typeof given === 'string' && CREDENTIAL_NAME.test(given);
  if (!isName) faults.push(`${path}.name: must be a bare name of lower-case letters, digits and hyphens, at most 63`);
  if (!ladder.some((trust) => trust === tls)) faults.push(`${path}.tls: must be one of ${ladder.join(', ')}`);
  const listed: readonly unknown[] = Array.isArray(hosts) ? hosts : [];
  if (listed.length === 0) faults.push(`${path}.hosts: must list where the password may be sent; none means nowhere`);
  for (const [index, host] of listed.entries()) {
    const fault = hostFault(typeof host === 'string' ? host : '');
    if (fault !== null) faults.push(`${path}.hosts[${index}]: must be ${fault}`);
  }
  checkPlace(from, `${path}.from`, faults);
  return { name: isName ? given : '', from, hosts, tls };
}

function checkPlace(from: unknown, path: string, faults: string[]): void {
  const place = fieldsOf(from, path, ['env', 'file', 'store'], faults);
  if (place === null) return;
  if (Object.keys(place).length !== 1) faults.push(`${path}: must have exactly one of env, file and store`);
  const { env, file, store } = place;
  if (env !== undefined && !(typeof env === 'string' && /^[A-Za-z_][A-Za-z0-9_]*$/.test(env))) {
    faults.push(`${path}.env: must be the name of an environment variable`);
  }
  if (file !== undefined && !(typeof file === 'string' && isAbsolute(file))) {
    faults.push(`${path}.file: must be an absolute path`);
  }
  if (store !== undefined && store !== true) faults.push(`${path}.store: must be true`);
}

/** The value as an object; anything else, and any field that is not known, is a fault. */
function fieldsOf(
  value: unknown,
  path: string,
  known: readonly string[],
  faults: string[],
  needed: readonly string[] = known,
): Fields | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    faults.push(`${path}: must have ${needed.join(', ')}`);
    return null;
  }
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  if (unknown.length > 0) {
    const names = unknown.map((name) => unknownName(name, known)).join(', ');
    const word = unknown.length === 1 ? 'an unknown field' : `${String(unknown.length)} unknown fields`;
    faults.push(`${path}: has ${word}: ${names}; known are ${known.join(', ')}`);
  }
  return value as Fields;
}

/** A name is told; what does not look like one may be a password that slipped to the left of its colon. */
function unknownName(name: string, known: readonly string[]): string {
  if (!/^[A-Za-z][A-Za-z_-]{0,31}$/.test(name)) return 'one whose name is kept back';
  const nearest = nearestName(name, known);
  return nearest === undefined ? `"${name}"` : `"${name}" (did you mean "${nearest}"?)`;
}
