/* Generated from schemas/router-config.json by "npm run generate". */

/**
 * Static DNS records (RouterOS `/ip/dns/static`). A record is found by its name or regexp, type and value.
 *
 * @maxItems 100000
 */
export type DnsStaticSection = DnsStaticRecord[];
/**
 * Entries of IPv4 firewall address lists (RouterOS `/ip/firewall/address-list`). An entry is found by list and address. Timed entries belong to the router and are left alone, but for those that are declared with a timeout.
 *
 * @maxItems 100000
 */
export type AddressListsSection = AddressListEntry[];
/**
 * IPv4 addresses of the router's interfaces (RouterOS `/ip/address`). An address is found by itself and its interface.
 *
 * @maxItems 100000
 */
export type AddressesSection = InterfaceAddress[];
/**
 * Interface lists and their members (RouterOS `/interface/list` and `/interface/list/member`). A list is found by its name, a member by list and interface. The built-in lists `all`, `none`, `dynamic` and `static` are the router's own.
 *
 * @maxItems 10000
 */
export type InterfaceListsSection = InterfaceList[];
/**
 * Comments of interfaces, and whether they are off (RouterOS `/interface`). An interface is found by its name. Interfaces come with the hardware or from other menus, so none is added or removed here: one that a router lacks is held back, and one that is listed no more gets back its defaults.
 *
 * @maxItems 10000
 */
export type InterfacesSection = Interface[];
/**
 * Static DHCP leases (RouterOS `/ip/dhcp-server/lease`). A lease is found by its server and MAC address.
 *
 * @maxItems 100000
 */
export type DhcpLeasesSection = DhcpLease[];
/**
 * What clients of a network are told by DHCP (RouterOS `/ip/dhcp-server/network`). A network is found by its address.
 *
 * @maxItems 100000
 */
export type DhcpNetworksSection = DhcpNetwork[];
/**
 * Several DHCP options under one name (RouterOS `/ip/dhcp-server/option/sets`). A set is found by its name.
 *
 * @maxItems 100000
 */
export type DhcpOptionSetsSection = DhcpOptionSet[];
/**
 * Options that DHCP servers hand out (RouterOS `/ip/dhcp-server/option`). An option is found by its name.
 *
 * @maxItems 100000
 */
export type DhcpOptionsSection = DhcpOption[];
/**
 * DHCP servers (RouterOS `/ip/dhcp-server`). A server is found by its name.
 *
 * @maxItems 1000
 */
export type DhcpServersSection = DhcpServer[];
/**
 * Pools of IPv4 addresses (RouterOS `/ip/pool`). A pool is found by its name.
 *
 * @maxItems 100000
 */
export type PoolsSection = Pool[];
/**
 * Ports of bridges (RouterOS `/interface/bridge/port`), but for spanning tree and VLAN filtering, which stay as they are. A port is found by its interface. The order counts: ports come to stand in the order of the list.
 *
 * @maxItems 10000
 */
export type BridgePortsSection = BridgePort[];
/**
 * Bridges (RouterOS `/interface/bridge`), but for spanning tree and VLAN filtering, which stay as they are. A bridge is found by its name.
 *
 * @maxItems 1000
 */
export type BridgesSection = Bridge[];
/**
 * Lists of names that the DNS cache answers with nothing (RouterOS `/ip/dns/adlist`). A list is found by its URL or file.
 *
 * @maxItems 100000
 */
export type DnsAdlistsSection = DnsAdlist[];
/**
 * Servers that FWD records name together (RouterOS `/ip/dns/forwarders`). A forwarder is found by its name.
 *
 * @maxItems 100000
 */
export type DnsForwardersSection = DnsForwarder[];

/**
 * A piece of desired state for the devices it selects. Several RouterConfigs layer onto a device; the higher priority wins, field by field.
 */
export interface RouterConfig {
  /**
   * Version of this schema.
   */
  apiVersion: 'routeros-gitops.dev/v1alpha1';
  /**
   * What this object is.
   */
  kind: 'RouterConfig';
  metadata: Metadata;
  spec: RouterConfigSpec;
}
/**
 * Name and labels of an object, as in Kubernetes.
 */
export interface Metadata {
  /**
   * Unique among the objects of its kind. Lower-case letters, digits and hyphens.
   */
  name: string;
  /**
   * Free key-value pairs that selectors match. A device also answers to the labels `environment`, `site` and `name`, which are taken from its spec and name and can't be set here.
   */
  labels?: {
    [k: string]: string;
  };
  /**
   * Free key-value pairs that nothing selects by. Values are strings.
   */
  annotations?: {
    [k: string]: string;
  };
}
/**
 * Whom it is for, how strong it is, and one key per section. A section that is absent is not managed by this RouterConfig; an empty list says that it should be empty.
 */
export interface RouterConfigSpec {
  selector: Selector;
  /**
   * Where two RouterConfigs declare one field of one device, the higher priority wins. Equal priorities must not disagree.
   */
  priority: number;
  unlisted?: Unlisted;
  unlistedIn?: UnlistedInParts;
  identity?: IdentitySection;
  dns?: DnsSection;
  dnsStatic?: DnsStaticSection;
  ntpClient?: NtpClientSection;
  addressLists?: AddressListsSection;
  addresses?: AddressesSection;
  interfaceLists?: InterfaceListsSection;
  interfaces?: InterfacesSection;
  dhcpLeases?: DhcpLeasesSection;
  dhcpNetworks?: DhcpNetworksSection;
  dhcpOptionSets?: DhcpOptionSetsSection;
  dhcpOptions?: DhcpOptionsSection;
  dhcpServers?: DhcpServersSection;
  pools?: PoolsSection;
  bridgePorts?: BridgePortsSection;
  bridges?: BridgesSection;
  wifi?: WifiSection;
  wireless?: WirelessSection;
  dnsAdlists?: DnsAdlistsSection;
  dnsForwarders?: DnsForwardersSection;
  ntpServer?: NtpServerSection;
}
/**
 * Which devices: those that carry all of `matchLabels`, or those listed in `names`. State one of the two; the empty selector `{}` means every device.
 */
export interface Selector {
  /**
   * The device must carry every one of these labels. `environment`, `site` and `name` can be used here like any label.
   */
  matchLabels?: {
    [k: string]: string;
  };
  /**
   * Names of RouterDevices.
   *
   * @minItems 1
   * @maxItems 10000
   */
  names?: string[];
}
/**
 * For each list section: what happens to rows that nobody declared. The highest priority that states it wins.
 */
export interface Unlisted {
  /**
   * What happens to static DNS records on the router that no RouterConfig ever listed: `tolerate` leaves and reports them, `prune` removes them.
   */
  dnsStatic?: 'tolerate' | 'prune';
  /**
   * What happens to address list entries on the router that no RouterConfig ever listed: `tolerate` leaves and reports them, `prune` removes them.
   */
  addressLists?: 'tolerate' | 'prune';
  /**
   * What happens to IP addresses on the router that no RouterConfig ever listed: `tolerate` leaves and reports them, `prune` removes them.
   */
  addresses?: 'tolerate' | 'prune';
  /**
   * What happens to rows of `interfaceLists` on the router that no RouterConfig ever listed: `tolerate` leaves and reports them, `prune` removes them.
   */
  interfaceLists?: 'tolerate' | 'prune';
  /**
   * What happens to rows of `dhcpLeases` on the router that no RouterConfig ever listed: `tolerate` leaves and reports them, `prune` removes them.
   */
  dhcpLeases?: 'tolerate' | 'prune';
  /**
   * What happens to rows of `dhcpNetworks` on the router that no RouterConfig ever listed: `tolerate` leaves and reports them, `prune` removes them.
   */
  dhcpNetworks?: 'tolerate' | 'prune';
  /**
   * What happens to rows of `dhcpOptionSets` on the router that no RouterConfig ever listed: `tolerate` leaves and reports them, `prune` removes them.
   */
  dhcpOptionSets?: 'tolerate' | 'prune';
  /**
   * What happens to rows of `dhcpOptions` on the router that no RouterConfig ever listed: `tolerate` leaves and reports them, `prune` removes them.
   */
  dhcpOptions?: 'tolerate' | 'prune';
  /**
   * What happens to rows of `dhcpServers` on the router that no RouterConfig ever listed: `tolerate` leaves and reports them, `prune` removes them.
   */
  dhcpServers?: 'tolerate' | 'prune';
  /**
   * What happens to rows of `pools` on the router that no RouterConfig ever listed: `tolerate` leaves and reports them, `prune` removes them.
   */
  pools?: 'tolerate' | 'prune';
  /**
   * What happens to rows of `bridgePorts` on the router that no RouterConfig ever listed: `tolerate` leaves and reports them, `prune` removes them.
   */
  bridgePorts?: 'tolerate' | 'prune';
  /**
   * What happens to rows of `bridges` on the router that no RouterConfig ever listed: `tolerate` leaves and reports them, `prune` removes them.
   */
  bridges?: 'tolerate' | 'prune';
  /**
   * What happens to rows of `wifi` on the router that no RouterConfig ever listed: `tolerate` leaves and reports them, `prune` removes them.
   */
  wifi?: 'tolerate' | 'prune';
  /**
   * What happens to rows of `wireless` on the router that no RouterConfig ever listed: `tolerate` leaves and reports them, `prune` removes them.
   */
  wireless?: 'tolerate' | 'prune';
  /**
   * What happens to rows of `dnsAdlists` on the router that no RouterConfig ever listed: `tolerate` leaves and reports them, `prune` removes them.
   */
  dnsAdlists?: 'tolerate' | 'prune';
  /**
   * What happens to rows of `dnsForwarders` on the router that no RouterConfig ever listed: `tolerate` leaves and reports them, `prune` removes them.
   */
  dnsForwarders?: 'tolerate' | 'prune';
}
/**
 * For parts of list sections: what happens to rows there that nobody declared. It goes before `unlisted`. The highest priority that states it for a part wins.
 */
export interface UnlistedInParts {
  /**
   * For each address list that is named: what happens to its entries on the router that no RouterConfig ever listed. For other lists `unlisted` counts.
   */
  addressLists?: {
    [k: string]: 'tolerate' | 'prune';
  };
  /**
   * For each `server` that is named: what happens to rows of `dhcpLeases` with it that no RouterConfig ever listed. For others `unlisted` counts.
   */
  dhcpLeases?: {
    [k: string]: 'tolerate' | 'prune';
  };
  /**
   * For each `bridge` that is named: what happens to rows of `bridgePorts` with it that no RouterConfig ever listed. For others `unlisted` counts.
   */
  bridgePorts?: {
    [k: string]: 'tolerate' | 'prune';
  };
}
/**
 * The router's name (RouterOS `/system/identity`).
 */
export interface IdentitySection {
  /**
   * Name of the router, in any language, as its prompt, log and neighbours show it.
   */
  name?: string;
}
/**
 * The DNS client and cache (RouterOS `/ip/dns`).
 */
export interface DnsSection {
  /**
   * Addresses of upstream servers in order of preference, IPv4 or IPv6, a link-local one with `%interface`, each optionally with `@vrf`. An empty list removes them all.
   *
   * @maxItems 100
   */
  servers?: string[];
  /**
   * The router answers queries of others. Pair it with a firewall.
   */
  allowRemoteRequests?: boolean;
  /**
   * URL of a DoH server. While it is set, `servers` are not asked. An empty string removes it.
   */
  useDohServer?: string;
  /**
   * The DoH server's certificate must be trusted by the router.
   */
  verifyDohCert?: boolean;
  /**
   * Largest UDP answer in bytes.
   */
  maxUdpPacketSize?: number;
  /**
   * How long one server may take.
   */
  queryServerTimeout?: string;
  /**
   * How long a query may take over all servers.
   */
  queryTotalTimeout?: string;
  /**
   * Most queries under way at once.
   */
  maxConcurrentQueries?: number;
  /**
   * Most TCP sessions at once.
   */
  maxConcurrentTcpSessions?: number;
  /**
   * Size of the cache in KiB.
   */
  cacheSize?: number;
  /**
   * Longest time an answer stays in the cache.
   */
  cacheMaxTtl?: string;
  /**
   * Most connections to the DoH server.
   */
  dohMaxServerConnections?: number;
  /**
   * Most DoH queries under way at once.
   */
  dohMaxConcurrentQueries?: number;
  /**
   * How long a DoH query may take.
   */
  dohTimeout?: string;
  /**
   * How much longer than its TTL an address stays in the list a record names.
   */
  addressListExtraTime?: string;
  /**
   * Routing table in which the router's DNS works. RouterOS 7.15 and newer.
   */
  vrf?: string;
  /**
   * Interfaces between which multicast DNS is repeated. RouterOS 7.16 and newer.
   *
   * @maxItems 100
   */
  mdnsRepeatIfaces?: string[];
}
/**
 * One record: `name` or `regexp`, a type, and exactly the value fields of that type.
 */
export interface DnsStaticRecord {
  /**
   * The DNS name; `*` may stand in it. A record of type SRV is named `_service._proto.name`. Either this or `regexp`.
   */
  name?: string;
  /**
   * POSIX regular expression that names must match. Either this or `name`.
   */
  regexp?: string;
  /**
   * Type of the record; decides which value fields it has.
   */
  type?: 'A' | 'AAAA' | 'CNAME' | 'FWD' | 'MX' | 'NS' | 'NXDOMAIN' | 'SRV' | 'TXT';
  /**
   * Types A (an IPv4 address) and AAAA (an IPv6 address).
   */
  address?: string;
  /**
   * Type CNAME: the name it stands for.
   */
  cname?: string;
  /**
   * Type FWD: the servers that are asked instead, addresses or (RouterOS 7.17 and newer) names of forwarders, several joined by commas. Left out, the router's own servers are asked.
   */
  forwardTo?: string;
  /**
   * Type MX: the mail server.
   */
  mxExchange?: string;
  /**
   * Type MX: lower is asked first.
   */
  mxPreference?: number;
  /**
   * Type NS: the name server.
   */
  ns?: string;
  /**
   * Type SRV: the host of the service.
   */
  srvTarget?: string;
  /**
   * Type SRV: the port of the service.
   */
  srvPort?: number;
  /**
   * Type SRV: lower is asked first.
   */
  srvPriority?: number;
  /**
   * Type SRV: share among equal priorities.
   */
  srvWeight?: number;
  /**
   * Type TXT: the text, in any language.
   */
  text?: string;
  /**
   * How long others may keep the answer.
   */
  ttl?: string;
  /**
   * The record also answers for everything below the name.
   */
  matchSubdomain?: boolean;
  /**
   * Addresses that the name resolves to are added to this firewall address list.
   */
  addressList?: string;
  /**
   * Free text, in any language, beside the row on the router. Never used to find a row.
   */
  comment?: string;
  /**
   * The row exists but has no effect. A declared row that does not say so is in force: one that somebody disabled is enabled again.
   */
  disabled?: boolean;
}
/**
 * The NTP client (RouterOS `/system/ntp/client`).
 */
export interface NtpClientSection {
  /**
   * The router sets its clock by NTP.
   */
  enabled?: boolean;
  /**
   * How the servers are found.
   */
  mode?: 'unicast' | 'broadcast' | 'multicast' | 'manycast';
  /**
   * Addresses or names of the servers, each optionally with `@vrf`. Their order means nothing.
   *
   * @maxItems 100
   */
  servers?: string[];
  /**
   * Routing table in which the client works.
   */
  vrf?: string;
}
/**
 * One entry.
 */
export interface AddressListEntry {
  /**
   * Name of the list.
   */
  list: string;
  /**
   * An IPv4 address, a prefix without host bits, a range `a-b`, or a full DNS name with at least one dot, which the router resolves by itself.
   */
  address: string;
  /**
   * The entry goes by itself after this time, in whole seconds: `1h` at least, `35w3d13h13m56s` at most. The router does not save it and loses it when it restarts. What stands is never changed or removed; once it is gone, it is planned again. Not for names, nor beside `disabled`.
   */
  timeout?: string;
  /**
   * Free text, in any language, beside the row on the router. Never used to find a row.
   */
  comment?: string;
  /**
   * The row exists but has no effect. A declared row that does not say so is in force: one that somebody disabled is enabled again.
   */
  disabled?: boolean;
}
/**
 * One address.
 */
export interface InterfaceAddress {
  /**
   * An IPv4 address with its prefix length. Without one it is a single address, and `network` must say whose.
   */
  address: string;
  /**
   * Name of the interface it is on.
   */
  interface: string;
  /**
   * The far end of a point-to-point link, an IPv4 address. Left out, it follows from the address.
   */
  network?: string;
  /**
   * Free text, in any language, beside the row on the router. Never used to find a row.
   */
  comment?: string;
  /**
   * The row exists but has no effect. A declared row that does not say so is in force: one that somebody disabled is enabled again.
   */
  disabled?: boolean;
}
/**
 * One list.
 */
export interface InterfaceList {
  /**
   * Name of the list.
   */
  name: string;
  /**
   * Names of other lists whose members are on this one, too.
   *
   * @maxItems 255
   */
  include?: string[];
  /**
   * Names of other lists whose members are not on this one.
   *
   * @maxItems 255
   */
  exclude?: string[];
  /**
   * Free text, in any language, beside the row on the router. Never used to find a row.
   */
  comment?: string;
  /**
   * Who is on the list.
   *
   * @maxItems 10000
   */
  members?: InterfaceListMember[];
}
/**
 * One member.
 */
export interface InterfaceListMember {
  /**
   * Name of the interface.
   */
  interface: string;
  /**
   * Free text, in any language, beside the row on the router. Never used to find a row.
   */
  comment?: string;
  /**
   * The row exists but has no effect. A declared row that does not say so is in force: one that somebody disabled is enabled again.
   */
  disabled?: boolean;
}
/**
 * One interface.
 */
export interface Interface {
  /**
   * Name of the interface, as the router has it.
   */
  name: string;
  /**
   * Free text, in any language, beside the row on the router. Never used to find a row.
   */
  comment?: string;
  /**
   * The interface is off. Refused wherever the controller's own way runs over it. Whether it is, stays unmanaged until this is declared, and as it is when this is declared no more.
   */
  disabled?: boolean;
}
/**
 * One lease.
 */
export interface DhcpLease {
  /**
   * Name of the server that hands it out, or `all`.
   */
  server?: string;
  /**
   * MAC address of the client, in any spelling.
   */
  macAddress: string;
  /**
   * An IPv4 address, or the name of a pool to take one from; 0.0.0.0: one from the server's pool.
   */
  address?: string;
  /**
   * What the client calls itself: bytes in hex, or any text.
   */
  clientId?: string;
  /**
   * The frame's source address counts, not what the client says.
   */
  useSrcMac?: boolean;
  /**
   * How long the client keeps the address; 0s: as the server says.
   */
  leaseTime?: string;
  /**
   * The client gets no address.
   */
  blockAccess?: boolean;
  /**
   * Answers to it are broadcast.
   */
  alwaysBroadcast?: boolean;
  /**
   * Speed of the client, any text that the router's console takes: `rx/tx`.
   */
  rateLimit?: string;
  /**
   * Routes that are there while the client has the address, any text that the router's console takes.
   */
  routes?: string;
  /**
   * Names of the address lists that the client's address goes to.
   *
   * @maxItems 64
   */
  addressLists?: string[];
  /**
   * Names of DHCP options, in this order.
   *
   * @maxItems 64
   */
  dhcpOption?: string[];
  /**
   * Name of a set of DHCP options, or `none`.
   */
  dhcpOptionSet?: string;
  /**
   * Name of the queue above the client's, or `none`. Left out, the server's counts.
   */
  parentQueue?: string;
  /**
   * Name of the type of the client's queue.
   */
  queueType?: string;
  /**
   * Name of the queue before which the client's goes, or `first` or `bottom`. Left out, the server's counts.
   */
  insertQueueBefore?: string;
  /**
   * One queue for the client's IPv4 and IPv6 addresses. Left out, the server's counts.
   */
  allowDualStackQueue?: boolean;
  /**
   * Circuit id of the relay agent, any text or hex. RouterOS 7.21 and newer.
   */
  agentCircuitId?: string;
  /**
   * Remote id of the relay agent, any text or hex. RouterOS 7.21 and newer.
   */
  agentRemoteId?: string;
  /**
   * Free text, in any language, beside the row on the router. Never used to find a row.
   */
  comment?: string;
  /**
   * The row exists but has no effect. A declared row that does not say so is in force: one that somebody disabled is enabled again.
   */
  disabled?: boolean;
}
/**
 * One network. It cannot be disabled.
 */
export interface DhcpNetwork {
  /**
   * The network, an IPv4 prefix without host bits.
   */
  address: string;
  /**
   * IPv4 addresses of the gateways that clients are told, in this order.
   *
   * @maxItems 64
   */
  gateway?: string[];
  /**
   * Prefix length that clients are told; 0: that of `address`.
   */
  netmask?: number;
  /**
   * IPv4 addresses of the DNS servers, in this order.
   *
   * @maxItems 64
   */
  dnsServer?: string[];
  /**
   * Clients are told no DNS server, not even the router's own.
   */
  dnsNone?: boolean;
  /**
   * Domain that clients are told, any text.
   */
  domain?: string;
  /**
   * IPv4 addresses of the NTP servers, in this order.
   *
   * @maxItems 64
   */
  ntpServer?: string[];
  /**
   * Clients are told no NTP server. RouterOS 7.20 and newer.
   */
  ntpNone?: boolean;
  /**
   * IPv4 addresses of the WINS servers, in this order.
   *
   * @maxItems 64
   */
  winsServer?: string[];
  /**
   * IPv4 addresses of the CAPsMAN controllers, in this order.
   *
   * @maxItems 64
   */
  capsManager?: string[];
  /**
   * IPv4 address of the server that a client boots from.
   */
  nextServer?: string;
  /**
   * File that a client boots from, any text.
   */
  bootFileName?: string;
  /**
   * Names of DHCP options, in this order.
   *
   * @maxItems 64
   */
  dhcpOption?: string[];
  /**
   * Name of a set of DHCP options, or `none`.
   */
  dhcpOptionSet?: string;
  /**
   * Free text, in any language, beside the row on the router. Never used to find a row.
   */
  comment?: string;
}
/**
 * One set.
 */
export interface DhcpOptionSet {
  /**
   * Name of the set, by which servers, networks and leases refer to it.
   */
  name: string;
  /**
   * Names of the options in it. Their order means nothing.
   *
   * @maxItems 64
   */
  options?: string[];
  /**
   * Free text, in any language, beside the row on the router. Never used to find a row. RouterOS 7.23 and newer.
   */
  comment?: string;
}
/**
 * One option.
 */
export interface DhcpOption {
  /**
   * Name of the option, by which networks, leases and option sets refer to it.
   */
  name: string;
  /**
   * Number of the DHCP option, 1 to 254, or `vendor-specific`.
   */
  code: string;
  /**
   * What clients are told, as the router's console has it: `'text'`, `0x` and hex digits, `$(INTERFACE)` and the like.
   */
  value?: string;
  /**
   * Clients get it whether they ask for it or not.
   */
  force?: boolean;
  /**
   * Free text, in any language, beside the row on the router. Never used to find a row. RouterOS 7.16 and newer.
   */
  comment?: string;
}
/**
 * One server.
 */
export interface DhcpServer {
  /**
   * Name of the server, by which leases refer to it.
   */
  name: string;
  /**
   * Name of the interface on which it listens.
   */
  interface: string;
  /**
   * Name of the pool that it hands out, or `static-only`.
   */
  addressPool?: string;
  /**
   * How long a client keeps an address. A server that is made without it gets 30 minutes, since versions differ.
   */
  leaseTime?: string;
  /**
   * Whether it refuses clients that ask for an address it does not know, and how late.
   */
  authoritative?: 'yes' | 'no' | 'after-2sec-delay' | 'after-10sec-delay';
  /**
   * IPv4 address of the relay whose requests it answers; 0.0.0.0: clients alone; 255.255.255.255: any relay.
   */
  relay?: string;
  /**
   * IPv4 address of the router that clients are to answer; 0.0.0.0: the one of the interface.
   */
  serverAddress?: string;
  /**
   * Which BOOTP clients are served.
   */
  bootpSupport?: 'none' | 'static' | 'dynamic';
  /**
   * How long a BOOTP client keeps an address, or `forever` or `lease-time`.
   */
  bootpLeaseTime?: string;
  /**
   * How long a client must have asked before it is answered, or `none`.
   */
  delayThreshold?: string;
  /**
   * Answers are broadcast even to clients that do not ask for it.
   */
  alwaysBroadcast?: boolean;
  /**
   * Clients are put into the ARP table.
   */
  addArp?: boolean;
  /**
   * Whether RADIUS decides on leases.
   */
  useRadius?: 'no' | 'yes' | 'accounting';
  /**
   * An address is pinged before it is handed out.
   */
  conflictDetection?: boolean;
  /**
   * Script, any text, that runs when an address is handed out or comes back.
   */
  leaseScript?: string;
  /**
   * Name of a set of DHCP options, or `none`.
   */
  dhcpOptionSet?: string;
  /**
   * Number of clients of one MAC address, or `unlimited`.
   */
  clientMacLimit?: string;
  /**
   * Name of the queue before which those of clients go, or `first` or `bottom`.
   */
  insertQueueBefore?: string;
  /**
   * Name of the queue above those of clients, or `none`.
   */
  parentQueue?: string;
  /**
   * One queue for a client's IPv4 and IPv6 addresses.
   */
  allowDualStackQueue?: boolean;
  /**
   * Framed-Route of RADIUS is handed out as classless routes.
   */
  useFramedAsClassless?: boolean;
  /**
   * Names of the address lists that clients' addresses go to. RouterOS 7.17 and newer.
   *
   * @maxItems 64
   */
  addressLists?: string[];
  /**
   * Clients that can are told of changes. RouterOS 7.19 and newer.
   */
  useReconfigure?: boolean;
  /**
   * What tells clients apart. RouterOS 7.21 and newer.
   *
   * @maxItems 3
   */
  dynamicLeaseIdentifiers?: ('client-mac' | 'client-id' | 'opt-82')[];
  /**
   * Agent options of broadband lines are read. RouterOS 7.21 and newer.
   */
  supportBroadbandTr101?: boolean;
  /**
   * Clients' names become static DNS records. RouterOS 7.23 and newer.
   */
  addDnsEntries?: boolean;
  /**
   * Domain of these records: its name, 1 to 64 characters. RouterOS 7.23 and newer.
   */
  addDnsEntriesSuffix?: string;
  /**
   * Free text, in any language, beside the row on the router. Never used to find a row.
   */
  comment?: string;
  /**
   * The row exists but has no effect. A declared row that does not say so is in force: one that somebody disabled is enabled again.
   */
  disabled?: boolean;
}
/**
 * One pool.
 */
export interface Pool {
  /**
   * Name of the pool.
   */
  name: string;
  /**
   * IPv4 ranges, prefixes or addresses that it hands out, in this order.
   *
   * @minItems 1
   * @maxItems 1000
   */
  ranges: string[];
  /**
   * Name of the pool that goes on where this one is full, or `none`.
   */
  nextPool?: string;
  /**
   * Free text, in any language, beside the row on the router. Never used to find a row.
   */
  comment?: string;
}
/**
 * One port.
 */
export interface BridgePort {
  /**
   * Name of the interface, or of an interface list whose members all become ports.
   */
  interface: string;
  /**
   * Name of the bridge that it is a port of.
   */
  bridge: string;
  /**
   * Whether a switch chip may forward between ports.
   */
  hw?: boolean;
  /**
   * Whether hosts are learnt from what comes in.
   */
  learn?: 'yes' | 'no' | 'auto';
  /**
   * Ports of one horizon exchange nothing: a number, or `none`, as a text.
   */
  horizon?: string;
  /**
   * Whether DHCP servers are heard here though the bridge snoops.
   */
  trusted?: boolean;
  /**
   * Whether router advertisements are heard here though the bridge guards them. RouterOS 7.22 and newer.
   */
  trustedRa?: boolean;
  /**
   * Whether DHCPv6 servers are heard here though the bridge snoops. RouterOS 7.24 and newer.
   */
  trustedDhcpv6?: boolean;
  /**
   * Whether a port stops forwarding when its neighbour sends no BPDU.
   */
  autoIsolate?: boolean;
  /**
   * Whether broadcasts leave here.
   */
  broadcastFlood?: boolean;
  /**
   * Whether multicast leaves here that nobody asked for.
   */
  unknownMulticastFlood?: boolean;
  /**
   * Whether frames leave here for hosts that are not known.
   */
  unknownUnicastFlood?: boolean;
  /**
   * Whether a group ends as soon as one host leaves it.
   */
  fastLeave?: boolean;
  /**
   * When what is behind the port counts as a multicast router.
   */
  multicastRouter?: 'permanent' | 'disabled' | 'temporary-query';
  /**
   * Whether it is an edge port for spanning tree.
   */
  edge?: 'yes' | 'no' | 'auto' | 'yes-discover' | 'no-discover';
  /**
   * Whether it counts as a link between two for spanning tree.
   */
  pointToPoint?: 'yes' | 'no' | 'auto';
  /**
   * Whether it goes off when a BPDU comes in.
   */
  bpduGuard?: boolean;
  /**
   * Whether it may not become the root port.
   */
  restrictedRole?: boolean;
  /**
   * Whether topology changes from here are not passed on.
   */
  restrictedTcn?: boolean;
  /**
   * Free text, in any language, beside the row on the router. Never used to find a row.
   */
  comment?: string;
  /**
   * The row exists but has no effect. A declared row that does not say so is in force: one that somebody disabled is enabled again.
   */
  disabled?: boolean;
}
/**
 * One bridge.
 */
export interface Bridge {
  /**
   * Name of the bridge.
   */
  name: string;
  /**
   * How it answers questions for MAC addresses.
   */
  arp?: 'enabled' | 'disabled' | 'proxy-arp' | 'local-proxy-arp' | 'reply-only';
  /**
   * How long an entry that is no longer confirmed stays, or `auto`.
   */
  arpTimeout?: string;
  /**
   * Largest packet in bytes, or `auto`, as a text.
   */
  mtu?: string;
  /**
   * Whether its MAC is that of a port.
   */
  autoMac?: boolean;
  /**
   * A MAC of its own, six pairs of hexadecimal digits.
   */
  adminMac?: string;
  /**
   * How long a host that is not seen any more stays known.
   */
  ageingTime?: string;
  /**
   * Shorter way for packets between two ports.
   */
  fastForward?: boolean;
  /**
   * How many hosts it learns at most: a number, `auto` or `unlimited`, as a text. RouterOS 7.16 and newer.
   */
  maxLearnedEntries?: string;
  /**
   * Whether frames to 01:80:C2:00:00:0X pass. RouterOS 7.16 and newer.
   */
  forwardReservedAddresses?: boolean;
  /**
   * Whether multicast goes only to ports that asked for it.
   */
  igmpSnooping?: boolean;
  /**
   * Version of IGMP queries.
   */
  igmpVersion?: '3' | '2';
  /**
   * Version of MLD queries.
   */
  mldVersion?: '2' | '1';
  /**
   * Whether it asks who wants multicast.
   */
  multicastQuerier?: boolean;
  /**
   * When the bridge itself counts as a multicast router.
   */
  multicastRouter?: 'permanent' | 'disabled' | 'temporary-query';
  /**
   * How long to wait for others after one has left a group.
   */
  lastMemberInterval?: string;
  /**
   * How often to ask then.
   */
  lastMemberQueryCount?: number;
  /**
   * How long a membership lasts that nobody confirms.
   */
  membershipInterval?: string;
  /**
   * How long another querier counts that is not heard any more.
   */
  querierInterval?: string;
  /**
   * How long between two general queries.
   */
  queryInterval?: string;
  /**
   * How long hosts may take to answer.
   */
  queryResponseInterval?: string;
  /**
   * How many queries to send at the start.
   */
  startupQueryCount?: number;
  /**
   * How long between them.
   */
  startupQueryInterval?: string;
  /**
   * Whether queries come from an address of the bridge. RouterOS 7.24 and newer.
   */
  querierUsesBridgeAddress?: boolean;
  /**
   * Whether DHCP servers are heard only on trusted ports.
   */
  dhcpSnooping?: boolean;
  /**
   * Whether it adds option 82 to what clients ask. RouterOS before 7.24.
   */
  addDhcpOption82?: boolean;
  /**
   * What it tells DHCP servers of the port. RouterOS 7.24 and newer.
   */
  dhcpAgentCircuitId?: string;
  /**
   * What it tells DHCP servers of the router. RouterOS 7.24 and newer.
   */
  dhcpAgentRemoteId?: string;
  /**
   * Whether DHCPv6 servers are heard only on trusted ports. RouterOS 7.24 and newer.
   */
  dhcpv6Snooping?: boolean;
  /**
   * What it tells DHCPv6 servers of the port. RouterOS 7.24 and newer.
   */
  dhcpv6AgentCircuitId?: string;
  /**
   * What it tells DHCPv6 servers of the router. RouterOS 7.24 and newer.
   */
  dhcpv6AgentRemoteId?: string;
  /**
   * Whether router advertisements are heard only on trusted ports. RouterOS 7.22 and newer.
   */
  raGuard?: boolean;
  /**
   * Free text, in any language, beside the row on the router. Never used to find a row.
   */
  comment?: string;
  /**
   * The row exists but has no effect. A declared row that does not say so is in force: one that somebody disabled is enabled again.
   */
  disabled?: boolean;
}
/**
 * Wireless networks (RouterOS `/interface/wifi`, 7.13 and newer). Rows are found by their names. A list that is not written is not managed. What a profile says by the name of another, such as `securityPassphrase`, goes before that other.
 */
export interface WifiSection {
  /**
   * Frequencies and widths (`/interface/wifi/channel`).
   *
   * @maxItems 10000
   */
  channels?: WifiChannel[];
  /**
   * Who may join (`/interface/wifi/security`).
   *
   * @maxItems 10000
   */
  security?: WifiSecurity[];
  /**
   * Where the traffic of clients goes (`/interface/wifi/datapath`).
   *
   * @maxItems 10000
   */
  datapaths?: WifiDatapath[];
  /**
   * Networks as radios put them up (`/interface/wifi/configuration`).
   *
   * @maxItems 10000
   */
  configurations?: WifiConfiguration[];
  /**
   * Radios, which are there for good, and virtual access points on them (`/interface/wifi`).
   *
   * @maxItems 10000
   */
  interfaces?: WifiInterface[];
}
/**
 * One of them.
 */
export interface WifiChannel {
  /**
   * Name of the profile.
   */
  name: string;
  /**
   * Frequency band and standard.
   */
  band?:
    | '2ghz-g'
    | '2ghz-n'
    | '2ghz-ax'
    | '2ghz-be'
    | '5ghz-a'
    | '5ghz-n'
    | '5ghz-ac'
    | '5ghz-ax'
    | '5ghz-be'
    | '6ghz-ax'
    | '6ghz-be';
  /**
   * Frequencies in MHz that a radio may use: single ones and ranges, joined by commas.
   */
  frequency?: string;
  /**
   * Channel widths that may be used.
   */
  width?:
    | '20mhz'
    | '20/40mhz'
    | '20/40mhz-Ce'
    | '20/40mhz-eC'
    | '20/40/80mhz'
    | '20/40/80+80mhz'
    | '20/40/80/160mhz'
    | '20/40/80/160/320mhz';
  /**
   * Channels left out on which radar is looked for.
   */
  skipDfsChannels?: '10min-cac' | 'all' | 'disabled';
  /**
   * The second 80 MHz segment, in MHz, or `disabled`.
   */
  secondaryFrequency?: string;
  /**
   * How long a radio stays on a channel before it looks for a better one.
   */
  reselectInterval?: string;
  /**
   * Free text, in any language, beside the row on the router. Never used to find a row.
   */
  comment?: string;
  /**
   * The row exists but has no effect. A declared row that does not say so is in force: one that somebody disabled is enabled again.
   */
  disabled?: boolean;
}
/**
 * One of them.
 */
export interface WifiSecurity {
  /**
   * Name of the profile.
   */
  name: string;
  /**
   * How clients may join.
   *
   * @maxItems 9
   */
  authenticationTypes?: (
    'wpa-psk' | 'wpa2-psk' | 'wpa2-psk-sha2' | 'wpa-eap' | 'wpa2-eap' | 'wpa3-psk' | 'owe' | 'wpa3-eap' | 'wpa3-eap-192'
  )[];
  passphrase?: Passphrase;
  /**
   * Ciphers for traffic to one client.
   *
   * @maxItems 5
   */
  encryption?: ('tkip' | 'ccmp' | 'gcmp' | 'ccmp-256' | 'gcmp-256')[];
  /**
   * Cipher for traffic to all clients.
   */
  groupEncryption?: 'tkip' | 'ccmp' | 'gcmp' | 'ccmp-256' | 'gcmp-256';
  /**
   * How long a group key is used.
   */
  groupKeyUpdate?: string;
  /**
   * Whether management frames are protected.
   */
  managementProtection?: 'allowed' | 'disabled' | 'required';
  /**
   * The PMKID is left out of the handshake.
   */
  disablePmkid?: boolean;
  /**
   * Clients roam by 802.11r.
   */
  ft?: boolean;
  /**
   * Clients may prepare a transition through the access point that they leave.
   */
  ftOverDs?: boolean;
  /**
   * A client that roams keeps its VLAN.
   */
  ftPreserveVlanid?: boolean;
  /**
   * Which of two access points keeps a client that is on both: a number, or one for each side with a slash between them.
   */
  connectPriority?: string;
  /**
   * Name of the group of access points among which a client is on one only.
   */
  connectGroup?: string;
  /**
   * How the element of SAE is derived.
   */
  saePwe?: 'both' | 'hash-to-element' | 'hunting-and-pecking';
  /**
   * Whether clients may join at the push of a button.
   */
  wps?: 'disable' | 'push-button';
  /**
   * Free text, in any language, beside the row on the router. Never used to find a row.
   */
  comment?: string;
  /**
   * The row exists but has no effect. A declared row that does not say so is in force: one that somebody disabled is enabled again.
   */
  disabled?: boolean;
}
/**
 * The passphrase of the network, 8 to 63 characters. Never in clear: `{secretRef: NAME}`, where NAME is bound outside Git.
 */
export interface Passphrase {
  /**
   * Name of the secret, as the operator has bound it.
   */
  secretRef: string;
}
/**
 * One of them.
 */
export interface WifiDatapath {
  /**
   * Name of the profile.
   */
  name: string;
  /**
   * Name of the bridge that the interface becomes a port of.
   */
  bridge?: string;
  /**
   * Clients do not reach each other.
   */
  clientIsolation?: boolean;
  /**
   * Name of the interface list that the interface becomes a member of.
   */
  interfaceList?: string;
  /**
   * VLAN that clients are put into.
   */
  vlanId?: number;
  /**
   * Free text, in any language, beside the row on the router. Never used to find a row.
   */
  comment?: string;
  /**
   * The row exists but has no effect. A declared row that does not say so is in force: one that somebody disabled is enabled again.
   */
  disabled?: boolean;
}
/**
 * One of them.
 */
export interface WifiConfiguration {
  /**
   * Name of the configuration.
   */
  name: string;
  /**
   * Network name: free text in any language, at most 32 bytes.
   */
  ssid?: string;
  /**
   * What the radio does.
   */
  mode?: 'ap' | 'station' | 'station-bridge' | 'station-pseudobridge';
  /**
   * Name of the country whose rules count.
   */
  country?: string;
  /**
   * The network name is not announced.
   */
  hideSsid?: boolean;
  /**
   * Who configures the interface.
   */
  manager?: 'capsman' | 'capsman-or-local' | 'local';
  /**
   * Radio chains that are used to receive.
   *
   * @maxItems 8
   */
  chains?: ('0' | '1' | '2' | '3' | '4' | '5' | '6' | '7')[];
  /**
   * Radio chains that are used to send.
   *
   * @maxItems 8
   */
  txChains?: ('0' | '1' | '2' | '3' | '4' | '5' | '6' | '7')[];
  /**
   * Ceiling in dBm.
   */
  txPower?: number;
  /**
   * Gain of the antenna in dBi, which is taken off what the country allows.
   */
  antennaGain?: number;
  /**
   * How long from one beacon to the next.
   */
  beaconInterval?: string;
  /**
   * Beacons from one announcement of group traffic to the next.
   */
  dtimPeriod?: number;
  /**
   * Where the antenna is. RouterOS 7.20.8 and newer.
   */
  installation?: 'indoor' | 'outdoor';
  /**
   * Clients that one interface takes. RouterOS 7.20.8 and newer.
   */
  maxClients?: number;
  /**
   * Multicast is sent to each client by itself.
   */
  multicastEnhance?: 'disabled' | 'enabled';
  /**
   * A station looks for better access points. RouterOS 7.20.8 and newer.
   */
  stationRoaming?: boolean;
  /**
   * Name of the channel profile.
   */
  channel?: string;
  /**
   * Name of the security profile.
   */
  security?: string;
  /**
   * Name of the datapath profile.
   */
  datapath?: string;
  /**
   * Frequency band and standard.
   */
  channelBand?:
    | '2ghz-g'
    | '2ghz-n'
    | '2ghz-ax'
    | '2ghz-be'
    | '5ghz-a'
    | '5ghz-n'
    | '5ghz-ac'
    | '5ghz-ax'
    | '5ghz-be'
    | '6ghz-ax'
    | '6ghz-be';
  /**
   * Frequencies in MHz that a radio may use: single ones and ranges, joined by commas.
   */
  channelFrequency?: string;
  /**
   * Channel widths that may be used.
   */
  channelWidth?:
    | '20mhz'
    | '20/40mhz'
    | '20/40mhz-Ce'
    | '20/40mhz-eC'
    | '20/40/80mhz'
    | '20/40/80+80mhz'
    | '20/40/80/160mhz'
    | '20/40/80/160/320mhz';
  /**
   * Channels left out on which radar is looked for.
   */
  channelSkipDfsChannels?: '10min-cac' | 'all' | 'disabled';
  /**
   * How clients may join.
   *
   * @maxItems 9
   */
  securityAuthenticationTypes?: (
    'wpa-psk' | 'wpa2-psk' | 'wpa2-psk-sha2' | 'wpa-eap' | 'wpa2-eap' | 'wpa3-psk' | 'owe' | 'wpa3-eap' | 'wpa3-eap-192'
  )[];
  securityPassphrase?: SecurityPassphrase;
  /**
   * Name of the bridge that the interface becomes a port of.
   */
  datapathBridge?: string;
  /**
   * Clients do not reach each other.
   */
  datapathClientIsolation?: boolean;
  /**
   * Name of the interface list that the interface becomes a member of.
   */
  datapathInterfaceList?: string;
  /**
   * VLAN that clients are put into.
   */
  datapathVlanId?: number;
  /**
   * Free text, in any language, beside the row on the router. Never used to find a row.
   */
  comment?: string;
  /**
   * The row exists but has no effect. A declared row that does not say so is in force: one that somebody disabled is enabled again.
   */
  disabled?: boolean;
}
/**
 * The passphrase of the network, 8 to 63 characters. Never in clear: `{secretRef: NAME}`, where NAME is bound outside Git.
 */
export interface SecurityPassphrase {
  /**
   * Name of the secret, as the operator has bound it.
   */
  secretRef: string;
}
/**
 * One of them.
 */
export interface WifiInterface {
  /**
   * Name of the interface.
   */
  name: string;
  /**
   * Name of the radio that a virtual access point is on. A radio has none.
   */
  masterInterface?: string;
  /**
   * Name of the configuration.
   */
  configuration?: string;
  /**
   * Network name: free text in any language, at most 32 bytes.
   */
  configurationSsid?: string;
  /**
   * What the radio does.
   */
  configurationMode?: 'ap' | 'station' | 'station-bridge' | 'station-pseudobridge';
  /**
   * Name of the country whose rules count.
   */
  configurationCountry?: string;
  /**
   * The network name is not announced.
   */
  configurationHideSsid?: boolean;
  /**
   * Who configures the interface.
   */
  configurationManager?: 'capsman' | 'capsman-or-local' | 'local';
  /**
   * Radio chains that are used to receive.
   *
   * @maxItems 8
   */
  configurationChains?: ('0' | '1' | '2' | '3' | '4' | '5' | '6' | '7')[];
  /**
   * Radio chains that are used to send.
   *
   * @maxItems 8
   */
  configurationTxChains?: ('0' | '1' | '2' | '3' | '4' | '5' | '6' | '7')[];
  /**
   * Ceiling in dBm.
   */
  configurationTxPower?: number;
  /**
   * Gain of the antenna in dBi, which is taken off what the country allows.
   */
  configurationAntennaGain?: number;
  /**
   * Name of the channel profile.
   */
  channel?: string;
  /**
   * Name of the security profile.
   */
  security?: string;
  /**
   * Name of the datapath profile.
   */
  datapath?: string;
  /**
   * Frequency band and standard.
   */
  channelBand?:
    | '2ghz-g'
    | '2ghz-n'
    | '2ghz-ax'
    | '2ghz-be'
    | '5ghz-a'
    | '5ghz-n'
    | '5ghz-ac'
    | '5ghz-ax'
    | '5ghz-be'
    | '6ghz-ax'
    | '6ghz-be';
  /**
   * Frequencies in MHz that a radio may use: single ones and ranges, joined by commas.
   */
  channelFrequency?: string;
  /**
   * Channel widths that may be used.
   */
  channelWidth?:
    | '20mhz'
    | '20/40mhz'
    | '20/40mhz-Ce'
    | '20/40mhz-eC'
    | '20/40/80mhz'
    | '20/40/80+80mhz'
    | '20/40/80/160mhz'
    | '20/40/80/160/320mhz';
  /**
   * Channels left out on which radar is looked for.
   */
  channelSkipDfsChannels?: '10min-cac' | 'all' | 'disabled';
  /**
   * How clients may join.
   *
   * @maxItems 9
   */
  securityAuthenticationTypes?: (
    'wpa-psk' | 'wpa2-psk' | 'wpa2-psk-sha2' | 'wpa-eap' | 'wpa2-eap' | 'wpa3-psk' | 'owe' | 'wpa3-eap' | 'wpa3-eap-192'
  )[];
  securityPassphrase?: SecurityPassphrase1;
  /**
   * Name of the bridge that the interface becomes a port of.
   */
  datapathBridge?: string;
  /**
   * Clients do not reach each other.
   */
  datapathClientIsolation?: boolean;
  /**
   * Name of the interface list that the interface becomes a member of.
   */
  datapathInterfaceList?: string;
  /**
   * VLAN that clients are put into.
   */
  datapathVlanId?: number;
  /**
   * Free text, in any language, beside the row on the router. Never used to find a row.
   */
  comment?: string;
  /**
   * The interface is off. Whether a radio is, stays unmanaged until this is declared; a virtual access point that does not say so is on, and one that somebody disabled is enabled again.
   */
  disabled?: boolean;
}
/**
 * The passphrase of the network, 8 to 63 characters. Never in clear: `{secretRef: NAME}`, where NAME is bound outside Git.
 */
export interface SecurityPassphrase1 {
  /**
   * Name of the secret, as the operator has bound it.
   */
  secretRef: string;
}
/**
 * Wireless networks of the older drivers (RouterOS `/interface/wireless`), for devices that only have that package. Rows are found by their names. A list that is not written is not managed.
 */
export interface WirelessSection {
  /**
   * Who may join (`/interface/wireless/security-profiles`).
   *
   * @maxItems 10000
   */
  securityProfiles?: WirelessSecurityProfile[];
  /**
   * Radios, which are there for good, and virtual access points on them (`/interface/wireless`).
   *
   * @maxItems 10000
   */
  interfaces?: WirelessInterface[];
}
/**
 * One of them.
 */
export interface WirelessSecurityProfile {
  /**
   * Name of the profile.
   */
  name: string;
  /**
   * Whether there are keys, and which.
   */
  mode?: 'none' | 'static-keys-optional' | 'static-keys-required' | 'dynamic-keys';
  /**
   * How clients may join.
   *
   * @maxItems 4
   */
  authenticationTypes?: ('wpa-psk' | 'wpa2-psk' | 'wpa-eap' | 'wpa2-eap')[];
  /**
   * Ciphers for traffic to one client.
   *
   * @maxItems 2
   */
  unicastCiphers?: ('tkip' | 'aes-ccm')[];
  /**
   * Ciphers for traffic to all clients.
   *
   * @maxItems 2
   */
  groupCiphers?: ('tkip' | 'aes-ccm')[];
  /**
   * How long a group key is used.
   */
  groupKeyUpdate?: string;
  wpaPreSharedKey?: WPAKey;
  wpa2PreSharedKey?: WPA2Key;
  /**
   * Whether management frames are protected.
   */
  managementProtection?: 'allowed' | 'disabled' | 'required';
  /**
   * The PMKID is left out of the handshake.
   */
  disablePmkid?: boolean;
  /**
   * Free text, in any language, beside the row on the router. Never used to find a row.
   */
  comment?: string;
}
/**
 * The pre-shared key of WPA, 8 to 63 characters. Never in clear: `{secretRef: NAME}`, where NAME is bound outside Git.
 */
export interface WPAKey {
  /**
   * Name of the secret, as the operator has bound it.
   */
  secretRef: string;
}
/**
 * The pre-shared key of WPA2, 8 to 63 characters. Never in clear: `{secretRef: NAME}`, where NAME is bound outside Git.
 */
export interface WPA2Key {
  /**
   * Name of the secret, as the operator has bound it.
   */
  secretRef: string;
}
/**
 * One of them.
 */
export interface WirelessInterface {
  /**
   * Name of the interface.
   */
  name: string;
  /**
   * Name of the radio that a virtual access point is on. A radio has none.
   */
  masterInterface?: string;
  /**
   * What the radio does.
   */
  mode?:
    | 'alignment-only'
    | 'ap-bridge'
    | 'bridge'
    | 'nstreme-dual-slave'
    | 'sniffer'
    | 'station'
    | 'station-bridge'
    | 'station-pseudobridge'
    | 'station-pseudobridge-clone'
    | 'station-wds'
    | 'wds-slave';
  /**
   * Network name: free text in any language, at most 32 bytes.
   */
  ssid?: string;
  /**
   * Name of the security profile.
   */
  securityProfile?: string;
  /**
   * The network name is not announced.
   */
  hideSsid?: boolean;
  /**
   * Frequency band and standards.
   */
  band?:
    | '2ghz-b'
    | '2ghz-onlyg'
    | '2ghz-b/g'
    | '2ghz-onlyn'
    | '2ghz-b/g/n'
    | '2ghz-g/n'
    | '5ghz-a'
    | '5ghz-onlyn'
    | '5ghz-a/n'
    | '5ghz-a/n/ac'
    | '5ghz-onlyac'
    | '5ghz-n/ac';
  /**
   * Channel widths that may be used.
   */
  channelWidth?:
    | '20mhz'
    | '10mhz'
    | '5mhz'
    | '40mhz-turbo'
    | '20/40mhz-Ce'
    | '20/40mhz-eC'
    | '20/40mhz-XX'
    | '20/40/80mhz-Ceee'
    | '20/40/80mhz-eCee'
    | '20/40/80mhz-eeCe'
    | '20/40/80mhz-eeeC'
    | '20/40/80mhz-XXXX';
  /**
   * One frequency in MHz, or `auto`.
   */
  frequency?: string;
  /**
   * Name of the country whose rules count, in the router's words.
   */
  country?: string;
  /**
   * Where the antenna is.
   */
  installation?: 'any' | 'indoor' | 'outdoor';
  /**
   * Which protocol is spoken.
   */
  wirelessProtocol?: 'any' | '802.11' | 'nstreme' | 'nv2' | 'nv2-nstreme' | 'nv2-nstreme-802.11' | 'unspecified';
  /**
   * Whether clients may join at the push of a button.
   */
  wpsMode?: 'disabled' | 'push-button' | 'push-button-virtual-only';
  /**
   * Clients reach each other.
   */
  defaultForwarding?: boolean;
  /**
   * Free text, in any language, beside the row on the router. Never used to find a row.
   */
  comment?: string;
  /**
   * The interface is off. Whether a radio is, stays unmanaged until this is declared; a virtual access point that does not say so is on, and one that somebody disabled is enabled again.
   */
  disabled?: boolean;
}
/**
 * One list, from a URL or from a file.
 */
export interface DnsAdlist {
  /**
   * Where the router fetches the list, again and again. Either this or `file`. RouterOS 7.15 and newer.
   */
  url?: string;
  /**
   * A file on the router. Nobody looks whether it is there. Either this or `url`. RouterOS 7.15 and newer.
   */
  file?: string;
  /**
   * The certificate of the URL's host must be trusted by the router. RouterOS 7.15 and newer.
   */
  sslVerify?: boolean;
  /**
   * Free text, in any language, beside the row on the router. Never used to find a row. RouterOS 7.15 and newer.
   */
  comment?: string;
  /**
   * The row exists but has no effect. A declared row that does not say so is in force: one that somebody disabled is enabled again. RouterOS 7.15 and newer.
   */
  disabled?: boolean;
}
/**
 * One forwarder, with servers of at least one kind.
 */
export interface DnsForwarder {
  /**
   * What FWD records call it in `forwardTo`. No address. RouterOS 7.17 and newer.
   */
  name: string;
  /**
   * Addresses of the servers in order of preference, IPv4 or IPv6. RouterOS 7.17 and newer.
   *
   * @maxItems 100
   */
  dnsServers?: string[];
  /**
   * URLs of DoH servers in order of preference. RouterOS 7.17 and newer.
   *
   * @maxItems 100
   */
  dohServers?: string[];
  /**
   * The DoH servers' certificates must be trusted by the router. RouterOS 7.17 and newer.
   */
  verifyDohCert?: boolean;
  /**
   * Free text, in any language, beside the row on the router. Never used to find a row. RouterOS 7.17 and newer.
   */
  comment?: string;
  /**
   * The row exists but has no effect. A declared row that does not say so is in force: one that somebody disabled is enabled again. RouterOS 7.17 and newer.
   */
  disabled?: boolean;
}
/**
 * The NTP server (RouterOS `/system/ntp/server`): what time the router tells others.
 */
export interface NtpServerSection {
  /**
   * The router answers NTP queries of others. Pair it with a firewall.
   */
  enabled?: boolean;
  /**
   * The time is sent to `broadcastAddresses` without being asked for.
   */
  broadcast?: boolean;
  /**
   * IPv4 broadcast addresses of the networks that get the time. Their order means nothing.
   *
   * @maxItems 100
   */
  broadcastAddresses?: string[];
  /**
   * The time is sent to the group 224.0.1.1.
   */
  multicast?: boolean;
  /**
   * The router answers clients that look for servers by manycast.
   */
  manycast?: boolean;
  /**
   * Without a server of its own the router tells the time of its own clock.
   */
  useLocalClock?: boolean;
  /**
   * How far from a reference clock the own clock says that it is.
   */
  localClockStratum?: number;
  /**
   * Id of the key that answers are signed with, a number of `/system/ntp/key`, or `none`.
   */
  authKey?: string;
  /**
   * Routing table in which the server works.
   */
  vrf?: string;
}
