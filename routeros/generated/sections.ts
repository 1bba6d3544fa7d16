/* Generated from the files in schemas/sections/ by "npm run generate". */
import type { SectionName } from '#schemas';
import { ADDRESSES_SECTION } from '../sections/addresses.ts';
import { ADDRESS_LISTS_SECTION } from '../sections/address-lists.ts';
import { BRIDGES_SECTION } from '../sections/bridges.ts';
import { BRIDGE_PORTS_SECTION } from '../sections/bridge-ports.ts';
import { DHCP_LEASES_SECTION } from '../sections/dhcp-leases.ts';
import { DHCP_NETWORKS_SECTION } from '../sections/dhcp-networks.ts';
import { DHCP_OPTIONS_SECTION } from '../sections/dhcp-options.ts';
import { DHCP_OPTION_SETS_SECTION } from '../sections/dhcp-option-sets.ts';
import { DHCP_SERVERS_SECTION } from '../sections/dhcp-servers.ts';
import { DNS_ADLISTS_SECTION } from '../sections/dns-adlists.ts';
import { DNS_FORWARDERS_SECTION } from '../sections/dns-forwarders.ts';
import { DNS_SECTION } from '../sections/dns.ts';
import { DNS_STATIC_SECTION } from '../sections/dns-static.ts';
import { IDENTITY_SECTION } from '../sections/identity.ts';
import { INTERFACES_SECTION } from '../sections/interfaces.ts';
import { INTERFACE_LISTS_SECTION } from '../sections/interface-lists.ts';
import { NTP_CLIENT_SECTION } from '../sections/ntp-client.ts';
import { NTP_SERVER_SECTION } from '../sections/ntp-server.ts';
import { POOLS_SECTION } from '../sections/pools.ts';
import { WIFI_SECTION } from '../sections/wifi.ts';
import { WIRELESS_SECTION } from '../sections/wireless.ts';
import type { Section } from '../sections/section.ts';

/** Every section of a RouterConfig, in the order of its schema. */
export const SECTIONS: Readonly<Record<SectionName, Section>> = {
  identity: IDENTITY_SECTION,
  dns: DNS_SECTION,
  dnsStatic: DNS_STATIC_SECTION,
  ntpClient: NTP_CLIENT_SECTION,
  addressLists: ADDRESS_LISTS_SECTION,
  addresses: ADDRESSES_SECTION,
  interfaceLists: INTERFACE_LISTS_SECTION,
  interfaces: INTERFACES_SECTION,
  dhcpLeases: DHCP_LEASES_SECTION,
  dhcpNetworks: DHCP_NETWORKS_SECTION,
  dhcpOptionSets: DHCP_OPTION_SETS_SECTION,
  dhcpOptions: DHCP_OPTIONS_SECTION,
  dhcpServers: DHCP_SERVERS_SECTION,
  pools: POOLS_SECTION,
  bridgePorts: BRIDGE_PORTS_SECTION,
  bridges: BRIDGES_SECTION,
  wifi: WIFI_SECTION,
  wireless: WIRELESS_SECTION,
  dnsAdlists: DNS_ADLISTS_SECTION,
  dnsForwarders: DNS_FORWARDERS_SECTION,
  ntpServer: NTP_SERVER_SECTION,
};
