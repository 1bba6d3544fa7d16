import { DHCP_OPTION } from '../catalogue/dhcp-option.ts';
import { sectionOf } from './section.ts';

/** Options that DHCP servers hand out. */
export const DHCP_OPTIONS_SECTION = sectionOf('dhcpOptions', { menus: [DHCP_OPTION] });
