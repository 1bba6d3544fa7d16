import { mac } from '../kinds/address.ts';
import { bool, either, number, oneOf, reference, setOf, text } from '../kinds/kind.ts';
import { time } from '../kinds/time.ts';
import type { Kind } from '../model/console.ts';
import type { FieldSpec } from '../model/state.ts';
import { fieldsOf, wordsOf } from './fields.ts';

/** Where fields and words are taken from. */
export const wifiSource = 'routeros-rest.md §5.15; command trees of 7.16.2, 7.20.8, 7.22.3, 7.24';

type Fields = Readonly<Record<string, FieldSpec>>;

function optional(kind: Kind, names: string, since?: string): Record<string, FieldSpec> {
  return fieldsOf(since === undefined ? { kind } : { kind, since }, ...wordsOf(names));
}

const anOctet = number(0, 255);
const enabledOrNot = oneOf('disabled', 'enabled');
const ciphers = ['tkip', 'ccmp', 'gcmp', 'ccmp-256', 'gcmp-256'] as const;
const chains = setOf(...[0, 1, 2, 3, 4, 5, 6, 7].map(String));

/** Read only by who has the policy `sensitive` (routeros-rest.md §5.15). */
const sensitive = { kind: text, sensitive: true } as const;

/** /interface/wifi/security. */
export const security: Fields = {
  'authentication-types': {
    kind: setOf(...wordsOf('wpa-psk wpa2-psk wpa2-psk-sha2 wpa-eap wpa2-eap wpa3-psk owe wpa3-eap wpa3-eap-192')),
  },
  ...optional(enabledOrNot, 'beacon-protection', '7.22'),
  ...optional(text, 'connect-group connect-priority eap-anonymous-identity eap-tls-certificate eap-username'),
  'dh-groups': { kind: setOf('19', '20', '21') },
  ...optional(bool, 'disable-pmkid eap-accounting ft ft-over-ds ft-preserve-vlanid'),
  'eap-certificate-mode': {
    kind: oneOf('dont-verify-certificate', 'no-certificates', 'verify-certificate', 'verify-certificate-with-crl'),
  },
  'eap-methods': { kind: setOf('peap', 'tls', 'ttls') },
  'eap-password': sensitive,
  encryption: { kind: setOf(...ciphers) },
  ...optional(text, 'ft-mobility-domain ft-nas-identifier owe-transition-interface'),
  ...optional(time(), 'ft-r0-key-lifetime ft-reassociation-deadline group-key-update'),
  'group-encryption': { kind: oneOf(...ciphers) },
  'management-encryption': { kind: oneOf('cmac', 'cmac-256', 'gmac', 'gmac-256') },
  'management-protection': { kind: oneOf('allowed', 'disabled', 'required') },
  ...optional(text, 'multi-passphrase-group', '7.20'),
  passphrase: sensitive,
  ...optional(either(oneOf('disabled'), number(0, 4_294_967_295)), 'sae-anti-clogging-threshold sae-max-failure-rate'),
  'sae-pwe': { kind: oneOf('both', 'hash-to-element', 'hunting-and-pecking') },
  wps: { kind: oneOf('disable', 'push-button') },
};

/** /interface/wifi/channel. */
export const channel: Fields = {
  ...optional(text, 'afc', '7.24'),
  band: {
    kind: oneOf(
      ...wordsOf('2ghz-g 2ghz-n 2ghz-ax 2ghz-be 5ghz-a 5ghz-n 5ghz-ac 5ghz-ax 5ghz-be 6ghz-ax 6ghz-be s1ghz-ah'),
    ),
  },
  ...optional(bool, 'deprioritize-unii-3-4', '7.20'),
  frequency: { kind: text },
  ...optional(bool, 'preamble-puncturing', '7.22'),
  'reselect-interval': { kind: time() },
  ...optional(text, 'reselect-time', '7.20'),
  'secondary-frequency': { kind: text },
  'skip-dfs-channels': { kind: oneOf('10min-cac', 'all', 'disabled') },
  width: {
    kind: oneOf(
      ...wordsOf(`1mhz 1/2mhz 1/2/4mhz 1/2/4/8mhz 20mhz 20/40mhz 20/40mhz-Ce 20/40mhz-eC 20/40/80mhz
        20/40/80+80mhz 20/40/80/160mhz 20/40/80/160/320mhz`),
    ),
  },
};

/** /interface/wifi/datapath. Bridges and lists are named; a name that nobody bears is refused (§5.15, §2.8). */
export const datapath: Fields = {
  bridge: { kind: either(oneOf('none'), reference('/interface/bridge')) },
  ...optional(text, 'bridge-cost bridge-horizon'),
  'client-isolation': { kind: bool },
  'interface-list': { kind: reference('/interface/list') },
  'traffic-processing': { kind: oneOf('on-cap', 'on-capsman', 'on-capsman-secure'), since: '7.20' },
  'vlan-id': { kind: either(oneOf('none'), number(1, 4095)) },
};

/** What /interface/wifi/configuration says by itself. */
export const configuration: Fields = {
  'antenna-gain': { kind: number(0, 30) },
  'beacon-interval': { kind: time() },
  chains: { kind: chains },
  country: { kind: text },
  distance: { kind: text },
  'dtim-period': { kind: anOctet },
  'hide-ssid': { kind: bool },
  'hw-protection-mode': { kind: oneOf('cts-to-self', 'none', 'rts-cts'), since: '7.22' },
  installation: { kind: oneOf('indoor', 'outdoor'), since: '7.20' },
  manager: { kind: oneOf('capsman', 'capsman-or-local', 'local') },
  'max-clients': { kind: number(1, 65_535), since: '7.20' },
  mode: { kind: oneOf('ap', 'station', 'station-bridge', 'station-pseudobridge') },
  'multicast-enhance': { kind: enabledOrNot },
  'qos-classifier': { kind: oneOf('dscp-high-3-bits', 'priority') },
  ssid: { kind: text },
  'station-roaming': { kind: bool, since: '7.20' },
  'tx-chains': { kind: chains },
  'tx-power': { kind: number(0, 40) },
};

const aaa: Fields = {
  ...optional(text, 'called-format calling-format nas-identifier password-format username-format'),
  ...optional(time('disabled'), 'interim-update mac-caching'),
};

const steering: Fields = {
  ...optional(bool, '2g-probe-delay', '7.20'),
  'neighbor-group': { kind: text },
  ...optional(bool, 'rrm wnm'),
  ...optional(text, 'transition-request-count transition-threshold', '7.22'),
  ...optional(time(), 'transition-request-period transition-threshold-time', '7.22'),
  ...optional(time('immediate', 'unlimited'), 'transition-time', '7.22'),
};

const interworking: Fields = {
  ...optional(
    text,
    `3gpp-info authentication-types connection-capabilities domain-names ipv4-availability ipv6-availability
     network-type operational-classes operator-names realms roaming-ois venue venue-names wan-downlink
     wan-downlink-load wan-measurement-duration wan-status wan-uplink wan-uplink-load`,
  ),
  ...optional(text, '3gpp-info-raw realms-raw', '7.22'),
  ...optional(bool, 'esr hotspot20 hotspot20-dgaf internet uesa wan-at-capacity wan-symmetric'),
  hessid: { kind: mac },
};

/** What a row says in the place of a profile that it names: `security.passphrase`. */
export function inline(prefix: string, fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [`${prefix}.${name}`, field]));
}

/** The profiles that configurations and interfaces name, and what they say in their place. */
export const profiles: Fields = {
  channel: { kind: reference('/interface/wifi/channel') },
  ...inline('channel', channel),
  security: { kind: reference('/interface/wifi/security') },
  ...inline('security', security),
  datapath: { kind: reference('/interface/wifi/datapath') },
  ...inline('datapath', datapath),
  aaa: { kind: text },
  ...inline('aaa', aaa),
  interworking: { kind: text },
  ...inline('interworking', interworking),
  steering: { kind: text },
  ...inline('steering', steering),
};
