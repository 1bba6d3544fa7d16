import { type MenuTool, shown } from './menu-tool.ts';

const RULE =
  'chain action protocol src-address dst-address src-port dst-port in-interface out-interface in-interface-list out-interface-list src-address-list dst-address-list';
const COUNTED = 'bytes packets log disabled dynamic invalid comment';

/** The firewall. */
export const FIREWALL: readonly MenuTool[] = [
  {
    name: 'firewall_list',
    title: 'Firewall of a router',
    description:
      'Firewall rules in their order with counters (filter, NAT, mangle, raw) and entries of address lists. Narrow with where, such as chain=input, list=blocked or address~10.0.',
    toolset: 'firewall',
    byDefault: true,
    words: ['acl', 'blocked', 'allowed', 'port forwarding', 'security', 'which rule'],
    views: {
      filter: shown('/ip/firewall/filter', `${RULE} connection-state jump-target ${COUNTED}`),
      nat: shown('/ip/firewall/nat', `${RULE} to-addresses to-ports ${COUNTED}`),
      mangle: shown(
        '/ip/firewall/mangle',
        `${RULE} connection-mark new-connection-mark new-routing-mark new-packet-mark new-mss passthrough ${COUNTED}`,
      ),
      raw: shown('/ip/firewall/raw', `${RULE} ${COUNTED}`),
      address_lists: shown('/ip/firewall/address-list', 'list address timeout creation-time dynamic disabled comment'),
    },
  },
];
