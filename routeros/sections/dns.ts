import { DNS } from '../catalogue/dns.ts';
import { sectionOf } from './section.ts';

/** The DNS client and cache. */
export const DNS_SECTION = sectionOf('dns', { menus: [DNS] });
