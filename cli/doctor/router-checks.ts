import {
  type DeviceIdentity,
  type DeviceSession,
  occupiedBy,
  type PassSecrets,
  readOccupancy,
  schedulersAllowed,
  type Target,
  tierOf,
} from '#controller';
import { compareVersions } from '#routeros';
import { Failure } from '#failure';
import { CommandError } from '../command-error.ts';
import { type Check, ok, problem, unknown, warning } from './check.ts';
import { grantedPolicies, neededPolicies, needlessPolicies } from './rights.ts';

/** The oldest RouterOS with everything an armed undo needs (routeros-rest.md §8). */
const OLDEST = [7, 12, 0] as const;
const MOST_SKEW_SECONDS = 60;

/** The version and the serial number against the fleet's. */
export function identityChecks(identity: DeviceIdentity, target: Target): readonly Check[] {
  const { versionText, version, serial } = identity;
  const supported = compareVersions(version, OLDEST) >= 0;
  return [
    supported
      ? ok('version', `RouterOS ${versionText}`)
      : problem('version', `RouterOS ${versionText}; 7.12 is the oldest that works`, 'upgrade RouterOS'),
    target.serial === null
      ? warning(
          'serial',
          `${serial}; the fleet does not name it, so whichever router answers first is taken`,
          `set spec.serial: ${serial}`,
        )
      : target.serial === serial
        ? ok('serial', `${serial}, as in the fleet`)
        : problem(
            'serial',
            `${serial}, but the fleet says ${target.serial}: another router answers here`,
            'correct spec.address, or spec.serial if the hardware was replaced',
          ),
  ];
}

/** The policies of our user's group. Needs no more than the policy `read`. `secrets`: that the device's rows name. */
export async function rightsCheck(
  session: DeviceSession,
  user: string,
  secrets: readonly string[],
  signal: AbortSignal,
): Promise<Check> {
  const needed = neededPolicies(secrets);
  const named = secrets.length === 0 ? '' : `; sensitive is for secrets of rows: ${secrets.join(', ')}`;
  return await readable('rights', async () => {
    const group = (await session.print('/user', undefined, signal)).find((row) => row['name'] === user)?.['group'];
    const policy = (await session.print('/user/group', undefined, signal)).find((row) => row['name'] === group)?.[
      'policy'
    ];
    if (group === undefined || policy === undefined)
      return unknown('rights', `the router does not tell the group of ${user}`);
    const granted = grantedPolicies(policy);
    const missing = needed.filter((policy) => !granted.has(policy));
    if (missing.length > 0) {
      return problem(
        'rights',
        `group ${group} lacks ${missing.join(', ')}${missing.includes('sensitive') ? named : ''}`,
        `/user group set ${group} policy=${missing.join(',')}`,
      );
    }
    const needless = needlessPolicies(granted, needed);
    if (needless.length === 0) return ok('rights', `group ${group} has ${needed.join(', ')}${named}`);
    return warning(
      'rights',
      `group ${group} has more than is needed: ${needless.join(', ')}`,
      'a group of its own is safer, see the commands below',
    );
  });
}

/** Whether the operator has bound the secrets that the device's rows name, as far as this shell knows. */
export async function secretsCheck(
  names: readonly string[],
  secretsOf: () => Promise<PassSecrets>,
): Promise<readonly Check[]> {
  if (names.length === 0) return [];
  try {
    const { because, unbound } = (await secretsOf()).terms;
    if (because !== null) return [warning('secrets', `${names.join(', ')}: rows with them are held back`, because)];
    const lacking = Object.entries(unbound).map(([name, why]) =>
      warning('secrets', `${name} has no value here: its rows are held back`, why),
    );
    const bound = names.filter((name) => unbound[name] === undefined);
    return bound.length === 0 ? lacking : [ok('secrets', `bound: ${bound.join(', ')}`), ...lacking];
  } catch (error) {
    if (error instanceof CommandError) return [unknown('secrets', `${names.join(', ')}: ${error.message}`)];
    throw error;
  }
}

/** What undo can be armed (armed-rollback.md §5); only the first change proves it. */
export async function undoChecks(
  session: DeviceSession,
  { version }: DeviceIdentity,
  signal: AbortSignal,
): Promise<readonly Check[]> {
  return [
    await readable('device-mode', async () => {
      const allowed = await schedulersAllowed(session, signal);
      const tier = tierOf('full', allowed, version);
      if (tier === 'full') return ok('undo', 'tier full: survives a lost path, a dead controller and a reboot');
      const why = allowed ? 'this RouterOS release loses startup entries' : 'device-mode forbids schedulers';
      const next = allowed
        ? 'upgrade to 7.24.5 or later'
        : '/system device-mode update scheduler=yes, confirmed at the router itself';
      return warning(
        'undo',
        `tier job-only, because ${why}: a reboot in the middle of a change is not undone`,
        `${next}; or accept tier: job-only in the RolloutPolicy`,
      );
    }),
    await readable('safe mode', async () => {
      const occupied = occupiedBy(await readOccupancy(session, signal));
      return occupied === null
        ? ok('safe mode', 'nobody holds a transaction')
        : warning('safe mode', `nothing is written while ${occupied}`, 'release the safe mode on the router');
    }),
  ];
}

/** The router's clock against ours: log lines and maintenance windows rest on it. `now` in milliseconds since 1970. */
export async function clockCheck(session: DeviceSession, now: () => number, signal: AbortSignal): Promise<Check> {
  return await readable('clock', async () => {
    const row = (await session.print('/system/clock', undefined, signal))[0] ?? {};
    const at = Date.parse(`${row['date'] ?? ''}T${row['time'] ?? ''}${row['gmt-offset'] ?? ''}`);
    if (Number.isNaN(at))
      return unknown(
        'clock',
        `the router tells its time in a form that is not read: ${row['date'] ?? ''} ${row['time'] ?? ''}`,
      );
    const skew = Math.round((at - now()) / 1000);
    if (Math.abs(skew) <= MOST_SKEW_SECONDS) return ok('clock', `${String(Math.abs(skew))} s from ours`);
    const direction = skew > 0 ? 'ahead of' : 'behind';
    return warning(
      'clock',
      `${String(Math.abs(skew))} s ${direction} ours: log lines can not be told apart in time`,
      'declare ntpClient for it',
    );
  });
}

/** A check that could not be made is unknown; the others are made all the same. */
async function readable(check: string, look: () => Promise<Check>): Promise<Check> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof Failure) return unknown(check, error.message);
    throw error;
  }
}
