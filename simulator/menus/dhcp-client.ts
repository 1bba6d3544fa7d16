import { drawnHex } from '../engine/drawn.ts';
import { uplinkOf } from '../engine/surroundings.ts';
import { durationText } from '../kinds/time.ts';
import { flag, state } from './fields.ts';
import { columns, from, readList, ROW_VERBS } from './read-only.ts';

/**
 * /ip/dhcp-client: one on the uplink with what is around the router. `reconfigure-key` stands where its tree names no
 * `show-sensitive`: whoever may read, reads it.
 */
export const dhcpClient = readList('/ip/dhcp-client', 'dhcp client', 'command tree of 7.22.3', {
  lacks: ROW_VERBS,
  key: ['interface'],
  fields: {
    ...columns({
      maybe: `interface add-default-route default-route-distance dhcp-options use-peer-dns use-peer-ntp script status
        address gateway netmask dhcp-server expires-after primary-dns secondary-dns primary-ntp secondary-ntp
        caps-managers comment`,
      flags: 'disabled dynamic invalid',
    }),
    'reconfigure-key': { ...state, since: '7.20' },
    'allow-reconfigure': { ...flag, since: '7.20' },
    ...from('7.20', 'check-gateway default-route-tables dscp use-broadcast vlan-priority reconfigure-last-counter'),
    ...from('7.22', 'name'),
  },
  initial(router) {
    const uplink = uplinkOf(router);
    if (router.facts.surroundings === undefined || uplink === undefined) {
      return [];
    }
    const [a, b, c] = uplink.gateway.split('.');
    return [
      {
        interface: uplink.interface,
        name: 'client1',
        'add-default-route': 'yes',
        'default-route-distance': '5',
        'default-route-tables': 'default',
        'dhcp-options': 'hostname,clientid',
        'use-peer-dns': 'yes',
        'use-peer-ntp': 'yes',
        'check-gateway': 'none',
        'use-broadcast': 'both',
        status: 'bound',
        address: `${a}.${b}.${c}.201/24`,
        gateway: uplink.gateway,
        'dhcp-server': uplink.gateway,
        'primary-dns': uplink.gateway,
        'reconfigure-key': drawnHex(router, 32, 'reconfigure key'),
      },
    ];
  },
  // Renewed at half of a day.
  computed: (router, { values }) =>
    values['status'] === 'bound'
      ? {
          'expires-after': durationText(
            86_400_000 - (Math.floor((router.clock.now() - router.bootedAt) / 1000) % 43_200) * 1000,
          ),
        }
      : {},
});
