import type { Caller } from './console.ts';

/** Every policy a group can have, in the order the router prints them. */
export const policyWords: readonly string[] =
  'local,telnet,ssh,ftp,reboot,read,write,policy,test,winbox,password,web,sniff,sensitive,api,romon,rest-api'.split(
    ',',
  );

/** The policies a group's text grants: `read,!write` grants `read`. */
export function grantedBy(policy: string): ReadonlySet<string> {
  return new Set(policy.split(',').filter((word) => word !== '' && !word.startsWith('!')));
}

/** What members of the group `full` may do. */
export const everything: ReadonlySet<string> = new Set(policyWords);

/** The router itself. */
export const system: Caller = { user: 'system', address: '', via: 'system', policies: everything };
