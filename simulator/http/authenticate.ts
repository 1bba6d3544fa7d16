import { openSession } from '../engine/journal.ts';
import { tableOf } from '../engine/table.ts';
import { covers } from '../kinds/address.ts';
import { type Caller, ConsoleFailure } from '../model/console.ts';
import { grantedBy } from '../model/policies.ts';
import type { RouterState } from '../model/state.ts';

/** A login of REST is cached this long; group policies count as they were then (routeros-rest.md §1). */
const loginMilliseconds = 600_000;

/** A cached login. */
export interface Login {
  readonly user: string;
  readonly at: number;
  readonly policies: ReadonlySet<string>;
}

/**
 * Basic authentication of one request (routeros-rest.md §1, §1.1).
 * @throws {ConsoleFailure} 401 for credentials, group without rest-api or a foreign address; 500 for a group without
 * api.
 */
export function authenticate(
  router: RouterState,
  logins: Map<string, Login>,
  authorization: string | undefined,
  address: string,
): Caller {
  const [user = '', password = ''] = credentialsOf(authorization);
  const account = tableOf(router, '/user').rows.find((row) => row.values['name'] === user)?.values;
  const limits = (account?.['address'] ?? '').split(',').filter((limit) => limit !== '');
  if (
    account === undefined ||
    account['disabled'] === 'true' ||
    (account['password'] ?? '') !== password ||
    (limits.length > 0 && !limits.some((limit) => covers(limit, address)))
  ) {
    throw new ConsoleFailure('Unauthorized', 401);
  }
  const group = account['group'] ?? '';
  const login = currentLogin(router, logins, user, group, address);
  if (!login.policies.has('rest-api')) {
    throw new ConsoleFailure('Unauthorized', 401);
  }
  if (!login.policies.has('api')) {
    throw new ConsoleFailure('std failure: not allowed (9)', 500);
  }
  return { user, address, via: 'rest-api', policies: login.policies };
}

function currentLogin(
  router: RouterState,
  logins: Map<string, Login>,
  user: string,
  group: string,
  address: string,
): Login {
  const key = `${user} ${address}`;
  const known = logins.get(key);
  const now = router.clock.now();
  if (known !== undefined && now - known.at < loginMilliseconds) {
    return known;
  }
  const policy = tableOf(router, '/user/group').rows.find((row) => row.values['name'] === group)?.values['policy'];
  const login = { user, at: now, policies: grantedBy(policy ?? '') };
  logins.set(key, login);
  if (login.policies.has('rest-api')) {
    const kept = router.sessions.filter((session) => session.user !== user || !session.via.endsWith('api'));
    router.sessions.splice(0, router.sessions.length, ...kept);
    openSession(router, { user, group, address, via: 'rest-api' });
    openSession(router, { user, group, address: '', via: 'api' });
  }
  return login;
}

function credentialsOf(authorization: string | undefined): readonly string[] {
  const encoded = /^Basic\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) {
    return [];
  }
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon === -1 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)];
}
