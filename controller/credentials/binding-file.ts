import { isAbsolute } from 'node:path';
import { Failure } from '#failure';
import { nearestName } from '#schemas';
import { CREDENTIAL_NAME, TRUST_LADDER, type CredentialBinding } from './binding.ts';
import { hostFault } from './hosts.ts';

/**
 * Checks what the operator's credentials file holds: `credentials:` and a list of bindings. `tls` may be left out and
 * is `verify` then.
 * Messages name fields and never repeat values: a password in the wrong field is still a password.
 * @throws {Failure} `CredentialBindingInvalid` with every fault.
 */
export function credentialBindingsOf(document: unknown, file: string): readonly CredentialBinding[] {
  const faults: string[] = [];
  const top = fieldsOf(document, 'the file', ['credentials'], faults);
  if (top !== null && !Array.isArray(top['credentials'])) faults.push('credentials: must be a list');
  const entries: readonly unknown[] = Array.isArray(top?.['credentials']) ? top['credentials'] : [];
  const bindings = entries.map((entry, index) => bindingOf(entry, `credentials[${index}]`, faults));
  const names = bindings.map((binding) => binding?.name ?? '');
  for (const [index, name] of names.entries()) {
    if (name !== '' && names.indexOf(name) < index)
      faults.push(`credentials[${index}].name: "${name}" stands there twice`);
  }
  if (faults.length > 0) {
    throw new Failure(
      'CredentialBindingInvalid',
      `${file} is not valid:\n${faults.map((each) => `- ${each}`).join('\n')}`,
    );
  }
  return bindings.filter((binding) => binding !== null);
}

type Fields = Readonly<Record<string, unknown>>;

function bindingOf(entry: unknown, path: string, faults: string[]): CredentialBinding | null {
  const fields = fieldsOf(entry, path, ['name', 'username', 'from', 'hosts', 'tls'], faults);
  if (fields === null) return null;
  const { username, hosts, tls = 'verify' } = fields;
  let { name } = fields;
  if (typeof name !== 'string' || !CREDENTIAL_NAME.test(name)) {
    faults.push(`${path}.name: must be a bare name of lower-case letters, digits and hyphens, at most 63`);
    name = '';
  }
  if (typeof username !== 'string' || username === '') faults.push(`${path}.username: must be the router's user name`);
  if (!TRUST_LADDER.some((trust) => trust === tls))
    faults.push(`${path}.tls: must be one of ${TRUST_LADDER.join(', ')}`);
  const listed: readonly unknown[] = Array.isArray(hosts) ? hosts : [];
  if (listed.length === 0) faults.push(`${path}.hosts: must list where the password may be sent; none means nowhere`);
  for (const [index, host] of listed.entries()) {
    const fault = hostFault(typeof host === 'string' ? host : '');
    if (fault !== null) faults.push(`${path}.hosts[${index}]: must be ${fault}`);
  }
  checkPlace(fields['from'], `${path}.from`, faults);
  return { name, username, from: fields['from'], hosts, tls } as CredentialBinding;
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
function fieldsOf(value: unknown, path: string, known: readonly string[], faults: string[]): Fields | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    faults.push(`${path}: must have ${known.join(', ')}`);
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
