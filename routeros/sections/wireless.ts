import { WIRELESS_INTERFACE } from '../catalogue/wireless-interface.ts';
import { WIRELESS_SECURITY } from '../catalogue/wireless-security.ts';
import { sectionOfLists } from './section.ts';
import { nameFaults, ssidFaults } from './wifi.ts';

/** Wireless networks of the older drivers. */
export const WIRELESS_SECTION = sectionOfLists('wireless', {
  securityProfiles: { menus: [WIRELESS_SECURITY], faults: nameFaults },
  interfaces: { menus: [WIRELESS_INTERFACE], faults: ssidFaults },
});
