import { failureKindOf, readIdentity, secretNamesIn, type Target } from '#controller';
import { Failure } from '#failure';
import { CommandError } from '../command-error.ts';
import type { RouterAccess } from '../fleet/router-access.ts';
import { type Check, type DeviceReport, ok, problem, warning } from './check.ts';
import { type Knock, knock, type ShownCertificate } from './knock.ts';
import { readerCheck, readerOf } from './reader-check.ts';
import { refusalCheck } from './refusal.ts';
import { accountCommands, neededPolicies, READER, readerCommands } from './rights.ts';
import { clockCheck, identityChecks, rightsCheck, secretsCheck, undoChecks } from './router-checks.ts';

/** Looks at everything the controller needs of one router; reads only. What can not be reached ends the list. */
export async function examineDevice(
  target: Target,
  access: RouterAccess,
  now: () => number,
  signal: AbortSignal,
): Promise<DeviceReport> {
  const door = await knock(target.address, signal);
  const checks: Check[] = [doorCheck(door, target)];
  const user = access.config.credentials.find((binding) => binding.name === target.credential)?.username ?? 'gitops';
  const secrets = [...secretNamesIn(target.desired)].toSorted();
  const commands = accountCommands(user, neededPolicies(secrets));
  const report = (told: string | null): DeviceReport => ({
    device: target.name,
    address: target.address.origin,
    checks,
    commands: told,
  });
  if (door.kind === 'closed') return report(null);
  try {
    const { session } = await access.connect(target);
    try {
      const identity = await readIdentity(session, null, signal);
      if (door.certificate !== null) checks.push(...certificateChecks(door.certificate, target, now()));
      checks.push(ok('login', `user ${user}`), ...identityChecks(identity, target));
      const rights = await rightsCheck(session, user, secrets, signal);
      checks.push(rights, ...(await secretsCheck(secrets, () => access.secretsOf(target))));
      const reader = await readerCheck(session, access, target, identity.serial, signal);
      checks.push(reader);
      checks.push(...(await undoChecks(session, identity, signal)), await clockCheck(session, now, signal));
      const told = [
        ...(isRight(rights) ? [] : [commands]),
        ...(isRight(reader) ? [] : [readerCommands(readerOf(access, target) ?? READER)]),
      ];
      return report(told.length === 0 ? null : told.join('\n'));
    } finally {
      await session.close();
    }
  } catch (error) {
    if (error instanceof CommandError) {
      checks.push(problem('login', error.message, error.hint));
      return report(null);
    }
    if (!(error instanceof Failure)) throw error;
    checks.push(failureCheck(error, door.certificate, user));
    return report(error.code === 'Unauthorized' || error.code === 'NotPermitted' ? commands : null);
  }
}

/** Whether no account has to be made anew. */
function isRight({ verdict }: Check): boolean {
  return verdict !== 'problem' && verdict !== 'warning';
}

function doorCheck(door: Knock, { address }: Target): Check {
  if (door.kind === 'open') {
    const how = door.certificate === null ? 'connected' : 'TLS agreed on';
    return ok('reachable', `${how} in ${String(door.milliseconds)} ms`);
  }
  const next =
    'check power, address and path; and /ip/service on the router: www-ssl enabled, with a certificate, open for our address';
  return problem('reachable', `no connection to ${address.host}: ${door.why}`, next);
}

function certificateChecks(
  { fingerprint, subject, issuer, validTo }: ShownCertificate,
  { tls }: Target,
  now: number,
): readonly Check[] {
  const checks: Check[] = [];
  const what = `${subject}, issued by ${issuer}`;
  if (tls.mode === 'insecure') {
    checks.push(
      warning(
        'certificate',
        `${what}; it is not checked (spec.tls.mode: insecure)`,
        `pin it: mode: pinned, fingerprint: ${fingerprint}`,
      ),
    );
  } else {
    checks.push(ok('certificate', `${what}, ${fingerprint}`));
  }
  if (validTo < now)
    checks.push(
      warning(
        'certificate',
        `it expired on ${new Date(validTo).toISOString().slice(0, 10)}`,
        'give the router a new one',
      ),
    );
  return checks;
}

function failureCheck(failure: Failure, certificate: ShownCertificate | null, user: string): Check {
  const { hint } = failureKindOf(failure.code);
  const message = failure.message.replace(hint, '').trim();
  if (failure.code === 'TlsUntrusted' && certificate !== null) {
    const pin = `compare with the router's own: /certificate print detail; then pin it: mode: pinned, fingerprint: ${certificate.fingerprint}`;
    const shown = `${message} It is ${certificate.subject}, issued by ${certificate.issuer}.`;
    return problem('certificate', shown, `${pin}; or trust its CA: --ca FILE`);
  }
  return (
    refusalCheck(failure, message, user) ??
    problem(failure.code.startsWith('Credential') ? 'login' : 'requests', message, hint)
  );
}
