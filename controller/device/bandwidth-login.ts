import { unbracketed } from '#hosts';
import { resolveReadCredential, type Secret } from '../credentials/index.ts';
import type { Access, Destination } from './connect.ts';

/**
 * As whom one router measures the bandwidth to another: the other's user that only reads. Its password becomes an
 * argument on the one that measures, so it has to be allowed to go there too, and by as sure a way. @throws {Failure}
 * `ReadUserMissing` and those of CREDENTIAL_FAILURES; nothing is sent then.
 */
export async function bandwidthLogin(
  from: Destination,
  to: Destination,
  { bindings, secrets }: Pick<Access, 'bindings' | 'secrets'>,
): Promise<{ readonly host: string; readonly user: string; readonly password: Secret }> {
  await resolveReadCredential(bindings, to.credential, to.address, to.tls.mode, secrets);
  const login = await resolveReadCredential(bindings, to.credential, from.address, from.tls.mode, secrets);
  const host = unbracketed(to.address.hostname);
  return { host, user: login.username, password: login.password };
}
