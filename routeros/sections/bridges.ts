import { BRIDGE } from '../catalogue/bridge.ts';
import { type SectionFault, sectionOf } from './section.ts';

/** Bridges, but for spanning tree and VLAN filtering. */
export const BRIDGES_SECTION = sectionOf('bridges', { menus: [BRIDGE], faults: macFaults });

/** With `auto-mac` the router takes the MAC of a port and the other one counts for nothing (routeros-rest.md §5.11). */
function macFaults({ adminMac, autoMac }: Readonly<Record<string, unknown>>): readonly SectionFault[] {
  if (adminMac === undefined || autoMac === false) return [];
  const message = 'a MAC of its own counts only where the router takes none of a port';
  return [{ field: 'adminMac', message, hint: 'Write autoMac: false beside it.' }];
}
