import { drawn } from '../engine/drawn.ts';
import { countedAt, lanOf, uplinkOf } from '../engine/surroundings.ts';
import { durationText } from '../kinds/time.ts';
import type { RouterState } from '../model/state.ts';
import { fieldsOf, flag, rareFlag, state } from './fields.ts';
import { columns, from, readList, ROW_VERBS } from './read-only.ts';

const tree = 'command tree of 7.22.3';

/** /routing/table: `main` is the router's own. */
export const routingTables = readList('/routing/table', 'routing table', tree, {
  lacks: ROW_VERBS,
  key: ['name'],
  fields: columns({ maybe: 'name fib comment', flags: 'disabled dynamic invalid used' }),
  initial: () => [{ name: 'main', fib: '', dynamic: 'true', used: 'true' }],
});

/** /routing/rule: none unless seeded. */
export const routingRules = readList('/routing/rule', 'routing rule', tree, {
  lacks: ROW_VERBS,
  shape: 'orderedList',
  fields: {
    ...columns({
      maybe: 'action dst-address interface min-prefix routing-mark src-address table comment',
      flags: 'disabled inactive',
      rareFlags: 'default',
    }),
    ...from('7.22', 'chain realm vrf'),
  },
});

/** How far out a speaker of BGP or OSPF is; with what is around the router there is one of each. */
function peerOf(router: RouterState): string | undefined {
  return router.facts.surroundings === undefined ? undefined : uplinkOf(router)?.gateway;
}

const bgp = 'routeros-rest.md §5.21';

/** /routing/bgp/connection (routeros-rest.md §5.21). The key of TCP MD5 is a secret. */
export const bgpConnections = readList('/routing/bgp/connection', 'bgp connection', bgp, {
  lacks: ROW_VERBS,
  key: ['name'],
  fields: {
    ...columns({
      maybe: `name as local.role local.address local.port local.ttl remote.address remote.as remote.port remote.ttl
        remote.allowed-as hold-time keepalive-time multihop use-bfd connect listen routing-table vrf templates save-to
        nexthop-choice cisco-vpls-nlri-len-fmt input.filter input.accept-nlri input.affinity input.allow-as
        input.limit-process-routes-ipv4 input.limit-process-routes-ipv6 output.affinity output.default-originate
        output.default-prepend output.filter-chain output.filter-select output.keep-sent-attributes output.network
        output.no-client-to-client-reflection output.no-early-cut output.redistribute output.remove-private-as
        output.as-override input.accept-communities input.accept-ext-communities input.accept-large-communities
        comment`,
      flags: 'disabled dynamic inactive',
      secrets: 'tcp-md5-key',
    }),
    'local.default-address': { ...state, source: tree },
    'router-id': { ...state, until: '7.20' },
    'cluster-id': { ...state, until: '7.20' },
    'address-families': { ...state, until: '7.19' },
    ...from('7.19', 'afi'),
    'add-path-out': { ...state, until: '7.22' },
    ...fieldsOf({ ...state, until: '7.20' }, 'input.accept-unknown', 'input.ignore-as-path-len'),
    ...from(
      '7.20',
      `instance input.attr-error-handling input.filter-communities input.filter-ext-communities
        input.filter-large-communities input.filter-nlri input.filter-unknown output.network-blackhole`,
    ),
    ...from('7.22', 'input.add-path output.add-path'),
  },
  initial(router) {
    const peer = peerOf(router);
    return peer === undefined
      ? []
      : [
          {
            name: 'transit',
            as: String(64_512 + drawn(router, 1000, 'as')),
            instance: 'bgp-instance-1',
            'local.role': 'ebgp',
            'remote.address': `${peer}/32`,
            'remote.as': '64500',
            afi: 'ip',
            'address-families': 'ip',
            'hold-time': '3m',
            'keepalive-time': '1m',
            'routing-table': 'main',
            'tcp-md5-key': `md5-${drawn(router, 1_000_000, 'md5')}`,
          },
        ];
  },
});

/** /routing/bgp/session (routeros-rest.md §5.21): one that is up, for the connection. */
export const bgpSessions = readList('/routing/bgp/session', 'bgp session', bgp, {
  key: ['name'],
  fields: {
    ...columns({
      maybe: `name remote.address remote.as remote.id remote.port remote.afi remote.capabilities remote.messages
        remote.bytes remote.eor remote.hold-time remote.gr-time local.address local.as local.id local.port local.afi
        local.role local.capabilities local.messages local.bytes local.eor hold-time keepalive-time uptime prefix-count
        last-started last-stopped input.procid input.filter input.last-notification output.procid
        output.last-notification output.filter-chain multihop routing-table use-bfd vrf`,
      rareFlags: 'established ebgp ibgp stopped limit-exceeded',
    }),
    ...from('7.20', 'instance'),
  },
  initial(router) {
    const peer = peerOf(router);
    const connection = bgpConnections.initial?.(router)[0];
    return peer === undefined || connection === undefined
      ? []
      : [
          {
            name: 'transit-1',
            instance: 'bgp-instance-1',
            'remote.address': peer,
            'remote.as': '64500',
            'remote.id': peer,
            'remote.capabilities': 'mp,rr,gr,as4',
            'remote.afi': 'ip',
            'remote.eor': 'ip',
            'local.role': 'ebgp',
            'local.as': connection['as'] ?? '',
            'local.id': lanOf(router).address,
            'local.capabilities': 'mp,rr,gr,as4',
            'local.afi': 'ip',
            'local.eor': '',
            'hold-time': '3m',
            'keepalive-time': '1m',
            'input.procid': '20',
            'output.procid': '20',
            'routing-table': 'main',
            ebgp: 'true',
            established: 'true',
            'prefix-count': String(learntBy(router, 'bgp')),
          },
        ];
  },
  counters: {
    names: new Set(['uptime', 'remote.bytes', 'remote.messages', 'local.bytes', 'local.messages']),
    at: (router, { values }) =>
      values['established'] === 'true'
        ? {
            uptime: durationText(Math.floor((router.clock.now() - router.bootedAt) / 1000) * 1000),
            'remote.bytes': String(countedAt(router, 60, 'bgp rx')),
            'remote.messages': String(countedAt(router, 1, 'bgp rx')),
            'local.bytes': String(countedAt(router, 10, 'bgp tx')),
            'local.messages': String(countedAt(router, 1, 'bgp tx')),
          }
        : {},
  },
});

const ospf = 'routeros-rest.md §5.22';

/** /routing/ospf/instance (routeros-rest.md §5.22). */
export const ospfInstances = readList('/routing/ospf/instance', 'ospf instance', ospf, {
  lacks: ROW_VERBS,
  key: ['name'],
  fields: {
    ...columns({
      maybe: `name version router-id vrf redistribute originate-default in-filter-chain out-filter-chain
        out-filter-select routing-table domain-id domain-tag mpls-te-address mpls-te-area use-dn comment`,
      flags: 'disabled',
    }),
    inactive: { ...flag, source: tree },
  },
  initial: (router) =>
    peerOf(router) === undefined
      ? []
      : [{ name: 'backbone', version: '2', 'router-id': 'main', vrf: 'main', redistribute: 'connected,static' }],
});

/** /routing/ospf/neighbor (routeros-rest.md §5.22): the gateway of the uplink, `Full`. */
export const ospfNeighbors = readList('/routing/ospf/neighbor', 'ospf neighbor', ospf, {
  fields: {
    ...columns({
      maybe: `instance area interface address router-id priority dr bdr state state-changes adjacency timeout
        ls-requests ls-retransmits db-summaries comment`,
    }),
    dynamic: { ...flag, source: tree },
    virtual: { ...rareFlag, source: tree },
  },
  initial(router) {
    const uplink = uplinkOf(router);
    return peerOf(router) === undefined || uplink === undefined
      ? []
      : [
          {
            instance: 'backbone',
            area: 'backbone-area',
            interface: uplink.interface,
            address: uplink.gateway,
            'router-id': uplink.gateway,
            priority: '128',
            dr: uplink.gateway,
            bdr: lanOf(router).address,
            state: 'Full',
            'state-changes': String(4 + drawn(router, 6, 'ospf')),
            'ls-requests': '0',
            'ls-retransmits': '0',
            'db-summaries': '0',
            dynamic: 'true',
          },
        ];
  },
  counters: {
    names: new Set(['adjacency', 'timeout']),
    at: (router, { values }) =>
      values['state'] === 'Full'
        ? {
            adjacency: durationText(Math.floor((router.clock.now() - router.bootedAt) / 1000) * 1000),
            timeout: durationText((31 + (Math.floor(router.clock.now() / 1000) % 10)) * 1000),
          }
        : {},
  },
});

/** How many routes it learns by each protocol. */
export function learntBy(router: RouterState, protocol: 'bgp' | 'ospf'): number {
  const count = router.facts.surroundings === undefined ? 0 : (router.facts.surroundings.learntRoutes ?? 20);
  return peerOf(router) === undefined ? 0 : protocol === 'bgp' ? count : Math.ceil(count / 10);
}

/** A network that it learnt: /24s, none twice, in 11.0.0.0/8 by BGP and in 172.16.0.0/12 by OSPF. */
export function learntNetwork(router: RouterState, protocol: 'bgp' | 'ospf', index: number): string {
  const at = index + drawn(router, 500, protocol);
  return protocol === 'bgp'
    ? `${11 + Math.floor(at / 65_536)}.${Math.floor(at / 256) % 256}.${at % 256}.0/24`
    : `172.${16 + (Math.floor(at / 256) % 16)}.${at % 256}.0/24`;
}
