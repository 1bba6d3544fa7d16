import type { Failure } from '#failure';
import { type Check, problem } from './check.ts';

/** What a router's refusal says of our user's rights (routeros-rest.md §1.1, §2.8); null when it is no such refusal. */
export function refusalCheck({ code, detail = '' }: Failure, message: string, user: string): Check | null {
  if (code === 'Unauthorized') {
    return problem(
      'login',
      `${message} Either the password is wrong, or the group of ${user} lacks the policy rest-api, or the address list of the user does not have ours: RouterOS says the same for all three.`,
      `compare the password; then on the router: /user print detail where name=${user}; /user group set GROUP policy=rest-api`,
    );
  }
  if (code !== 'NotPermitted') return null;
  // Nothing but reads is asked for here, so of the policies of a command only `read` can be missing.
  const policy = /not allowed \(9\)/.test(detail) ? 'api' : 'read';
  return problem(
    'rights',
    `${message} The group of ${user} lacks the policy ${policy}, as far as the router tells.`,
    `on the router: /user print where name=${user} shows its group; /user group set GROUP policy=${policy}`,
  );
}
