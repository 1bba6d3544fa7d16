import { fact, flag, instant, leftOutWhen, list, number, secret, since, state, text, until } from './column.ts';
import type { ReadableMenu } from './readable-menu.ts';

/** What the router logs, and where to. */
export const LOGGING: readonly ReadableMenu[] = [
  {
    path: '/log',
    shape: 'list',
    title: 'Log messages',
    words: ['events', 'errors', 'warnings', 'syslog', 'login'],
    columns: {
      ...state(instant('time')),
      ...state(list('topics')),
      ...state(text('message', 'extra-info', 'buffer')),
    },
    match: [],
    skipWhen: [],
    freshness: 'state',
    manyRows: { filters: ['topics', 'buffer'] },
    source: 'routeros-rest.md §5.25',
  },
  {
    path: '/system/logging',
    shape: 'list',
    title: 'Which topics are logged, and by which action',
    words: ['syslog', 'log', 'rules'],
    columns: {
      ...list('topics'),
      ...text('action', 'prefix'),
      ...since([7, 17, 0], text('regex')),
      ...since([7, 22, 0], text('comment')),
      ...leftOutWhen('false', flag('disabled')),
      ...fact(flag('default')),
      ...state(flag('invalid')),
    },
    match: ['topics', 'action', 'prefix'],
    skipWhen: [],
    freshness: 'configuration',
    source: 'command trees of 7.12.2 to 7.24',
  },
  {
    path: '/system/logging/action',
    shape: 'list',
    title: 'Where log messages go',
    words: ['syslog', 'remote', 'target'],
    columns: {
      ...text('name', 'target', 'remote', 'src-address', 'disk-file-name', 'email-to', 'comment'),
      ...number('remote-port', 'memory-lines', 'disk-file-count', 'disk-lines-per-file'),
      ...flag('memory-stop-on-full', 'disk-stop-on-full', 'remember', 'email-start-tls'),
      ...text('syslog-facility', 'syslog-severity', 'syslog-time-format'),
      ...until([7, 18, 0], flag('bsd-syslog')),
      ...since([7, 18, 0], text('remote-protocol', 'remote-log-format', 'cef-event-delimiter')),
      ...since([7, 20, 0], text('vrf')),
      ...since([7, 22, 0], flag('add-topics-string')),
      ...since([7, 22, 0], secret('script')),
      ...since([7, 23, 0], text('email-cc', 'check-certificate')),
      ...fact(flag('default')),
    },
    match: ['name'],
    skipWhen: [],
    freshness: 'configuration',
    source: 'command trees of 7.12.2 to 7.24',
  },
];
