import { DNS } from '../catalogue/dns.ts';
import { httpsUrlCodec } from '../values/https-url.ts';
import { sectionOf } from './section.ts';

/** The DNS client and cache. */
export const DNS_SECTION = sectionOf('dns', { menus: [DNS], strict: { useDohServer: httpsUrlCodec } });
