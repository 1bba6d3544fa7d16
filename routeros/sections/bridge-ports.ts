import { BRIDGE_PORT } from '../catalogue/bridge-port.ts';
import { sectionOf } from './section.ts';

/** Ports of bridges, but for spanning tree and VLAN filtering. */
export const BRIDGE_PORTS_SECTION = sectionOf('bridgePorts', { menus: [BRIDGE_PORT] });
