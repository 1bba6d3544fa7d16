import type { Menu } from './menu.ts';
import { CONFIGURATION_FIELDS, PROFILE_FIELDS, profileMenu } from './wifi-fields.ts';

/** Wireless networks, as radios put them up: a name, and profiles for all the rest. */
export const WIFI_CONFIGURATION: Menu = {
  ...profileMenu('/interface/wifi/configuration', 5.4, { ...CONFIGURATION_FIELDS, ...PROFILE_FIELDS }),
  keepsSecrets: true,
  copiesSecrets: true,
};
