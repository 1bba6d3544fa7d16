import { state } from './fields.ts';
import { columns, from, LIST_VERBS, readList } from './read-only.ts';

const source = 'command tree of 7.22.3';
const DEFAULTS = [
  ['info', 'memory'],
  ['error', 'memory'],
  ['warning', 'memory'],
  ['critical', 'echo'],
] as const;

/** /system/logging: the four rules of a router that nobody touched. */
export const loggingRules = readList('/system/logging', 'logging rule', source, {
  lacks: ['add', 'set', 'remove', 'enable', 'disable'],
  fields: {
    ...columns({ maybe: 'topics action prefix', flags: 'disabled invalid default' }),
    ...from('7.20', 'regex'),
    ...from('7.22', 'comment'),
  },
  initial: () => DEFAULTS.map(([topics, action]) => ({ topics, action, prefix: '', regex: '', default: 'true' })),
});

/** /system/logging/action: where lines go. */
export const loggingActions = readList('/system/logging/action', 'logging action', source, {
  lacks: LIST_VERBS,
  key: ['name'],
  fields: {
    ...columns({
      maybe: `name target memory-lines memory-stop-on-full disk-file-name disk-lines-per-file disk-file-count
        disk-stop-on-full remember remote remote-port src-address syslog-facility syslog-severity syslog-time-format
        email-to email-start-tls comment`,
      flags: 'default',
    }),
    'bsd-syslog': { ...state, until: '7.20' },
    ...from('7.20', 'remote-log-format remote-protocol vrf cef-event-delimiter'),
    ...from('7.22', 'add-topics-string script'),
    ...from('7.24', 'check-certificate email-cc'),
  },
  initial: () => [
    { name: 'memory', target: 'memory', 'memory-lines': '1000', 'memory-stop-on-full': 'false', default: 'true' },
    {
      name: 'disk',
      target: 'disk',
      'disk-file-name': 'log',
      'disk-lines-per-file': '1000',
      'disk-file-count': '2',
      'disk-stop-on-full': 'false',
      default: 'true',
    },
    { name: 'echo', target: 'echo', remember: 'true', default: 'true' },
    {
      name: 'remote',
      target: 'remote',
      remote: '0.0.0.0',
      'remote-port': '514',
      'src-address': '0.0.0.0',
      'syslog-facility': 'daemon',
      'syslog-severity': 'auto',
      'syslog-time-format': 'bsd-syslog',
      'bsd-syslog': 'false',
      'remote-log-format': 'default',
      'remote-protocol': 'udp',
      vrf: 'main',
      default: 'true',
    },
  ],
});
