import { drawn, drawnHex, drawnMac, drawnOf } from '../engine/drawn.ts';
import { clientsOf, lanOf, uplinkOf } from '../engine/surroundings.ts';
import { durationText } from '../kinds/time.ts';
import type { Properties } from '../model/console.ts';
import type { RouterState } from '../model/state.ts';
import { state } from './fields.ts';
import { columns, from, readList, ROW_VERBS } from './read-only.ts';

/** /ip/arp (routeros-rest.md §5.24): clients, the gateway of the uplink, and one that no longer answers. */
export const arp = readList('/ip/arp', 'arp entry', 'routeros-rest.md §5.24', {
  lacks: ROW_VERBS,
  key: ['address', 'interface'],
  fields: {
    ...columns({
      maybe: 'address mac-address interface comment',
      flags: 'published disabled dynamic complete invalid',
    }),
    dhcp: { ...state, default: 'false' },
    ...from('7.16', 'status'),
    vrf: { ...state, default: 'main', since: '7.16' },
  },
  initial: (router) => (router.facts.surroundings === undefined ? [] : arpRows(router)),
});

function arpRows(router: RouterState): readonly Properties[] {
  const lan = lanOf(router);
  const uplink = uplinkOf(router);
  const clients = clientsOf(router).map((client, index): Properties => {
    const row = { address: client.address, interface: lan.interface, dynamic: 'true', dhcp: 'true' };
    // The last of many went away a moment ago; a row that is incomplete lacks the MAC address.
    return index > 0 && index === clientsOf(router).length - 1
      ? { ...row, complete: 'false', status: 'failed' }
      : {
          ...row,
          complete: 'true',
          'mac-address': client.mac,
          status: drawnOf(router, ['reachable', 'stale', 'delay'], 'arp', index),
        };
  });
  const gateway = uplink && {
    address: uplink.gateway,
    interface: uplink.interface,
    'mac-address': drawnMac(router, 'gateway'),
    dynamic: 'true',
    complete: 'true',
    status: 'reachable',
  };
  return gateway === undefined ? clients : [gateway, ...clients];
}

const BOARDS = ['RB5009UG+S+', 'CRS326-24G-2S+', 'hAP ax^3', 'CCR2004-1G-12S+2XS'] as const;

/** /ip/neighbor (routeros-rest.md §5.23): who tells of itself by LLDP, CDP or MNDP. */
export const neighbors = readList('/ip/neighbor', 'neighbor', 'routeros-rest.md §5.23', {
  fields: columns({
    maybe: `address address4 address6 age board discovered-by identity interface interface-name mac-address platform
      software-id system-caps system-caps-enabled system-description unpack uptime version`,
    rareFlags: 'ipv6 running',
  }),
  initial: (router) => (router.facts.surroundings === undefined ? [] : neighborRows(router)),
  computed: (router, { values, bornAt }) =>
    values['platform'] === 'MikroTik'
      ? {
          age: durationText((Math.floor(router.clock.now() / 1000) % 60) * 1000),
          uptime: durationText(
            Math.floor((router.clock.now() - bornAt) / 1000) * 1000 +
              drawn(router, 900, 'neighbor up', values['identity'] ?? '') * 3_600_000,
          ),
        }
      : {},
});

function neighborRows(router: RouterState): readonly Properties[] {
  const uplink = uplinkOf(router);
  const lan = lanOf(router);
  const [first] = clientsOf(router);
  const places = [
    ...(uplink === undefined ? [] : [{ address: uplink.gateway, interface: uplink.interface, to: 'sfp1' }]),
    ...(first === undefined
      ? []
      : [{ address: lan.address, interface: `${first.port},${lan.interface}`, to: 'bridge/ether1' }]),
  ];
  return places.map(({ address, interface: at, to }, index): Properties => {
    const version = drawnOf(router, ['7.18.2', '7.20.6', '7.22.1'], 'neighbor version', index);
    return {
      address,
      address4: address,
      board: drawnOf(router, BOARDS, 'neighbor board', index),
      'discovered-by': 'cdp,lldp,mndp',
      identity: `core-${drawnHex(router, 4, 'neighbor', index)}`,
      interface: at,
      'interface-name': to,
      'mac-address': index === 0 ? drawnMac(router, 'gateway') : drawnMac(router, 'neighbor', index),
      platform: 'MikroTik',
      'software-id': drawnHex(router, 8, 'neighbor id', index)
        .toUpperCase()
        .replace(/^(....)/, '$1-'),
      'system-caps': 'bridge,router',
      'system-caps-enabled': 'bridge,router',
      'system-description': `MikroTik RouterOS ${version} (stable)`,
      unpack: 'none',
      version: `${version} (stable)`,
    };
  });
}
