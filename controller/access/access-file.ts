import type { AccessBinding, AccessRules, Issuer, KnownRole, OwnToken, Who } from './access-rules.ts';
import { documentOf, entriesOf, type Faults, type Field, fieldsOf, textOf, textsOf } from './checked-fields.ts';
import { deviceScopeOf } from './device-scope.ts';
import { GRANTABLE, type Permission, REQUESTS_PER_MINUTE, ROLES } from './permissions.ts';

/** What counts where the operator has no access file: no token at all. */
export const NO_RULES: AccessRules = { issuers: [], bindings: [], tokens: [], roles: knownRoles() };

/**
 * What the operator's access file says. Messages name lines and fields and never repeat a value: a token in the wrong
 * field is still a token. @throws {Failure} `AccessInvalid` with every fault.
 */
export function accessRulesOf(text: string, file: string): AccessRules {
  const { value, faults } = documentOf(text, file);
  const top = fieldsOf({ value, path: [] }, faults, [], ['issuers', 'bindings', 'tokens', 'roles']) ?? {};
  const roles = new Map([...knownRoles(), ...customRolesOf(top['roles'], faults)]);
  const issuers = entriesOf(top['issuers'], faults).map((entry) => issuerOf(entry, faults));
  noTwo(issuers, 'issuers', 'url', faults);
  const bindings = entriesOf(top['bindings'], faults).map((entry) => bindingOf(entry, issuers, roles, faults));
  const tokens = entriesOf(top['tokens'], faults).map((entry) => tokenOf(entry, roles, faults));
  noTwo(tokens, 'tokens', 'name', faults);
  noTwo(tokens, 'tokens', 'sha256', faults);
  faults.throwIfAny();
  return { issuers, bindings, tokens, roles };
}

function knownRoles(): ReadonlyMap<string, KnownRole> {
  return new Map(
    (Object.keys(ROLES) as (keyof typeof ROLES)[]).map((name) => [
      name,
      { name, permissions: new Set<Permission>(ROLES[name]), requestsPerMinute: REQUESTS_PER_MINUTE[name] },
    ]),
  );
}

function customRolesOf(field: Field | undefined, faults: Faults): readonly (readonly [string, KnownRole])[] {
  if (field === undefined) return [];
  const { value, path } = field;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    faults.add(path, 'must have the name of each role, and the list of what it allows');
    return [];
  }
  return Object.entries(value).flatMap(([name, allowed]: [string, unknown]) => {
    if (!NAME.test(name)) {
      faults.add(path, `has a role that is no name: ${A_NAME}`);
      return [];
    }
    const below = [...path, name];
    if (Object.hasOwn(ROLES, name)) faults.add(below, 'is the name of a role that is always there; choose another');
    const what = `must be some of ${GRANTABLE.join(', ')}; trust, revocations and credentials stay with the operator`;
    const permissions = textsOf({ value: allowed, path: below }, faults, what);
    for (const [index, each] of permissions.entries())
      if (each !== '' && !GRANTABLE.some((known) => known === each)) faults.add([...below, index], what);
    const role = {
      name,
      permissions: new Set(permissions as Permission[]),
      requestsPerMinute: REQUESTS_PER_MINUTE.custom,
    };
    return [[name, role] as const];
  });
}

function issuerOf(entry: Field, faults: Faults): Issuer {
  const fields = fieldsOf(
    entry,
    faults,
    ['url'],
    ['api', 'mcp', 'client', 'groups', 'alsoFor', 'loginScopes', 'scopesNeeded'],
  );
  const { url, api, mcp, client, groups, alsoFor, loginScopes, scopesNeeded } = fields ?? {};
  const audiences = {
    ...(api === undefined ? {} : { api: textOf(api, faults) }),
    ...(mcp === undefined ? {} : { mcp: textOf(mcp, faults) }),
  };
  const others = alsoFor === undefined ? [] : textsOf(alsoFor, faults, 'each must be a text');
  if (fields !== null) {
    if (api === undefined && mcp === undefined)
      faults.add(entry.path, 'must have api, mcp or both: the audience of its tokens');
    if (audiences.api !== undefined && audiences.api === audiences.mcp)
      faults.add([...entry.path, 'mcp'], 'must not be that of api: a token for one opens no door of the other');
    if (others.some((each) => each !== '' && (each === audiences.api || each === audiences.mcp)))
      faults.add([...entry.path, 'alsoFor'], 'must name audiences of others, not those of api and mcp');
  }
  if (scopesNeeded !== undefined && typeof scopesNeeded.value !== 'boolean')
    faults.add(scopesNeeded.path, 'must be true or false');
  return {
    url: issuerUrlOf(url, faults),
    audiences,
    alsoFor: others,
    groups: groups === undefined ? 'groups' : textOf(groups, faults, 'must be the name of a claim'),
    client: client === undefined ? null : textOf(client, faults, 'must be the id of a client'),
    loginScopes:
      loginScopes === undefined ? ['openid', 'offline_access'] : textsOf(loginScopes, faults, 'each must be a scope'),
    scopesNeeded: scopesNeeded?.value === true,
  };
}

function issuerUrlOf(field: Field | undefined, faults: Faults): string {
  const what = 'must be an https address, exactly as the tokens have it in iss: no user, query or fragment';
  const text = textOf(field, faults, what);
  if (field === undefined || text === '') return text;
  const url = URL.parse(text);
  const isPlain = url !== null && url.username === '' && url.password === '' && !/[?#@\s]/.test(text);
  if (!isPlain || !isSafeUrl(url)) faults.add(field.path, what);
  return text;
}

/** Whether nobody on the way can change what is read there: https, or this machine itself. */
export function isSafeUrl({ protocol, hostname }: URL): boolean {
  if (protocol === 'https:') return true;
  return protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

function bindingOf(
  entry: Field,
  issuers: readonly Issuer[],
  roles: ReadonlyMap<string, KnownRole>,
  faults: Faults,
): AccessBinding {
  const { who, role, devices, person } = fieldsOf(entry, faults, ['who', 'role', 'devices'], ['person']) ?? {};
  return {
    who: whoOf(who, issuers, faults),
    role: roleOf(role, roles, faults),
    devices: deviceScopeOf(devices, faults),
    person: person === undefined ? null : textOf(person, faults, 'must be a name in the Roster'),
  };
}

function whoOf(field: Field | undefined, issuers: readonly Issuer[], faults: Faults): Who {
  const fields = field === undefined ? null : fieldsOf(field, faults, [], ['issuer', 'groups', 'subjects']);
  const { issuer, groups, subjects } = fields ?? {};
  const who = {
    groups: groups === undefined ? [] : textsOf(groups, faults, 'each must be a group'),
    subjects: subjects === undefined ? [] : textsOf(subjects, faults, 'each must be the sub of a token'),
  };
  if (field !== undefined && fields !== null) {
    if ((groups === undefined) === (subjects === undefined))
      faults.add(field.path, 'must have groups or subjects, one of the two');
    if (issuer === undefined && issuers.length !== 1)
      faults.add(
        field.path,
        issuers.length === 0 ? 'means nobody: the file has no issuers' : 'must have issuer: there are several',
      );
  }
  const named = issuer === undefined ? issuers[0]?.url : textOf(issuer, faults, 'must be the url of one of issuers');
  if (issuer !== undefined && named !== '' && !issuers.some(({ url }) => url === named))
    faults.add(issuer.path, 'must be the url of one of issuers');
  return { issuer: named ?? '', ...who };
}

function tokenOf(entry: Field, roles: ReadonlyMap<string, KnownRole>, faults: Faults): OwnToken {
  const needed = ['name', 'sha256', 'for', 'expires', 'role', 'devices'];
  const { name, sha256, for: audience, expires, role, devices } = fieldsOf(entry, faults, needed) ?? {};
  const digest = 'must be the SHA-256 of the token, 64 hexadecimal digits in lower case, never the token itself';
  return {
    name: textOf(name, faults, `must be a name: ${A_NAME}`, NAME),
    sha256: textOf(sha256, faults, digest, /^[0-9a-f]{64}$/),
    audience: textOf(audience, faults, 'must be api or mcp', /^(api|mcp)$/) as OwnToken['audience'],
    expiresAt: instantOf(expires, faults),
    role: roleOf(role, roles, faults),
    devices: deviceScopeOf(devices, faults),
  };
}

/** A day ends as it begins: at 0:00 UTC the token counts no more. */
function instantOf(field: Field | undefined, faults: Faults): number {
  const what = 'must be a day, YYYY-MM-DD, or a time, YYYY-MM-DDTHH:MM:SSZ';
  const text = textOf(field, faults, what, /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z)?$/);
  const instant = Date.parse(text);
  const isReal = !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(text.replace('Z', ''));
  if (field !== undefined && text !== '' && !isReal) faults.add(field.path, what);
  return isReal ? instant : 0;
}

function roleOf(field: Field | undefined, roles: ReadonlyMap<string, KnownRole>, faults: Faults): KnownRole {
  const what = `must be one of ${[...roles.keys()].join(', ')}`;
  const name = textOf(field, faults, what);
  const role = roles.get(name);
  if (field !== undefined && name !== '' && role === undefined) faults.add(field.path, what);
  return role ?? { name, permissions: new Set(), requestsPerMinute: 0 };
}

const NAME = /^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?$/;
const A_NAME = 'lower-case letters, digits, hyphens and underscores, at most 63';

function noTwo<Name extends string>(
  entries: readonly Readonly<Record<Name, string>>[],
  list: string,
  name: Name,
  faults: Faults,
): void {
  const seen = new Set<string>();
  for (const [index, { [name]: value }] of entries.entries()) {
    if (value !== '' && seen.has(value)) faults.add([list, index, name], 'stands there twice');
    seen.add(value);
  }
}
