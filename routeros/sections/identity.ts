import { IDENTITY } from '../catalogue/identity.ts';
import { sectionOf } from './section.ts';

/** The router's name. */
export const IDENTITY_SECTION = sectionOf('identity', { menus: [IDENTITY] });
