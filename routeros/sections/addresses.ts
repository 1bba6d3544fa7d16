import { ADDRESS } from '../catalogue/address.ts';
import { type SectionFault, sectionOf } from './section.ts';

/** IPv4 addresses of interfaces. */
export const ADDRESSES_SECTION = sectionOf('addresses', { menus: [ADDRESS], faults: lengthFaults });

/**
 * RouterOS takes a missing prefix length for /32 (routeros-rest.md §5.6), which is rarely what was meant. Exports write
 * single addresses so, but never without their `network`.
 */
function lengthFaults({ address, network }: Readonly<Record<string, unknown>>): readonly SectionFault[] {
  if (typeof address !== 'string' || address.includes('/') || network !== undefined) return [];
  return [
    { field: 'address', message: 'the prefix length is missing', hint: `for a single address write "${address}/32"` },
  ];
}
