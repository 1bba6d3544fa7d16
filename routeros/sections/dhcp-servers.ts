import { DHCP_SERVER } from '../catalogue/dhcp-server.ts';
import { sectionOf } from './section.ts';

/** DHCP servers. */
export const DHCP_SERVERS_SECTION = sectionOf('dhcpServers', { menus: [DHCP_SERVER] });
