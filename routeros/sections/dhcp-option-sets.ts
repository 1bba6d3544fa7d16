import { DHCP_OPTION_SET } from '../catalogue/dhcp-option-set.ts';
import { sectionOf } from './section.ts';

/** Several DHCP options under one name. */
export const DHCP_OPTION_SETS_SECTION = sectionOf('dhcpOptionSets', { menus: [DHCP_OPTION_SET] });
