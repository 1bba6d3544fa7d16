import { WIRELESS_INTERFACE } from '../catalogue/wireless-interface.ts';
import { WIRELESS_PACKAGE, WIRELESS_SECURITY } from '../catalogue/wireless-security.ts';
import { duration, flag, list, mac, number, numberIn, pair, pairIn, state, text } from './column.ts';
import { managed } from './managed.ts';
import type { ReadableMenu } from './readable-menu.ts';

const SOURCE = 'routeros-rest.md §5.15 (legacy); public clients';

/** Wi-Fi by the older drivers, and their manager of access points. */
export const WIRELESS: readonly ReadableMenu[] = [
  managed(WIRELESS_INTERFACE, {
    title: 'Wireless interfaces of the older drivers',
    words: ['wlan', 'wifi', 'ssid', 'radio'],
    freshness: 'state',
    types: flag('running'),
  }),
  {
    path: '/interface/wireless/registration-table',
    shape: 'list',
    title: 'Wireless clients of the older drivers',
    words: ['wlan', 'wifi', 'stations', 'signal', 'ccq', 'who'],
    columns: {
      ...state(mac('mac-address')),
      ...state(text('interface', 'radio-name', 'last-ip', 'comment')),
      ...state(text('signal-strength', 'tx-signal-strength', 'tx-rate', 'rx-rate')),
      ...state(numberIn('dB', 'signal-to-noise')),
      ...state(numberIn('%', 'tx-ccq', 'rx-ccq')),
      ...state(duration('uptime', 'last-activity')),
      ...state(pair('packets')),
      ...state(pairIn('bytes', 'bytes')),
      ...state(number('distance')),
      ...state(text('authentication-type', 'encryption', 'group-encryption')),
      ...state(flag('ap', 'wds', 'bridge', '802.1x-port-enabled', 'wmm-enabled')),
    },
    match: ['interface', 'mac-address'],
    skipWhen: [],
    freshness: 'state',
    comesWith: WIRELESS_PACKAGE,
    source: SOURCE,
  },
  managed(WIRELESS_SECURITY, {
    title: 'Security profiles of the older drivers, without keys',
    words: ['wlan', 'wpa', 'authentication', 'profile'],
    freshness: 'configuration',
  }),
  {
    path: '/caps-man/remote-cap',
    shape: 'list',
    title: 'Access points that the older CAPsMAN manages',
    words: ['cap', 'controller', 'wlan', 'ap'],
    columns: {
      ...state(text('identity', 'name', 'address', 'board', 'serial', 'version', 'state')),
      ...state(mac('base-mac')),
      ...state(list('radios')),
    },
    match: ['base-mac'],
    skipWhen: [],
    freshness: 'state',
    comesWith: WIRELESS_PACKAGE,
    source: SOURCE,
  },
  {
    path: '/caps-man/registration-table',
    shape: 'list',
    title: 'Wireless clients of the older CAPsMAN',
    words: ['wlan', 'wifi', 'stations', 'signal', 'who'],
    columns: {
      ...state(mac('mac-address')),
      ...state(text('interface', 'ssid', 'tx-rate', 'rx-rate', 'eap-identity', 'comment')),
      ...state(numberIn('dBm', 'rx-signal')),
      ...state(duration('uptime', 'last-activity')),
      ...state(pair('packets')),
      ...state(pairIn('bytes', 'bytes')),
    },
    match: ['interface', 'mac-address'],
    skipWhen: [],
    freshness: 'state',
    comesWith: WIRELESS_PACKAGE,
    source: SOURCE,
  },
];
