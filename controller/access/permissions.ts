/** All that one may be allowed to do. Which devices it holds for, rights say. */
export const PERMISSIONS = [
  'fleet.read',
  'device.read',
  'device.diagnose',
  'device.bandwidth',
  'change.propose',
  'fleet.steer',
  'audit.read',
  'rollouts.act',
  'plans.retry',
  'freeze',
  'trust',
  'revocations',
  'credentials',
] as const;

/** What one may be allowed to do. */
export type Permission = (typeof PERMISSIONS)[number];

const READ_ONLY = ['fleet.read', 'device.read'] as const;
const OPS = [...READ_ONLY, 'device.diagnose', 'change.propose', 'fleet.steer'] as const;

/**
 * What each role allows. None approves: what reaches a router is decided by keys of the Roster alone, and trust,
 * revocations and credentials stay with whoever runs as the controller's own user.
 */
export const ROLES = {
  read_only: READ_ONLY,
  ops_rw: OPS,
  admin: [...OPS, 'device.bandwidth', 'audit.read', 'rollouts.act', 'plans.retry', 'freeze'],
  auditor: ['fleet.read', 'audit.read'],
} as const satisfies Readonly<Record<string, readonly Permission[]>>;

/** The name of a role that is always there. */
export type Role = keyof typeof ROLES;

/** What nobody may be given: it stays with whoever runs as the controller's own user. */
export const OF_THE_OPERATOR: readonly Permission[] = ['trust', 'revocations', 'credentials'];

/** What a role may allow. */
export const GRANTABLE: readonly Permission[] = PERMISSIONS.filter((each) => !OF_THE_OPERATOR.includes(each));

/** How often a minute each role may ask, and how often custom ones. */
export const REQUESTS_PER_MINUTE: Readonly<Record<Role | 'custom', number>> = {
  read_only: 300,
  ops_rw: 600,
  admin: 1200,
  auditor: 120,
  custom: 300,
};

/** What the scopes of a token leave of its owner's permissions. */
export const SCOPES: Readonly<Record<string, readonly Permission[]>> = {
  'routeros:read': READ_ONLY,
  'routeros:diagnose': ['device.diagnose', 'device.bandwidth'],
  'routeros:propose': ['change.propose'],
  'routeros:audit': ['audit.read'],
  'routeros:steer': ['fleet.steer', 'rollouts.act', 'plans.retry', 'freeze'],
};

/** Scopes that begin so are ours, whether there is such a one or not. */
export const SCOPE_PREFIX = 'routeros:';
