import { COMMENT_DISABLED, fact, flag, leftOutWhen, number, since, state, switches, text, until } from './column.ts';
import type { ReadableMenu } from './readable-menu.ts';

/** IPv4 routes and what chooses among their tables. */
export const ROUTES: readonly ReadableMenu[] = [
  {
    path: '/ip/route',
    shape: 'list',
    title: 'IPv4 routes',
    words: ['gateway', 'default route', 'fib', 'next hop', 'ecmp'],
    columns: {
      ...text('dst-address', 'gateway', 'pref-src', 'check-gateway', 'vrf-interface'),
      ...switches('blackhole'),
      // A disabled route says none of these.
      ...leftOutWhen('main', text('routing-table')),
      ...leftOutWhen('1', number('distance')),
      ...leftOutWhen('30', number('scope')),
      ...leftOutWhen('10', number('target-scope')),
      ...until([7, 21, 0], flag('suppress-hw-offload')),
      ...COMMENT_DISABLED,
      ...state(flag('static', 'dynamic')),
      ...state(flag('connect', 'dhcp', 'bgp', 'bgp-mpls-vpn', 'ospf', 'rip', 'is-is', 'vpn', 'modem')),
      ...state(flag('active', 'inactive', 'ecmp', 'hw-offloaded')),
      ...state(text('immediate-gw', 'local-address')),
    },
    match: ['dst-address', 'gateway', 'routing-table'],
    skipWhen: ['dynamic'],
    freshness: 'state',
    manyRows: {
      filters: ['static', 'dst-address', 'gateway', 'connect', 'dhcp', 'vpn', 'ospf', 'routing-table'],
      neverWhole: {
        configured: { static: 'true' },
        counts: ['static', 'connect', 'dhcp', 'bgp', 'ospf', 'rip', 'is-is', 'vpn', 'modem', 'active', 'disabled'],
      },
    },
    source: 'routeros-rest.md §5.20, §3.2',
  },
  {
    path: '/routing/table',
    shape: 'list',
    title: 'Routing tables',
    words: ['vrf', 'fib', 'policy routing'],
    columns: {
      ...text('name'),
      ...switches('fib'),
      ...COMMENT_DISABLED,
      ...state(flag('dynamic')),
      ...state(flag('invalid', 'used')),
    },
    match: ['name'],
    skipWhen: ['dynamic'],
    freshness: 'configuration',
    source: 'command trees of 7.12.2 to 7.24',
  },
  {
    path: '/routing/rule',
    shape: 'orderedList',
    title: 'Rules that choose a routing table',
    words: ['policy routing', 'pbr', 'vrf'],
    columns: {
      ...text('action', 'table', 'src-address', 'dst-address', 'interface', 'routing-mark'),
      ...number('min-prefix'),
      ...since([7, 22, 0], text('chain', 'realm', 'vrf')),
      ...COMMENT_DISABLED,
      ...fact(flag('default')),
      ...state(flag('inactive')),
    },
    match: [],
    skipWhen: [],
    freshness: 'configuration',
    source: 'command trees of 7.12.2 to 7.24',
  },
];
