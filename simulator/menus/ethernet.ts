import { isRunning } from '../engine/network.ts';
import { bridgeOf } from '../engine/links.ts';
import { countedAt } from '../engine/surroundings.ts';
import { tableOf } from '../engine/table.ts';
import type { Properties } from '../model/console.ts';
import type { MenuSpec, RouterState } from '../model/state.ts';
import { fieldsOf, rareFlag, state, wordsOf } from './fields.ts';
import { columns, from, readList, ROW_VERBS } from './read-only.ts';

const tree = 'command tree of 7.22.3';
const counted = wordsOf(`rx-bytes rx-packet rx-unicast rx-broadcast rx-multicast tx-bytes tx-packet tx-unicast
  tx-broadcast tx-multicast`);
const errors = wordsOf('rx-drop rx-fcs-error rx-overflow rx-too-long rx-too-short tx-drop tx-collision tx-underrun');

/** /interface/ethernet (routeros-rest.md §5.14): the ports of the hardware, whose names and state are those of /interface. */
export const ethernet: MenuSpec = readList('/interface/ethernet', 'ethernet interface', 'routeros-rest.md §5.14', {
  lacks: ['set', 'comment', 'enable', 'disable'],
  key: ['default-name'],
  fields: {
    ...columns({
      maybe: `name default-name mtu l2mtu mac-address orig-mac-address arp arp-timeout auto-negotiation advertise speed
        loop-protect loop-protect-status loop-protect-disable-time loop-protect-send-interval rx-flow-control
        tx-flow-control comment`,
      flags: 'running disabled disable-running-check mdix-enable',
    }),
    slave: rareFlag,
    ...fieldsOf(
      { ...state, source: tree },
      ...counted,
      ...errors,
      ...wordsOf('cable-settings combo-mode fec-mode sfp-rate-select sfp-shutdown-temperature'),
    ),
    ...from('7.16', 'sfp-ignore-rx-los', { ...state, source: tree }),
  },
  initial: (router) =>
    portsOf(router).map((port) => ({
      'default-name': port['default-name'] ?? '',
      advertise: '10M-baseT-half,10M-baseT-full,100M-baseT-half,100M-baseT-full,1G-baseT-full',
      arp: 'enabled',
      'arp-timeout': 'auto',
      'auto-negotiation': 'true',
      'loop-protect': 'default',
      'loop-protect-status': 'off',
      'loop-protect-disable-time': '5m',
      'loop-protect-send-interval': '5s',
      'mdix-enable': 'true',
      'rx-flow-control': 'off',
      'tx-flow-control': 'off',
    })),
  computed(router, { values }) {
    const port = portsOf(router).find((each) => each['default-name'] === values['default-name']) ?? {};
    const name = port['name'] ?? '';
    const told = Object.fromEntries(
      ['name', 'mtu', 'l2mtu', 'mac-address', 'disabled', 'comment'].flatMap((key) =>
        port[key] === undefined ? [] : [[key, port[key]]],
      ),
    );
    return {
      mtu: '1500',
      'orig-mac-address': port['mac-address'] ?? '',
      ...told,
      running: String(isRunning(router, name)),
      ...(bridgeOf(router, name) === undefined ? {} : { slave: 'true' }),
      ...Object.fromEntries([...counted, ...errors].map((counter) => [counter, '0'])),
    };
  },
  counters: {
    names: new Set(counted),
    at(router, { values }) {
      const name = portsOf(router).find((each) => each['default-name'] === values['default-name'])?.['name'] ?? '';
      return isRunning(router, name) ? portTraffic(router, name) : {};
    },
  },
});

function portsOf(router: RouterState): readonly Properties[] {
  return tableOf(router, '/interface').rows.flatMap(({ values }) =>
    values['type'] === 'ether' && values['default-name'] !== undefined ? [values] : [],
  );
}

function portTraffic(router: RouterState, name: string): Properties {
  return Object.fromEntries(
    ['rx', 'tx'].flatMap((way) => {
      const bytes = countedAt(router, 250_000, name, way);
      const packets = Math.floor(bytes / 640);
      const [broadcast, multicast] = [Math.floor(packets / 90), Math.floor(packets / 70)];
      return [
        [`${way}-bytes`, String(bytes)],
        [`${way}-packet`, String(packets)],
        [`${way}-unicast`, String(packets - broadcast - multicast)],
        [`${way}-broadcast`, String(broadcast)],
        [`${way}-multicast`, String(multicast)],
      ];
    }),
  );
}

/** /interface/bonding: none unless seeded. */
export const bonding = readList('/interface/bonding', 'bonding interface', tree, {
  lacks: ROW_VERBS,
  key: ['name'],
  fields: {
    ...columns({
      maybe: `name mode slaves mtu mac-address forced-mac-address arp arp-interval arp-ip-targets arp-timeout down-delay
        up-delay lacp-rate link-monitoring mii-interval min-links primary transmit-hash-policy comment`,
      flags: 'running disabled',
    }),
    ...from('7.20', 'lacp-mode'),
    // The tree of 7.20.8 alone lacks it.
    'mlag-id': state,
    ...from('7.22', 'lacp-system-id lacp-system-priority'),
    'lacp-user-key': state,
  },
});
