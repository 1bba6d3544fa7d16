import { drawn, drawnOf } from '../engine/drawn.ts';
import { type Client, clientsOf, countedAt, wandering } from '../engine/surroundings.ts';
import { tableOf } from '../engine/table.ts';
import { nonEmptyText, text } from '../kinds/kind.ts';
import { durationText } from '../kinds/time.ts';
import type { Properties } from '../model/console.ts';
import type { MenuSpec, RouterState } from '../model/state.ts';
import { state } from './fields.ts';
import { columns, from, numbered, readList } from './read-only.ts';

const source = 'routeros-rest.md §5.15';
const tree = 'command tree of 7.22.3';

/** Clients behind a radio of this menu. */
export function stationsOf(router: RouterState, menu: string): readonly Client[] {
  const names = new Set(tableOf(router, menu).rows.map(({ values }) => values['name']));
  return clientsOf(router).filter((client) => client.isWireless && names.has(client.port));
}

/** What moves of anybody who is registered. */
export const STATION_COUNTERS = ['bytes', 'packets', 'uptime'];

/** Bytes and packets both ways, as `tx,rx`, and how long it has been there: it came while the router was up. */
export function stationTraffic(router: RouterState, mac: string): Properties {
  const tx = countedAt(router, 60_000, 'station tx', mac);
  const rx = countedAt(router, 12_000, 'station rx', mac);
  const up = router.clock.now() - router.bootedAt;
  return {
    bytes: `${tx},${rx}`,
    packets: `${Math.floor(tx / 900)},${Math.floor(rx / 300)}`,
    uptime: durationText(Math.floor((up * (1 + drawn(router, 9, 'came', mac))) / 10_000) * 1000),
  };
}

/** /interface/wifi/registration-table (routeros-rest.md §5.15): every fourth client, where there is a radio. */
export const wifiRegistrations: MenuSpec = readList('/interface/wifi/registration-table', 'wifi registration', source, {
  since: '7.13',
  rows: 'removeOnly',
  fields: {
    ...columns({
      maybe: `interface ssid mac-address uptime last-activity signal auth-type band tx-rate rx-rate packets bytes
        tx-bits-per-second rx-bits-per-second vlan-id`,
      flags: 'authorized',
    }),
    'eap-identity': { ...state, source: tree },
    ...from('7.22', 'mld-interfaces mld-link-addresses', { ...state, source: tree }),
  },
  initial: (router) =>
    stationsOf(router, '/interface/wifi').map((client) => ({
      'auth-type': 'wpa2-psk',
      authorized: 'true',
      band: drawnOf(router, ['2ghz-ax', '5ghz-ax', '5ghz-ac'], 'band', client.number),
      interface: client.port,
      'mac-address': client.mac,
      'rx-rate': '573500000',
      ssid: ssidOf(router, client.port),
      'tx-rate': '573500000',
    })),
  counters: {
    names: new Set([...STATION_COUNTERS, 'last-activity', 'signal', 'rx-bits-per-second', 'tx-bits-per-second']),
    at: (router, { values }) => {
      const mac = values['mac-address'] ?? '';
      return {
        ...stationTraffic(router, mac),
        'last-activity': durationText(wandering(router, 0, 4000, 'activity', mac)),
        'rx-bits-per-second': String(wandering(router, 0, 900_000, 'rx', mac)),
        signal: String(-wandering(router, 42, 78, 'signal', mac)),
        'tx-bits-per-second': String(wandering(router, 0, 4_000_000, 'tx', mac)),
      };
    },
  },
});

function ssidOf(router: RouterState, name: string): string {
  const radio = tableOf(router, '/interface/wifi').rows.find(({ values }) => values['name'] === name)?.values ?? {};
  const profile = tableOf(router, '/interface/wifi/configuration').rows.find(
    ({ values }) => values['name'] === radio['configuration'],
  );
  return radio['configuration.ssid'] ?? profile?.values['ssid'] ?? 'MikroTik';
}

/** /interface/wifi/radio: one for each interface that is a radio. */
export const wifiRadios = readList('/interface/wifi/radio', 'wifi radio', tree, {
  since: '7.13',
  fields: columns({
    maybe: `interface radio-mac bands cap ciphers countries hw-caps hw-type max-interfaces max-peers
      max-station-interfaces max-vlans min-antenna-gain rx-chains tx-chains current-channels current-country
      current-gopclasses current-max-reg-power 2g-channels 5g-channels 6g-channels afc-deployment ml-group`,
    rareFlags: 'local',
  }),
  live: (router) =>
    numbered(
      tableOf(router, '/interface/wifi').rows.flatMap(({ values }, index): readonly Properties[] =>
        values['default-name'] === undefined
          ? []
          : [
              {
                '2g-channels': index % 2 === 0 ? '' : '2412,2417,2422,2427,2432,2437,2442,2447,2452,2457,2462',
                '5g-channels': index % 2 === 0 ? '5180,5200,5220,5240,5260,5280,5300,5320' : '',
                bands:
                  index % 2 === 0
                    ? '5ghz-a:20mhz,5ghz-n:20mhz,5ghz-ac:20mhz,5ghz-ax:20mhz'
                    : '2ghz-g:20mhz,2ghz-n:20mhz,2ghz-ax:20mhz',
                ciphers: 'tkip,ccmp,gcmp,ccmp-256,gcmp-256,cmac,gmac,cmac-256,gmac-256',
                'hw-type': 'QCA6018',
                interface: values['name'] ?? '',
                local: 'true',
                'max-interfaces': '16',
                'max-peers': '120',
                'max-station-interfaces': '3',
                'max-vlans': '128',
                'min-antenna-gain': '0',
                'radio-mac': values['radio-mac'] ?? values['mac-address'] ?? '',
                'rx-chains': '0,1',
                'tx-chains': '0,1',
              },
            ],
      ),
    ),
});

/** /interface/wifi/capsman (routeros-rest.md §5.15): off unless seeded. */
export const wifiCapsman: MenuSpec = {
  path: '/interface/wifi/capsman',
  shape: 'settings',
  noun: 'wifi capsman settings',
  source,
  since: '7.13',
  rows: 'readOnly',
  lacks: ['set'],
  fields: {
    enabled: { ...state, default: 'false' },
    interfaces: { ...state, default: '' },
    certificate: { kind: text, readOnly: true, default: 'none' },
    'ca-certificate': { kind: text, readOnly: true, default: '' },
    'require-peer-certificate': { ...state, default: 'false' },
    'package-path': { ...state, default: '' },
    'upgrade-policy': { kind: nonEmptyText, readOnly: true, default: 'none' },
    ...columns({ maybe: 'generated-certificate generated-ca-certificate' }),
  },
};

/** /interface/wifi/capsman/remote-cap (routeros-rest.md §5.15): none unless seeded. */
export const wifiRemoteCaps = readList('/interface/wifi/capsman/remote-cap', 'wifi remote cap', source, {
  since: '7.13',
  rows: 'removeOnly',
  fields: columns({
    maybe: 'address identity board-name serial version base-mac common-name state connected-time uptime',
  }),
});
