import { CATALOGUE } from './catalogue.ts';
import type { MenuPath, Row } from './menu.ts';

/**
 * Lists that hold what people configure, from the command trees of 7.12 to 7.24: what an import counts on a router
 * beside the menus that a section covers. Lists that only say what the router does (leases, hosts, neighbours) are no
 * part of it.
 */
const LISTS: readonly MenuPath[] = [
  '/caps-man/configuration',
  '/caps-man/manager/interface',
  '/caps-man/provisioning',
  '/certificate',
  '/container',
  '/interface/bonding',
  '/interface/bridge',
  '/interface/bridge/filter',
  '/interface/bridge/nat',
  '/interface/bridge/port',
  '/interface/bridge/vlan',
  '/interface/eoip',
  '/interface/gre',
  '/interface/ipip',
  '/interface/l2tp-client',
  '/interface/list',
  '/interface/list/member',
  '/interface/lte/apn',
  '/interface/macvlan',
  '/interface/ovpn-client',
  '/interface/pppoe-client',
  '/interface/pppoe-server/server',
  '/interface/sstp-client',
  '/interface/veth',
  '/interface/vlan',
  '/interface/vrrp',
  '/interface/vxlan',
  '/interface/wifi/access-list',
  '/interface/wifi/channel',
  '/interface/wifi/configuration',
  '/interface/wifi/datapath',
  '/interface/wifi/provisioning',
  '/interface/wifi/security',
  '/interface/wireguard',
  '/interface/wireguard/peers',
  '/interface/wireless/access-list',
  '/interface/wireless/security-profiles',
  '/ip/address',
  '/ip/arp',
  '/ip/dhcp-client',
  '/ip/dhcp-relay',
  '/ip/dhcp-server',
  '/ip/dhcp-server/lease',
  '/ip/dhcp-server/network',
  '/ip/dhcp-server/option',
  '/ip/dhcp-server/option/sets',
  '/ip/dns/adlist',
  '/ip/dns/forwarders',
  '/ip/firewall/filter',
  '/ip/firewall/layer7-protocol',
  '/ip/firewall/mangle',
  '/ip/firewall/nat',
  '/ip/firewall/raw',
  '/ip/hotspot',
  '/ip/ipsec/identity',
  '/ip/ipsec/peer',
  '/ip/ipsec/policy',
  '/ip/ipsec/profile',
  '/ip/ipsec/proposal',
  '/ip/pool',
  '/ip/route',
  '/ip/traffic-flow/target',
  '/ip/vrf',
  '/ipv6/address',
  '/ipv6/dhcp-client',
  '/ipv6/dhcp-server',
  '/ipv6/firewall/address-list',
  '/ipv6/firewall/filter',
  '/ipv6/firewall/mangle',
  '/ipv6/firewall/nat',
  '/ipv6/firewall/raw',
  '/ipv6/nd',
  '/ipv6/pool',
  '/ipv6/route',
  '/ppp/profile',
  '/ppp/secret',
  '/queue/simple',
  '/queue/tree',
  '/queue/type',
  '/radius',
  '/routing/bfd/configuration',
  '/routing/bgp/connection',
  '/routing/bgp/template',
  '/routing/filter/rule',
  '/routing/ospf/area',
  '/routing/ospf/instance',
  '/routing/ospf/interface-template',
  '/routing/rule',
  '/routing/table',
  '/snmp/community',
  '/system/logging',
  '/system/logging/action',
  '/system/scheduler',
  '/system/script',
  '/tool/netwatch',
  '/user',
  '/user/group',
];

/** Rows that the router made, not a person. */
const OWN_FLAGS = ['dynamic', 'builtin', 'default', 'defconf'] as const;

/** What to read of such a list to count it. */
export const COUNTED_PROPERTIES: readonly string[] = ['.id', ...OWN_FLAGS];

/** Lists that hold what people configure and no section covers. */
export const OTHER_MENUS: readonly MenuPath[] = LISTS.filter((path) => CATALOGUE[path] === undefined);

/** How many of these rows somebody configured. */
export function configuredRows(rows: readonly Row[]): number {
  return rows.filter((row) => OWN_FLAGS.every((flag) => row[flag] !== 'true')).length;
}
