/* Generated from the files in schemas/sections/ by "npm run generate". */
import addressLists from '../sections/address-lists.json' with { type: 'json' };
import addresses from '../sections/addresses.json' with { type: 'json' };
import bridgePorts from '../sections/bridge-ports.json' with { type: 'json' };
import bridges from '../sections/bridges.json' with { type: 'json' };
import dhcpLeases from '../sections/dhcp-leases.json' with { type: 'json' };
import dhcpNetworks from '../sections/dhcp-networks.json' with { type: 'json' };
import dhcpOptionSets from '../sections/dhcp-option-sets.json' with { type: 'json' };
import dhcpOptions from '../sections/dhcp-options.json' with { type: 'json' };
import dhcpServers from '../sections/dhcp-servers.json' with { type: 'json' };
import dns from '../sections/dns.json' with { type: 'json' };
import dnsAdlists from '../sections/dns-adlists.json' with { type: 'json' };
import dnsForwarders from '../sections/dns-forwarders.json' with { type: 'json' };
import dnsStatic from '../sections/dns-static.json' with { type: 'json' };
import identity from '../sections/identity.json' with { type: 'json' };
import interfaceLists from '../sections/interface-lists.json' with { type: 'json' };
import interfaces from '../sections/interfaces.json' with { type: 'json' };
import ntpClient from '../sections/ntp-client.json' with { type: 'json' };
import ntpServer from '../sections/ntp-server.json' with { type: 'json' };
import pools from '../sections/pools.json' with { type: 'json' };
import wifi from '../sections/wifi.json' with { type: 'json' };
import wireless from '../sections/wireless.json' with { type: 'json' };

/** Where the schema of each section stands, and itself; in the order of a RouterConfig's. */
export const SECTION_FILES = {
  identity: { path: 'sections/identity.json', schema: identity },
  dns: { path: 'sections/dns.json', schema: dns },
  dnsStatic: { path: 'sections/dns-static.json', schema: dnsStatic },
  ntpClient: { path: 'sections/ntp-client.json', schema: ntpClient },
  addressLists: { path: 'sections/address-lists.json', schema: addressLists },
  addresses: { path: 'sections/addresses.json', schema: addresses },
  interfaceLists: { path: 'sections/interface-lists.json', schema: interfaceLists },
  interfaces: { path: 'sections/interfaces.json', schema: interfaces },
  dhcpLeases: { path: 'sections/dhcp-leases.json', schema: dhcpLeases },
  dhcpNetworks: { path: 'sections/dhcp-networks.json', schema: dhcpNetworks },
  dhcpOptionSets: { path: 'sections/dhcp-option-sets.json', schema: dhcpOptionSets },
  dhcpOptions: { path: 'sections/dhcp-options.json', schema: dhcpOptions },
  dhcpServers: { path: 'sections/dhcp-servers.json', schema: dhcpServers },
  pools: { path: 'sections/pools.json', schema: pools },
  bridgePorts: { path: 'sections/bridge-ports.json', schema: bridgePorts },
  bridges: { path: 'sections/bridges.json', schema: bridges },
  wifi: { path: 'sections/wifi.json', schema: wifi },
  wireless: { path: 'sections/wireless.json', schema: wireless },
  dnsAdlists: { path: 'sections/dns-adlists.json', schema: dnsAdlists },
  dnsForwarders: { path: 'sections/dns-forwarders.json', schema: dnsForwarders },
  ntpServer: { path: 'sections/ntp-server.json', schema: ntpServer },
} as const;
