import { NTP_SERVER } from '../catalogue/ntp-server.ts';
import { type SectionFault, sectionOf } from './section.ts';

/** The NTP server. */
export const NTP_SERVER_SECTION = sectionOf('ntpServer', { menus: [NTP_SERVER], faults: broadcastFaults });

/** Without an address to send to nothing is broadcast. */
function broadcastFaults({
  broadcast,
  broadcastAddresses,
}: Readonly<Record<string, unknown>>): readonly SectionFault[] {
  if (broadcast !== true || !Array.isArray(broadcastAddresses) || broadcastAddresses.length > 0) return [];
  const hint = 'List the addresses of the networks, or leave broadcast out.';
  return [{ field: 'broadcastAddresses', message: 'nothing is broadcast without an address', hint }];
}
