/** What one may be allowed to do. Which devices it holds for, rights say. */
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

/** One of {@link PERMISSIONS}. */
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

/** One of {@link ROLES}. */
export type Role = keyof typeof ROLES;
