import { NTP_CLIENT } from '../catalogue/ntp-client.ts';
import { NTP_SERVER } from '../catalogue/ntp-server.ts';
import { COMMENT_DISABLED, drifting, flag, number, numberIn, state, text } from './column.ts';
import { managed } from './managed.ts';
import type { ReadableMenu } from './readable-menu.ts';

/** What time the router takes it for, and from whom. */
export const TIME: readonly ReadableMenu[] = [
  {
    path: '/system/clock',
    shape: 'settings',
    title: 'Time and time zone',
    words: ['date', 'timezone', 'dst'],
    columns: {
      ...drifting(text('date', 'time')),
      ...text('time-zone-name'),
      ...flag('time-zone-autodetect'),
      ...state(text('gmt-offset')),
      ...state(flag('dst-active')),
    },
    match: [],
    skipWhen: [],
    freshness: 'state',
    source: 'routeros-rest.md §5.27',
  },
  managed(NTP_CLIENT, {
    title: 'NTP client and whether it is synchronized',
    words: ['time', 'clock', 'sntp'],
    freshness: 'state',
    types: {
      ...number('synced-stratum'),
      ...numberIn('ppm', 'freq-drift'),
      ...numberIn('ms', 'system-offset'),
    },
  }),
  {
    path: '/system/ntp/client/servers',
    shape: 'list',
    title: 'Servers of the NTP client',
    words: ['time', 'sntp', 'pool'],
    columns: {
      ...text('address', 'auth-key'),
      ...number('min-poll', 'max-poll'),
      ...flag('iburst'),
      ...COMMENT_DISABLED,
      ...state(text('resolved-address')),
      ...state(flag('dynamic')),
    },
    match: ['address'],
    skipWhen: ['dynamic'],
    freshness: 'configuration',
    source: 'routeros-rest.md §5.3',
  },
  managed(NTP_SERVER, { title: 'NTP server', words: ['time', 'clock'], freshness: 'configuration' }),
];
