import { INTERFACE_LIST, INTERFACE_LIST_MEMBER } from '../catalogue/interface-list.ts';
import { sectionOf } from './section.ts';

/** Interface lists and who is on them. */
export const INTERFACE_LISTS_SECTION = sectionOf('interfaceLists', {
  menus: [INTERFACE_LIST, { menu: INTERFACE_LIST_MEMBER, each: 'members', from: { list: 'name' } }],
});
