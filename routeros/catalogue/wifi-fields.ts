import { booleanCodec } from '../values/boolean.ts';
import { durationCodec } from '../values/duration.ts';
import { macCodec } from '../values/mac.ts';
import { setOf } from '../values/list.ts';
import { nonEmptyTextCodec, textCodec } from '../values/text.ts';
import { wordOr } from '../values/word-or.ts';
import { COMMENT } from './comment.ts';
import type { Codec, Field, Menu, MenuPath, Version } from './menu.ts';

/** Where the fields of the Wi-Fi menus are described: all of them are optional and can be unset. */
export const WIFI_SOURCE = 'routeros-rest.md §5.15';

/** The menus came with 7.13 (routeros-rest.md §8); until then drivers of Wi-Fi 6 brought `/interface/wifiwave2`. */
export const WIFI_PACKAGE = 'Wi-Fi menus (RouterOS 7.13 and newer)';

const NOT_OLDER = `${WIFI_SOURCE}; command trees: not in 7.16.2, in 7.20.8`;
const NEW_IN_7_22 = `${WIFI_SOURCE}; command trees: not in 7.20.8, in 7.22.3`;
const NEW_IN_7_24 = `${WIFI_SOURCE}; command trees: not in 7.22.3, in 7.24`;

const words = setOf(nonEmptyTextCodec);
const text = fieldOf(textCodec);
const flag = fieldOf(booleanCodec);
const time = fieldOf(durationCodec);

/** The menus have `unset` in every command tree. */
function fieldOf(codec: Codec): Field {
  return { codec, unset: true, source: WIFI_SOURCE };
}

function since(field: Field, version: Version, source: string): Field {
  return { ...field, since: version, source };
}

/** A secret: readable only with the policy `sensitive`. */
const secret: Field = { codec: textCodec, secret: true, unset: true, source: `${WIFI_SOURCE} (passphrases)` };

/** A secret that is dropped holds its row back instead: that is said. */
function kept(fields: Readonly<Record<string, Field>>): Readonly<Record<string, Field>> {
  const all = Object.entries(fields);
  return Object.fromEntries(
    all.map(([name, field]) => [name, field.secret === true ? field : { ...field, keptWhenDropped: true }]),
  );
}

/** The name of a row of another menu. `none` and what the router has by itself name nothing there. */
function nameOf(reference: Field['reference'] & string, ...builtIn: readonly string[]): Field {
  return {
    codec: nonEmptyTextCodec,
    unset: true,
    reference,
    namesIn: (name) => (builtIn.includes(name) ? [] : [name]),
    source: WIFI_SOURCE,
  };
}

/** What `/interface/wifi/security` holds, and `security.…` elsewhere: nothing of it is taken off by dropping it. */
export const SECURITY_FIELDS: Readonly<Record<string, Field>> = kept({
  'authentication-types': fieldOf(words),
  'beacon-protection': since(text, [7, 22, 3], NEW_IN_7_22),
  'connect-group': text,
  'connect-priority': text,
  'dh-groups': fieldOf(words),
  'disable-pmkid': flag,
  'eap-accounting': flag,
  'eap-anonymous-identity': text,
  'eap-certificate-mode': text,
  'eap-methods': text,
  'eap-password': secret,
  'eap-tls-certificate': text,
  'eap-username': text,
  encryption: fieldOf(words),
  ft: flag,
  'ft-mobility-domain': text,
  'ft-nas-identifier': text,
  'ft-over-ds': flag,
  'ft-preserve-vlanid': flag,
  'ft-r0-key-lifetime': time,
  'ft-reassociation-deadline': time,
  'group-encryption': text,
  'group-key-update': time,
  'management-encryption': text,
  'management-protection': text,
  'multi-passphrase-group': since(text, [7, 20, 8], NOT_OLDER),
  'owe-transition-interface': text,
  passphrase: secret,
  'sae-anti-clogging-threshold': text,
  'sae-max-failure-rate': text,
  'sae-pwe': text,
  wps: text,
});

/** What `/interface/wifi/channel` holds, and `channel.…` elsewhere. */
export const CHANNEL_FIELDS: Readonly<Record<string, Field>> = {
  afc: since(text, [7, 24, 0], NEW_IN_7_24),
  band: text,
  'deprioritize-unii-3-4': since(flag, [7, 20, 8], NOT_OLDER),
  frequency: fieldOf(textCodec),
  'preamble-puncturing': since(flag, [7, 22, 3], NEW_IN_7_22),
  'reselect-interval': time,
  'reselect-time': since(text, [7, 20, 8], NOT_OLDER),
  'secondary-frequency': text,
  'skip-dfs-channels': text,
  width: text,
};

/** What `/interface/wifi/datapath` holds, and `datapath.…` elsewhere. */
export const DATAPATH_FIELDS: Readonly<Record<string, Field>> = {
  bridge: nameOf('/interface/bridge', 'none'),
  'bridge-cost': text,
  'bridge-horizon': text,
  'client-isolation': flag,
  'interface-list': nameOf('/interface/list', 'none', 'all', 'dynamic', 'static'),
  'traffic-processing': since(text, [7, 20, 8], NOT_OLDER),
  'vlan-id': text,
};

/** What `/interface/wifi/configuration` holds by itself, and `configuration.…` on an interface. */
export const CONFIGURATION_FIELDS: Readonly<Record<string, Field>> = {
  'antenna-gain': text,
  'beacon-interval': time,
  chains: fieldOf(words),
  country: text,
  distance: text,
  'dtim-period': text,
  'hide-ssid': flag,
  'hw-protection-mode': since(text, [7, 22, 3], NEW_IN_7_22),
  installation: since(text, [7, 20, 8], NOT_OLDER),
  manager: text,
  'max-clients': since(text, [7, 20, 8], NOT_OLDER),
  mode: text,
  'multicast-enhance': text,
  'qos-classifier': text,
  ssid: fieldOf({ ...textCodec, isFreeText: true }),
  'station-roaming': since(flag, [7, 20, 8], NOT_OLDER),
  'tx-chains': fieldOf(words),
  'tx-power': text,
};

const AAA_FIELDS: Readonly<Record<string, Field>> = {
  'called-format': text,
  'calling-format': text,
  'interim-update': fieldOf(wordOr(['disabled'], durationCodec)),
  'mac-caching': fieldOf(wordOr(['disabled'], durationCodec)),
  'nas-identifier': text,
  'password-format': text,
  'username-format': text,
};

const STEERING_FIELDS: Readonly<Record<string, Field>> = {
  '2g-probe-delay': since(flag, [7, 20, 8], NOT_OLDER),
  'neighbor-group': text,
  rrm: flag,
  'transition-request-count': since(text, [7, 22, 3], NEW_IN_7_22),
  'transition-request-period': since(time, [7, 22, 3], NEW_IN_7_22),
  'transition-threshold': since(text, [7, 22, 3], NEW_IN_7_22),
  'transition-threshold-time': since(time, [7, 22, 3], NEW_IN_7_22),
  'transition-time': since(fieldOf(wordOr(['immediate', 'unlimited'], durationCodec)), [7, 22, 3], NEW_IN_7_22),
  wnm: flag,
};

const INTERWORKING_FIELDS: Readonly<Record<string, Field>> = {
  '3gpp-info': text,
  '3gpp-info-raw': since(text, [7, 22, 3], NEW_IN_7_22),
  'authentication-types': text,
  'connection-capabilities': text,
  'domain-names': text,
  esr: flag,
  hessid: fieldOf(macCodec),
  hotspot20: flag,
  'hotspot20-dgaf': flag,
  internet: flag,
  'ipv4-availability': text,
  'ipv6-availability': text,
  'network-type': text,
  'operational-classes': text,
  'operator-names': text,
  realms: text,
  'realms-raw': since(text, [7, 22, 3], NEW_IN_7_22),
  'roaming-ois': text,
  uesa: flag,
  venue: text,
  'venue-names': text,
  'wan-at-capacity': flag,
  'wan-downlink': text,
  'wan-downlink-load': text,
  'wan-measurement-duration': text,
  'wan-status': text,
  'wan-symmetric': flag,
  'wan-uplink': text,
  'wan-uplink-load': text,
};

/** The profiles that a configuration or an interface can name, and what it may say in their place: `security.ft`. */
export const PROFILE_FIELDS: Readonly<Record<string, Field>> = {
  channel: nameOf('/interface/wifi/channel'),
  ...inline('channel', CHANNEL_FIELDS),
  ...kept({ security: nameOf('/interface/wifi/security') }),
  ...inline('security', SECURITY_FIELDS),
  datapath: nameOf('/interface/wifi/datapath'),
  ...inline('datapath', DATAPATH_FIELDS),
  aaa: text,
  ...inline('aaa', AAA_FIELDS),
  interworking: text,
  ...inline('interworking', INTERWORKING_FIELDS),
  steering: text,
  ...inline('steering', STEERING_FIELDS),
};

/** The fields of a profile as another row says them in its place: `passphrase` → `security.passphrase`. */
export function inline(prefix: string, fields: Readonly<Record<string, Field>>): Readonly<Record<string, Field>> {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [`${prefix}.${name}`, field]));
}

/** A list of rows that radios, or other rows, name to take their fields from. */
export function profileMenu(path: MenuPath, writeOrder: number, fields: Menu['fields']): Menu {
  return {
    path,
    shape: 'list',
    match: ['name'],
    fields: {
      name: { codec: nonEmptyTextCodec, source: WIFI_SOURCE },
      ...fields,
      comment: COMMENT,
      disabled: { codec: booleanCodec, default: 'false', source: WIFI_SOURCE },
    },
    comesWith: WIFI_PACKAGE,
    writeOrder,
    addWith: { disabled: 'false' },
    skipWhen: [],
    pathEffects: ['radios'],
    historyWords: ['wifi'],
    source: WIFI_SOURCE,
  };
}
