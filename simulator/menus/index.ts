import { addressList } from './address-list.ts';
import { commands } from './commands.ts';
import { dns, dnsCache, flushDnsCache } from './dns.ts';
import { dnsStatic } from './dns-static.ts';
import { filter, mangle, nat, raw } from './firewall.ts';
import { identity } from './identity.ts';
import { bridges, interfaceListMembers, interfaceLists, interfaces } from './interface.ts';
import { ipAddress } from './ip-address.ts';
import { ntpClient, ntpServers } from './ntp-client.ts';
import { route } from './route.ts';
import { job, scheduler, script } from './scripts.ts';
import { service } from './service.ts';
import type { CommandSpec, MenuSpec } from './spec.ts';
import * as system from './system.ts';
import { activeUsers, groups, users } from './users.ts';

/** Every menu the simulator knows, for all versions and both kinds of hardware. */
export const menuSpecs: readonly MenuSpec[] = [
  identity,
  dns,
  dnsCache,
  dnsStatic,
  ntpClient,
  ntpServers,
  addressList,
  ipAddress,
  interfaces,
  bridges,
  interfaceLists,
  interfaceListMembers,
  filter,
  nat,
  mangle,
  raw,
  route,
  service,
  users,
  groups,
  activeUsers,
  script,
  scheduler,
  job,
  ...Object.values(system),
];

/** Every command outside the generic verbs. */
export const commandSpecs: readonly CommandSpec[] = [...commands, flushDnsCache];
