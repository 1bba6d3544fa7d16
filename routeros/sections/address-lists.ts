import { ADDRESS_LIST } from '../catalogue/address-list.ts';
import { addressListEntryCodec } from '../values/address-list-entry.ts';
import { sectionOf } from './section.ts';

/** Entries of address lists. */
export const ADDRESS_LISTS_SECTION = sectionOf('addressLists', {
  menus: [ADDRESS_LIST],
  strict: { address: addressListEntryCodec('strict') },
});
