import { Failure } from '#failure';
import type { MenuPath } from '#routeros';
import type { DeviceSession } from '../ports.ts';
import type { HealthCheckResult, HealthReport, HealthRules } from '../records/health.ts';

/** Names of the interfaces that run now. */
export async function runningInterfaces(session: DeviceSession, signal?: AbortSignal): Promise<readonly string[]> {
  const rows = await session.print('/interface', ['name', 'running', 'disabled'], signal);
  return rows.filter((row) => row['running'] === 'true').map((row) => row['name'] ?? '');
}

/**
 * Runs every check; a check that could not be made is unknown, and unknown is not healthy. `before` is called ahead of
 * each: they can take long.
 */
export async function runChecks(
  session: DeviceSession,
  rules: HealthRules,
  ranBefore: readonly string[],
  before: () => Promise<void>,
  signal?: AbortSignal,
): Promise<HealthReport> {
  await before();
  const checks: HealthCheckResult[] = [...(await checkResource(session, rules, signal))];
  if (rules.interfaces) checks.push(await checkInterfaces(session, ranBefore, signal));
  for (const ping of rules.pings) {
    await before();
    checks.push(await checkPing(session, ping, signal));
  }
  for (const name of rules.resolve) {
    await before();
    checks.push(await checkResolve(session, name, signal));
  }
  return { verdict: worstOf(checks), checks };
}

function worstOf(checks: readonly HealthCheckResult[]): HealthReport['verdict'] {
  if (checks.some((check) => check.verdict === 'degraded')) return 'degraded';
  return checks.some((check) => check.verdict === 'unknown') ? 'unknown' : 'healthy';
}

async function checkResource(
  session: DeviceSession,
  rules: HealthRules,
  signal?: AbortSignal,
): Promise<readonly HealthCheckResult[]> {
  return await answered('rest', session.print('/system/resource', undefined, signal), (rows) => {
    const row = rows[0] ?? {};
    const free = (100 * Number(row['free-memory'])) / Number(row['total-memory']);
    return [
      { check: 'rest', verdict: 'healthy', message: `answers, up ${row['uptime'] ?? 'unknown'}` },
      limited(
        'cpu',
        Number(row['cpu-load']),
        (load) => load <= rules.maxCpuPercent,
        (load) => `load ${load} %, limit ${rules.maxCpuPercent} %`,
      ),
      limited(
        'memory',
        free,
        (rest) => rest >= rules.minFreeMemoryPercent,
        (rest) => `${rest.toFixed(0)} % free, at least ${rules.minFreeMemoryPercent} %`,
      ),
    ];
  });
}

async function checkInterfaces(
  session: DeviceSession,
  ranBefore: readonly string[],
  signal?: AbortSignal,
): Promise<HealthCheckResult> {
  const [result] = await answered('interfaces', runningInterfaces(session, signal), (running) => {
    const stopped = ranBefore.filter((name) => !running.includes(name));
    return [
      stopped.length === 0
        ? { check: 'interfaces', verdict: 'healthy', message: `${ranBefore.length} that ran still run` }
        : { check: 'interfaces', verdict: 'degraded', message: `stopped running: ${stopped.join(', ')}` },
    ];
  });
  return result as HealthCheckResult;
}

async function checkPing(
  session: DeviceSession,
  rule: HealthRules['pings'][number],
  signal?: AbortSignal,
): Promise<HealthCheckResult> {
  const check = `ping ${rule.address}`;
  const args = { address: rule.address, count: String(rule.count) };
  const [result] = await answered(check, session.query('/tool/ping' satisfies MenuPath, args, signal), (rows) => {
    const loss = Number(rows.at(-1)?.['packet-loss']);
    return [
      limited(
        check,
        loss,
        (percent) => percent <= rule.maxLossPercent,
        (percent) => `${percent} % lost, limit ${rule.maxLossPercent} %`,
      ),
    ];
  });
  return result as HealthCheckResult;
}

async function checkResolve(session: DeviceSession, name: string, signal?: AbortSignal): Promise<HealthCheckResult> {
  const check = `resolve ${name}`;
  try {
    await session.query('/resolve', { 'domain-name': name }, signal);
    return { check, verdict: 'healthy', message: 'resolves on the router' };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const refused = error.code === 'Refused' || error.code === 'ServerError';
    return { check, verdict: refused ? 'degraded' : 'unknown', message: error.detail ?? error.message };
  }
}

function limited(
  check: string,
  value: number,
  within: (value: number) => boolean,
  tell: (value: number) => string,
): HealthCheckResult {
  if (!Number.isFinite(value)) return { check, verdict: 'unknown', message: 'the router did not tell' };
  return { check, verdict: within(value) ? 'healthy' : 'degraded', message: tell(value) };
}

/** A read that failed makes an unknown check, never an exception: the judge must see all checks. */
async function answered<T>(
  check: string,
  reading: Promise<T>,
  judge: (value: T) => readonly HealthCheckResult[],
): Promise<readonly HealthCheckResult[]> {
  try {
    return judge(await reading);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [{ check, verdict: 'unknown', message: error.message }];
  }
}
