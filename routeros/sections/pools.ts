import { POOL } from '../catalogue/pool.ts';
import { sectionOf } from './section.ts';

/** Pools of IPv4 addresses. */
export const POOLS_SECTION = sectionOf('pools', { menus: [POOL] });
