import { WIFI_CHANNEL } from '../catalogue/wifi-channel.ts';
import { WIFI_CONFIGURATION } from '../catalogue/wifi-configuration.ts';
import { WIFI_DATAPATH } from '../catalogue/wifi-datapath.ts';
import { WIFI_PACKAGE } from '../catalogue/wifi-fields.ts';
import { WIFI_INTERFACE } from '../catalogue/wifi-interface.ts';
import { WIFI_SECURITY } from '../catalogue/wifi-security.ts';
import { duration, fact, flag, list, mac, number, numberIn, pair, pairIn, since, state, text } from './column.ts';
import { managed } from './managed.ts';
import type { ReadableMenu } from './readable-menu.ts';

const SOURCE = 'routeros-rest.md §5.15; command tree of 7.22.3';

const INTERFACE = managed(WIFI_INTERFACE, {
  title: 'Wi-Fi interfaces',
  words: ['wlan', 'wireless', 'ssid', 'access point', 'radio'],
  freshness: 'state',
  types: { ...number('mtu', 'l2mtu'), ...flag('bound', 'inactive', 'master', 'running') },
});

/** Wi-Fi by the drivers that RouterOS has since 7.13. */
export const WIFI: readonly ReadableMenu[] = [
  { ...INTERFACE, columns: { ...INTERFACE.columns, ...state(text('.about')) } },
  {
    path: '/interface/wifi/registration-table',
    shape: 'list',
    title: 'Wi-Fi clients, with signal and rates',
    words: ['wlan', 'wireless', 'stations', 'devices', 'signal', 'who'],
    columns: {
      ...state(mac('mac-address')),
      ...state(text('interface', 'ssid', 'band', 'auth-type', 'eap-identity', 'comment')),
      ...state(numberIn('dBm', 'signal')),
      ...state(duration('uptime', 'last-activity')),
      ...state(text('tx-rate', 'rx-rate')),
      ...state(numberIn('bit/s', 'tx-bits-per-second', 'rx-bits-per-second')),
      ...state(pair('packets')),
      ...state(pairIn('bytes', 'bytes')),
      ...state(text('vlan-id')),
      ...since([7, 22, 0], state(text('mld-interfaces', 'mld-link-addresses'))),
      ...state(flag('authorized')),
    },
    match: ['interface', 'mac-address'],
    skipWhen: [],
    freshness: 'state',
    comesWith: WIFI_PACKAGE,
    source: SOURCE,
  },
  {
    path: '/interface/wifi/radio',
    shape: 'list',
    title: 'Radios and what they are capable of',
    words: ['wlan', 'wireless', 'hardware', 'channels', 'country'],
    columns: {
      ...fact(mac('radio-mac')),
      ...fact(text('interface', 'cap', 'hw-type', 'hw-caps', 'min-antenna-gain', 'ml-group', 'afc-deployment')),
      ...fact(list('bands', 'ciphers', 'countries', 'rx-chains', 'tx-chains')),
      ...fact(list('2g-channels', '5g-channels', '6g-channels', 's1g-channels')),
      ...fact(number('max-vlans', 'max-interfaces', 'max-station-interfaces', 'max-peers')),
      ...state(text('current-country', 'current-channels', 'current-gopclasses', 'current-max-reg-power')),
      ...state(text('current-halow-regdom')),
      ...state(flag('local')),
    },
    match: ['radio-mac'],
    skipWhen: [],
    freshness: 'configuration',
    comesWith: WIFI_PACKAGE,
    source: SOURCE,
  },
  managed(WIFI_CONFIGURATION, {
    title: 'Wi-Fi configurations',
    words: ['wlan', 'ssid', 'country', 'profile'],
    freshness: 'configuration',
  }),
  managed(WIFI_SECURITY, {
    title: 'Wi-Fi security profiles, without passphrases',
    words: ['wlan', 'wpa', 'wpa3', 'authentication', 'profile'],
    freshness: 'configuration',
  }),
  managed(WIFI_CHANNEL, {
    title: 'Wi-Fi channels',
    words: ['wlan', 'frequency', 'band', 'dfs'],
    freshness: 'configuration',
  }),
  managed(WIFI_DATAPATH, { title: 'Wi-Fi datapaths', words: ['wlan', 'bridge', 'vlan'], freshness: 'configuration' }),
  {
    path: '/interface/wifi/capsman',
    shape: 'settings',
    title: 'CAPsMAN: manager of access points',
    words: ['controller', 'cap', 'wlan'],
    columns: {
      ...flag('enabled', 'require-peer-certificate'),
      ...list('interfaces'),
      ...text('certificate', 'ca-certificate', 'package-path', 'upgrade-policy'),
      ...fact(text('generated-certificate', 'generated-ca-certificate')),
    },
    match: [],
    skipWhen: [],
    freshness: 'configuration',
    comesWith: WIFI_PACKAGE,
    source: SOURCE,
  },
  {
    path: '/interface/wifi/capsman/remote-cap',
    shape: 'list',
    title: 'Access points that CAPsMAN manages',
    words: ['cap', 'controller', 'wlan', 'ap'],
    columns: {
      ...state(text('identity', 'address', 'board-name', 'serial', 'version', 'common-name', 'state')),
      ...state(mac('base-mac')),
      ...state(duration('uptime', 'connected-time')),
    },
    match: ['base-mac'],
    skipWhen: [],
    freshness: 'state',
    comesWith: WIFI_PACKAGE,
    source: SOURCE,
  },
];
