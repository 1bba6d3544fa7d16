import { ADDRESS_LIST } from '../catalogue/address-list.ts';
import { addressListEntryCodec } from '../values/address-list-entry.ts';
import { readRange } from '../values/ip-range.ts';
import { listTimeoutCodec } from '../values/list-timeout.ts';
import { type SectionFault, sectionOf } from './section.ts';

/** Entries of address lists. */
export const ADDRESS_LISTS_SECTION = sectionOf('addressLists', {
  menus: [ADDRESS_LIST],
  strict: { address: addressListEntryCodec('strict'), timeout: listTimeoutCodec },
  faults: timedFaults,
});

/** What a timeout means beside these nobody has written down (routeros-rest.md §5.5). */
function timedFaults(
  { timeout, disabled }: Readonly<Record<string, unknown>>,
  { address = '' }: Readonly<Record<string, string>>,
): readonly SectionFault[] {
  if (timeout === undefined) return [];
  const isName = address !== '' && readRange(address) === undefined;
  return [
    ...(disabled === true
      ? [{ field: 'timeout', message: 'an entry that is disabled has no timeout', hint: 'Leave one of the two out.' }]
      : []),
    ...(isName
      ? [{ field: 'timeout', message: 'a name has no timeout', hint: 'Write its addresses, or leave the timeout out.' }]
      : []),
  ];
}
