/** What the controller does on a router, and the policies that takes (routeros-rest.md §1.1). */
export const NEEDED_POLICIES = ['read', 'write', 'api', 'rest-api', 'test'] as const;

/** What a user needs that only reads, and tries things from the router: nothing else. */
export const READ_POLICIES = ['read', 'test', 'api', 'rest-api'] as const;

/** The rest of RouterOS' vocabulary, denied by name: `set policy=` only adds (routeros-rest.md §1.1). */
const DENIED_POLICIES = [
  'write',
  'local',
  'telnet',
  'ssh',
  'ftp',
  'reboot',
  'policy',
  'winbox',
  'password',
  'web',
  'sniff',
  'sensitive',
  'romon',
] as const;

/** Secrets of rows can be compared and rotated only by who reads them (routeros-rest.md §5.15). */
const FOR_SECRETS = 'sensitive';

/** What it takes on a router whose sections name these secrets. */
export function neededPolicies(secrets: readonly string[]): readonly string[] {
  return secrets.length === 0 ? NEEDED_POLICIES : [...NEEDED_POLICIES, FOR_SECRETS];
}

/** The user that only reads, where the credentials name no other, and its group. */
export const READER = 'gitops-read';

/** The same as `accountCommands` for the user that only reads. */
export function readerCommands(user: string): string {
  return accountCommands(user, READ_POLICIES, READER);
}

/**
 * The RouterOS commands that make the right group and user, where these policies are needed. The password is for the
 * operator to fill in.
 */
export function accountCommands(
  user: string,
  needed: readonly string[] = NEEDED_POLICIES,
  group: string = 'gitops',
): string {
  const denied = DENIED_POLICIES.filter((policy) => !needed.includes(policy));
  const policies = [...needed, ...denied.map((policy) => `!${policy}`)].join(',');
  const name = /^[A-Za-z0-9_-]+$/.test(user) ? user : `"${user.replaceAll(/[\\"$]/g, String.raw`\$&`)}"`;
  return [
    `/user group add name=${group} policy=${policies}`,
    `/user add name=${name} group=${group} address=CONTROLLER-ADDRESS/32 password="LONG-RANDOM-PASSWORD"`,
  ].join('\n');
}

/** Policies that a group's text grants: `local,!ftp` grants `local`. */
export function grantedPolicies(text: string): ReadonlySet<string> {
  return new Set(text.split(',').filter((word) => word !== '' && !word.startsWith('!')));
}

/** What is granted and not needed. `reboot` and `policy` are what an attacker would want most. */
export function needlessPolicies(granted: ReadonlySet<string>, needed: readonly string[]): readonly string[] {
  return [...granted].filter((policy) => !needed.includes(policy));
}
