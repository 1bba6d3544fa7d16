import { type DeviceSession, failureKindOf, type Target } from '#controller';
import { Failure } from '#failure';
import { CommandError } from '../command-error.ts';
import type { RouterAccess } from '../fleet/router-access.ts';
import { type Check, ok, problem, unknown, warning } from './check.ts';
import { grantedPolicies, needlessPolicies, READ_POLICIES } from './rights.ts';

const CHECK = 'read user';

/** The user of a device that only reads; undefined: its credentials name none. */
export function readerOf({ config }: RouterAccess, target: Target): string | undefined {
  return config.credentials.find((binding) => binding.name === target.credential)?.read?.username;
}

/**
 * Whether live reads can go through a user of their own who may do nothing else. @param session of the user that writes.
 */
export async function readerCheck(
  session: DeviceSession,
  access: RouterAccess,
  target: Target,
  serial: string,
  signal: AbortSignal,
): Promise<Check> {
  const user = readerOf(access, target);
  if (user === undefined) return ok(CHECK, 'none is bound, so nothing is read live: see docs/guides/live-reads.md');
  try {
    await access.proveReader(target, serial, signal);
    return await policiesCheck(session, user, signal);
  } catch (error) {
    if (error instanceof CommandError) return unknown(CHECK, error.message);
    if (!(error instanceof Failure)) throw error;
    const { hint } = failureKindOf(error.code);
    return problem(CHECK, `${user}: ${error.message.replace(hint, '').trim()}`, hint);
  }
}

async function policiesCheck(session: DeviceSession, user: string, signal: AbortSignal): Promise<Check> {
  const group = (await session.print('/user', ['name', 'group'], signal)).find((row) => row['name'] === user)?.[
    'group'
  ];
  const groups = await session.print('/user/group', ['name', 'policy'], signal);
  const granted = grantedPolicies(groups.find((row) => row['name'] === group)?.['policy'] ?? '');
  const missing = READ_POLICIES.filter((policy) => !granted.has(policy));
  if (missing.length > 0)
    return warning(
      CHECK,
      `group ${group ?? ''} lacks ${missing.join(', ')}: no ping and no traceroute`,
      `/user group set ${group ?? ''} policy=${missing.join(',')}`,
    );
  const needless = needlessPolicies(granted, READ_POLICIES);
  if (needless.length === 0) return ok(CHECK, `${user}, and its group ${group ?? ''} can write nothing`);
  return warning(
    CHECK,
    `group ${group ?? ''} has more than is needed: ${needless.join(', ')}`,
    'a group of its own is safer, see the commands below',
  );
}
