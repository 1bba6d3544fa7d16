import { INTERFACE } from '../catalogue/interface.ts';
import { sectionOf } from './section.ts';

/** Comments of interfaces, and whether they are off. */
export const INTERFACES_SECTION = sectionOf('interfaces', { menus: [INTERFACE] });
