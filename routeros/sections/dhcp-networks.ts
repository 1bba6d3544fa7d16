import { DHCP_NETWORK } from '../catalogue/dhcp-network.ts';
import { sectionOf } from './section.ts';

/** What clients of a network are told by DHCP. */
export const DHCP_NETWORKS_SECTION = sectionOf('dhcpNetworks', { menus: [DHCP_NETWORK] });
