import { DHCP_LEASE } from '../catalogue/dhcp-lease.ts';
import { sectionOf } from './section.ts';

/** Static DHCP leases. */
export const DHCP_LEASES_SECTION = sectionOf('dhcpLeases', { menus: [DHCP_LEASE] });
