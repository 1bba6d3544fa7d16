import type { MenuPath } from '../catalogue/menu.ts';
import { ACCESS } from './access.ts';
import { ADDRESSES } from './addresses.ts';
import { BRIDGES } from './bridges.ts';
import { DHCP } from './dhcp.ts';
import { FIREWALL } from './firewall.ts';
import { INTERFACES } from './interfaces.ts';
import { LOGGING } from './logging.ts';
import { NAMES } from './names.ts';
import type { ReadableMenu } from './readable-menu.ts';
import { ROUTES } from './routes.ts';
import { ROUTING_PROTOCOLS } from './routing-protocols.ts';
import { SYSTEM } from './system.ts';
import { TIME } from './time.ts';
import { TOOLS } from './tools.ts';
import { WIFI } from './wifi.ts';
import { WIRELESS } from './wireless.ts';
import { WIREGUARD } from './wireguard.ts';

/** Every menu that people may read, by topic: title of the topic → its menus. */
export const READABLE_TOPICS: Readonly<Record<string, readonly ReadableMenu[]>> = {
  System: SYSTEM,
  Time: TIME,
  Logging: LOGGING,
  Access: ACCESS,
  Interfaces: INTERFACES,
  WireGuard: WIREGUARD,
  Bridges: BRIDGES,
  Addresses: ADDRESSES,
  Routes: ROUTES,
  Names: NAMES,
  DHCP,
  Firewall: FIREWALL,
  'Routing protocols': ROUTING_PROTOCOLS,
  'Wi-Fi': WIFI,
  'Wireless (older drivers)': WIRELESS,
  Tools: TOOLS,
};

/** Every menu that people may read, by path. */
export const READABLE: ReadonlyMap<MenuPath, ReadableMenu> = new Map(
  Object.values(READABLE_TOPICS)
    .flat()
    .map((menu) => [menu.path, menu]),
);
