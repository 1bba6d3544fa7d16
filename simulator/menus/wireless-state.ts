import { wandering } from '../engine/surroundings.ts';
import type { MenuSpec } from '../model/state.ts';
import { columns, readList } from './read-only.ts';
import { STATION_COUNTERS, stationsOf, stationTraffic } from './wifi-state.ts';

/** Its package is in none of the deep trees: columns of its manual, as far as anybody names them. */
const source = "vendor's page Wireless Interface (registration table); routeros-rest.md §5.15";

/** /interface/wireless/registration-table: clients of the older drivers. */
export const wirelessRegistrations: MenuSpec = readList(
  '/interface/wireless/registration-table',
  'wireless registration',
  source,
  {
    package: 'wireless',
    rows: 'removeOnly',
    resetCounters: true,
    fields: columns({
      maybe: `interface radio-name mac-address uptime last-activity last-ip signal-strength signal-to-noise tx-ccq
        tx-rate rx-rate packets bytes frames frame-bytes hw-frames hw-frame-bytes authentication-type encryption
        group-encryption comment`,
      flags: 'ap wds bridge',
      rareFlags: 'management-protection wmm-enabled',
    }),
    initial: (router) =>
      stationsOf(router, '/interface/wireless').map((client) => ({
        'authentication-type': 'wpa2-psk',
        encryption: 'aes-ccm',
        'group-encryption': 'aes-ccm',
        interface: client.port,
        'last-activity': '20ms',
        'last-ip': client.address,
        'mac-address': client.mac,
        'rx-rate': '65Mbps-20MHz/1S',
        'signal-to-noise': '40',
        'tx-ccq': '88',
        'tx-rate': '72.2Mbps-20MHz/1S/SGI',
      })),
    counters: {
      names: new Set([...STATION_COUNTERS, 'signal-strength']),
      at: (router, { values }) => ({
        ...stationTraffic(router, values['mac-address'] ?? ''),
        'signal-strength': `-${wandering(router, 45, 80, 'signal', values['mac-address'] ?? '')}@6Mbps`,
      }),
    },
  },
);

const capsman = "vendor's page CAPsMAN; command trees of 7.20.8 and 7.24 (with the package)";

/** /caps-man/remote-cap: none unless seeded. */
export const remoteCaps = readList('/caps-man/remote-cap', 'remote cap', capsman, {
  package: 'wireless',
  rows: 'removeOnly',
  fields: columns({ maybe: 'address identity name board serial version state radios base-mac common-name' }),
});

/** /caps-man/registration-table: none unless seeded. */
export const capsmanRegistrations = readList('/caps-man/registration-table', 'caps-man registration', capsman, {
  package: 'wireless',
  rows: 'removeOnly',
  fields: columns({
    maybe: `interface ssid mac-address uptime tx-rate tx-rate-set rx-rate rx-signal packets bytes eap-identity comment`,
  }),
});
