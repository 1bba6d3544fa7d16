/* Generated from schemas/router-config.json by "npm run generate". */

/**
 * Static DNS records (RouterOS `/ip/dns/static`). A record is found by its name or regexp, type and value.
 *
 * @maxItems 100000
 */
export type DnsStaticSection = DnsStaticRecord[];
/**
 * Entries of IPv4 firewall address lists (RouterOS `/ip/firewall/address-list`). An entry is found by list and address. Timed entries belong to the router and are left alone.
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
  identity?: IdentitySection;
  dns?: DnsSection;
  dnsStatic?: DnsStaticSection;
  ntpClient?: NtpClientSection;
  addressLists?: AddressListsSection;
  addresses?: AddressesSection;
  interfaceLists?: InterfaceListsSection;
  interfaces?: InterfacesSection;
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
   * The row exists but has no effect. A row that is made is enabled; whether one that is there is, stays unmanaged until this is declared.
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
   * The interface is off. Refused wherever the controller's own way runs over it. Whether it is, stays unmanaged until this is declared.
   */
  disabled?: boolean;
}
