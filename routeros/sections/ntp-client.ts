import { NTP_CLIENT } from '../catalogue/ntp-client.ts';
import { sectionOf } from './section.ts';

/** The NTP client. */
export const NTP_CLIENT_SECTION = sectionOf('ntpClient', { menus: [NTP_CLIENT] });
