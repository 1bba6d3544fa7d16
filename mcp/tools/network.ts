import { type MenuTool, shown } from './menu-tool.ts';

/** What a router holds of its network. */
export const NETWORK: readonly MenuTool[] = [
  {
    name: 'interface_list',
    title: 'Interfaces of a router',
    description:
      'Interfaces with link state, MTU, traffic and error counters; Ethernet ports, VLANs, bonds, interface lists, WireGuard tunnels and peers.',
    toolset: 'network',
    byDefault: true,
    words: ['ports', 'link down', 'flapping', 'traffic', 'counters', 'vpn'],
    views: {
      all: shown(
        '/interface',
        'name type running disabled mac-address actual-mtu rx-byte tx-byte rx-error tx-error link-downs last-link-up-time comment',
      ),
      ethernet: shown(
        '/interface/ethernet',
        'name default-name running disabled speed auto-negotiation mac-address rx-fcs-error rx-align-error rx-error-events tx-collision comment',
      ),
      vlan: shown('/interface/vlan', 'name vlan-id interface running disabled mtu comment'),
      bonding: shown('/interface/bonding', 'name mode slaves primary link-monitoring running disabled comment'),
      lists: shown('/interface/list', 'name include exclude builtin comment'),
      list_members: shown('/interface/list/member', 'list interface disabled dynamic comment'),
      wireguard: shown('/interface/wireguard', 'name listen-port public-key running disabled mtu comment'),
      wireguard_peers: shown(
        '/interface/wireguard/peers',
        'interface public-key allowed-address endpoint-address current-endpoint-address current-endpoint-port last-handshake rx tx disabled comment',
      ),
    },
  },
  {
    name: 'ip_list',
    title: 'Addresses, ARP, neighbours and pools',
    description:
      'IP addresses of a router, its ARP table (which MAC has which IP), neighbours seen by LLDP, CDP and MNDP, and address pools with how full they are.',
    toolset: 'network',
    byDefault: true,
    words: ['subnet', 'mac lookup', 'topology', 'who has'],
    views: {
      addresses: shown('/ip/address', 'address network interface disabled dynamic invalid comment'),
      arp: shown('/ip/arp', 'address mac-address interface complete dynamic disabled comment'),
      neighbors: shown(
        '/ip/neighbor',
        'interface identity address mac-address platform board version discovered-by age',
      ),
      pools: { menu: '/ip/pool' },
    },
  },
  {
    name: 'route_list',
    title: 'Routes of a router',
    description:
      'IPv4 routes: without where the configured ones and a summary of how many there are of each kind; with where dst-address, gateway, routing-table, connect, dhcp, ospf or vpn any. Routing tables and rules too.',
    toolset: 'network',
    byDefault: true,
    words: ['routing table', 'default route', 'gateway', 'next hop', 'summary of routes', 'which way'],
    views: {
      routes: shown(
        '/ip/route',
        'dst-address gateway distance routing-table active disabled static dynamic immediate-gw check-gateway comment',
      ),
      tables: shown('/routing/table', 'name fib disabled dynamic comment'),
      rules: shown(
        '/routing/rule',
        'action table src-address dst-address interface routing-mark disabled inactive comment',
      ),
    },
  },
  {
    name: 'routing_status',
    title: 'BGP and OSPF',
    description: 'BGP sessions (established or not, prefixes, uptime) and connections; OSPF neighbours and instances.',
    toolset: 'network',
    byDefault: true,
    words: ['peering', 'adjacency', 'dynamic routing', 'neighbor down', 'protocols'],
    views: {
      bgp_sessions: shown(
        '/routing/bgp/session',
        'name remote.address remote.as established uptime prefix-count local.address last-stopped input.last-notification output.last-notification',
      ),
      bgp_connections: shown(
        '/routing/bgp/connection',
        'name remote.address remote.as local.role local.address templates disabled inactive comment',
      ),
      ospf_neighbors: shown(
        '/routing/ospf/neighbor',
        'instance area interface address router-id state state-changes adjacency',
      ),
      ospf_instances: shown(
        '/routing/ospf/instance',
        'name version router-id vrf redistribute disabled inactive comment',
      ),
    },
  },
  {
    name: 'dns_list',
    title: 'DNS of a router',
    description: 'DNS servers and settings, static records, cache, block lists and forwarders of a router.',
    toolset: 'network',
    byDefault: true,
    words: ['resolver', 'nameserver', 'dns settings', 'static records', 'which dns server'],
    views: {
      settings: shown(
        '/ip/dns',
        'servers dynamic-servers use-doh-server verify-doh-cert allow-remote-requests cache-size cache-used cache-max-ttl max-concurrent-queries query-server-timeout',
      ),
      records: shown(
        '/ip/dns/static',
        'name regexp type address cname forward-to mx-exchange text ttl disabled dynamic comment',
      ),
      cache: shown('/ip/dns/cache', 'name type data ttl static'),
      adlists: { menu: '/ip/dns/adlist' },
      forwarders: { menu: '/ip/dns/forwarders' },
    },
  },
  {
    name: 'ntp_get',
    title: 'Time and NTP of a router',
    description:
      'Whether the clock is synchronized and by which server: NTP client, its servers, NTP server, clock and time zone.',
    toolset: 'network',
    byDefault: true,
    words: ['time sync', 'clock drift', 'stratum', 'wrong time'],
    views: {
      client: { menu: '/system/ntp/client' },
      servers: shown('/system/ntp/client/servers', 'address resolved-address iburst disabled dynamic comment'),
      server: { menu: '/system/ntp/server' },
      clock: { menu: '/system/clock' },
    },
  },
  {
    name: 'dhcp_list',
    title: 'DHCP leases, servers and clients',
    description:
      'DHCP leases (which client has which address), servers, networks, options, and the DHCP clients by which a router itself gets its addresses.',
    toolset: 'network',
    byDefault: true,
    words: ['reservation', 'who has this ip', 'hostnames', 'scope', 'wan address'],
    views: {
      leases: shown(
        '/ip/dhcp-server/lease',
        'server address active-address mac-address host-name status expires-after last-seen dynamic disabled comment',
      ),
      servers: shown(
        '/ip/dhcp-server',
        'name interface address-pool lease-time authoritative relay disabled invalid comment',
      ),
      networks: shown(
        '/ip/dhcp-server/network',
        'address gateway netmask dns-server domain ntp-server dhcp-option comment',
      ),
      clients: shown(
        '/ip/dhcp-client',
        'interface status address gateway dhcp-server primary-dns secondary-dns expires-after disabled comment',
      ),
      options: shown('/ip/dhcp-server/option', 'name code value raw-value force'),
      option_sets: shown('/ip/dhcp-server/option/sets', 'name options'),
    },
  },
  {
    name: 'bridge_list',
    title: 'Bridges of a router',
    description:
      'Bridges, their ports with spanning-tree state, VLANs with tagged and untagged ports, and behind which port a MAC address is (hosts).',
    toolset: 'network',
    byDefault: true,
    words: ['switching', 'layer 2', 'loop', 'mac table', 'trunk'],
    views: {
      bridges: shown(
        '/interface/bridge',
        'name protocol-mode vlan-filtering pvid priority mac-address running disabled comment',
      ),
      ports: shown(
        '/interface/bridge/port',
        'bridge interface pvid status role forwarding edge-port path-cost horizon hw-offload disabled comment',
      ),
      vlans: shown(
        '/interface/bridge/vlan',
        'bridge vlan-ids tagged untagged current-tagged current-untagged dynamic disabled comment',
      ),
      hosts: shown('/interface/bridge/host', 'mac-address bridge on-interface interface vid local dynamic'),
    },
  },
];
