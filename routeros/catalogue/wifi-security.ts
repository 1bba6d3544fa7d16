import type { Menu } from './menu.ts';
import { profileMenu, SECURITY_FIELDS } from './wifi-fields.ts';

/** Who may join a wireless network, and with which key. */
export const WIFI_SECURITY: Menu = {
  ...profileMenu('/interface/wifi/security', 5.2, SECURITY_FIELDS),
  keepsSecrets: true,
  copiesSecrets: true,
};
