import type { CommandSpec, MenuSpec } from '../model/state.ts';
import { addressList } from './address-list.ts';
import { bridges } from './bridge.ts';
import { bandwidthTest } from './bandwidth-test.ts';
import { bridgePorts } from './bridge-port.ts';
import { bridgeHosts, bridgeVlans } from './bridge-tables.ts';
import { certificates } from './certificate.ts';
import { clock } from './clock.ts';
import { commands } from './commands.ts';
import { deviceMode } from './device-mode.ts';
import { dhcpClient } from './dhcp-client.ts';
import { dhcpLease } from './dhcp-lease.ts';
import { dhcpNetwork } from './dhcp-network.ts';
import { dhcpOption, dhcpOptionSet } from './dhcp-option.ts';
import { dhcpServer } from './dhcp-server.ts';
import { dns, dnsCache, flushDnsCache } from './dns.ts';
import { dnsAdlist, dnsForwarders } from './dns-lists.ts';
import { dnsStatic } from './dns-static.ts';
import { bonding, ethernet } from './ethernet.ts';
import { file } from './file.ts';
import { filter, mangle, nat, raw } from './firewall.ts';
import { identity } from './identity.ts';
import { interfaceListMembers, interfaceLists, interfaces } from './interface.ts';
import { ipAddress } from './ip-address.ts';
import { ipPool } from './ip-pool.ts';
import { history, log, safeMode } from './journal.ts';
import { loggingActions, loggingRules } from './logging.ts';
import { arp, neighbors } from './neighbours.ts';
import { monitorTraffic } from './monitor-traffic.ts';
import { ntpClient, ntpServers } from './ntp-client.ts';
import { ntpServer } from './ntp-server.ts';
import { packages } from './package.ts';
import { pings, resolves } from './ping.ts';
import { boardHealth, chrHealth, license, resource, routerboard } from './resource.ts';
import { route } from './route.ts';
import { bgpConnections, bgpSessions, ospfInstances, ospfNeighbors, routingRules, routingTables } from './routing.ts';
import { job, scheduler, script } from './scripts.ts';
import { service } from './service.ts';
import { bandwidthServer, netwatch, simpleQueues } from './tools.ts';
import { traceroute } from './traceroute.ts';
import { activeUsers, groups, users } from './users.ts';
import { vlans } from './vlan.ts';
import { wifi, wifiProfiles } from './wifi.ts';
import { wifiCapsman, wifiRadios, wifiRegistrations, wifiRemoteCaps } from './wifi-state.ts';
import { wireguard, wireguardPeers } from './wireguard.ts';
import { securityProfiles, wireless } from './wireless.ts';
import { capsmanRegistrations, remoteCaps, wirelessRegistrations } from './wireless-state.ts';

/** Every menu the simulator knows, for all versions and both kinds of hardware. */
export const menuSpecs: readonly MenuSpec[] = [
  identity,
  dns,
  dnsCache,
  dnsStatic,
  dnsForwarders,
  dnsAdlist,
  ntpClient,
  ntpServers,
  ntpServer,
  addressList,
  ipAddress,
  ipPool,
  dhcpOption,
  dhcpOptionSet,
  dhcpNetwork,
  dhcpServer,
  dhcpLease,
  interfaces,
  bridges,
  bridgePorts,
  vlans,
  wifi,
  ...wifiProfiles,
  wireless,
  securityProfiles,
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
  resource,
  routerboard,
  license,
  boardHealth,
  chrHealth,
  packages,
  clock,
  deviceMode,
  history,
  log,
  safeMode,
  file,
  arp,
  neighbors,
  ethernet,
  bonding,
  wireguard,
  wireguardPeers,
  bridgeVlans,
  bridgeHosts,
  dhcpClient,
  routingTables,
  routingRules,
  bgpConnections,
  bgpSessions,
  ospfInstances,
  ospfNeighbors,
  wifiRegistrations,
  wifiRadios,
  wifiCapsman,
  wifiRemoteCaps,
  wirelessRegistrations,
  remoteCaps,
  capsmanRegistrations,
  loggingRules,
  loggingActions,
  certificates,
  netwatch,
  simpleQueues,
  bandwidthServer,
];

/** Every command outside the generic verbs. */
export const commandSpecs: readonly CommandSpec[] = [
  ...commands,
  flushDnsCache,
  ...pings,
  ...resolves,
  traceroute,
  bandwidthTest,
  monitorTraffic,
];
