import { mac } from '../kinds/address.ts';
import { bool, either, nonEmptyText, oneOf, reference, setOf, text } from '../kinds/kind.ts';
import { time } from '../kinds/time.ts';
import { refusal } from '../model/refusals.ts';
import type { MenuSpec } from '../model/state.ts';
import { comment, fieldsOf, flag, state, wordsOf } from './fields.ts';
import { listInterface } from './interface.ts';

const source = 'routeros-rest.md §5.15 (legacy); command trees of 7.16.2, 7.20.8, 7.24';
const sensitive = { kind: text, sensitive: true } as const;
const ciphers = { kind: setOf('tkip', 'aes-ccm'), default: 'aes-ccm' } as const;

/** /interface/wireless/security-profiles. */
export const securityProfiles: MenuSpec = {
  path: '/interface/wireless/security-profiles',
  shape: 'list',
  noun: 'wireless security profile',
  source,
  package: 'wireless',
  key: ['name'],
  fields: {
    name: { kind: nonEmptyText, required: true },
    mode: { kind: oneOf('none', 'static-keys-optional', 'static-keys-required', 'dynamic-keys'), default: 'none' },
    'authentication-types': { kind: setOf('wpa-psk', 'wpa2-psk', 'wpa-eap', 'wpa2-eap'), default: '' },
    'unicast-ciphers': ciphers,
    'group-ciphers': ciphers,
    'group-key-update': { kind: time(), default: '5m' },
    'management-protection': { kind: oneOf('allowed', 'disabled', 'required'), default: 'disabled' },
    ...fieldsOf(
      { kind: bool, default: 'false' },
      ...wordsOf('disable-pmkid radius-eap-accounting radius-mac-accounting radius-mac-authentication'),
    ),
    'interim-update': { kind: time(), default: '0s' },
    'radius-mac-caching': { kind: time('disabled'), default: 'disabled' },
    ...fieldsOf(
      sensitive,
      ...wordsOf(`management-protection-key mschapv2-password static-key-0 static-key-1 static-key-2 static-key-3
        static-sta-private-key wpa-pre-shared-key wpa2-pre-shared-key`),
    ),
    ...fieldsOf(
      { kind: text },
      ...wordsOf(`eap-methods mschapv2-username radius-called-format radius-mac-format radius-mac-mode static-algo-0
     static-algo-1 static-algo-2 static-algo-3 static-sta-private-algo static-transmit-key supplicant-identity
     tls-certificate tls-mode`),
    ),
    comment,
    default: flag,
  },
  unique: { key: (values) => values['name'], refusal: 'haveItem' },
  initial: () => [{ name: 'default', 'supplicant-identity': 'MikroTik', default: 'true' }],
};

/** /interface/wireless: radios, which are seeded with a `default-name`, and virtual access points on them. */
export const wireless: MenuSpec = {
  path: '/interface/wireless',
  shape: 'list',
  noun: 'wireless interface',
  noValueList: true,
  source,
  package: 'wireless',
  key: ['name'],
  fields: {
    name: { kind: nonEmptyText },
    'master-interface': { kind: reference('/interface/wireless') },
    mode: {
      kind: oneOf(
        ...wordsOf(`alignment-only ap-bridge bridge nstreme-dual-slave sniffer station station-bridge
          station-pseudobridge station-pseudobridge-clone station-wds wds-slave`),
      ),
      default: 'station',
    },
    ssid: { kind: text, default: 'MikroTik' },
    'security-profile': { kind: reference('/interface/wireless/security-profiles'), default: 'default' },
    ...fieldsOf({ kind: text }, 'band', 'channel-width', 'frequency'),
    ...fieldsOf({ kind: bool, default: 'false' }, ...wordsOf('hide-ssid wds-ignore-ssid disable-running-check')),
    ...fieldsOf({ kind: bool, default: 'true' }, ...wordsOf('default-authentication default-forwarding')),
    'allow-sharedkey': { kind: bool, default: 'false' },
    'mac-address': { kind: mac },
    'station-bridge-clone-mac': { kind: mac },
    'wds-default-bridge': { kind: either(oneOf('none'), reference('/interface/bridge')), default: 'none' },
    arp: { kind: oneOf('enabled', 'disabled', 'proxy-arp', 'reply-only', 'local-proxy-arp'), default: 'enabled' },
    'arp-timeout': { kind: time('auto'), default: 'auto' },
    'update-stats-interval': { kind: time('disabled'), default: 'disabled' },
    ...fieldsOf({ kind: time() }, 'disconnect-timeout', 'on-fail-retry-time'),
    ...fieldsOf(sensitive, 'nv2-preshared-key', 'nv2-sync-secret'),
    ...fieldsOf(
      { kind: text },
      ...wordsOf(`adaptive-noise-immunity ampdu-priorities amsdu-limit amsdu-threshold antenna-gain antenna-mode area
     basic-rates-a/g basic-rates-b bridge-mode burst-time compression country default-ap-tx-limit
     default-client-tx-limit distance frame-lifetime frequency-mode frequency-offset guard-interval ht-basic-mcs
     ht-supported-mcs hw-fragmentation-threshold hw-protection-mode hw-protection-threshold hw-retries
     installation interworking-profile keepalive-frames l2mtu max-station-count mtu multicast-buffering
     multicast-helper noise-floor-threshold nv2-cell-radius nv2-downlink-ratio nv2-mode nv2-noise-floor-offset
     nv2-qos nv2-queue-count nv2-security preamble-mode prism-cardtype radio-name rate-selection rate-set
     rx-chains scan-list secondary-frequency skip-dfs-channels station-roaming supported-rates-a/g
     supported-rates-b tdma-period-size tx-chains tx-power tx-power-mode vht-basic-mcs vht-supported-mcs vlan-id
     vlan-mode wds-cost-range wds-default-cost wds-mode wireless-protocol wmm-support wps-mode`),
    ),
    // The vendor's table gives the older drivers yes (routeros-rest.md §5.15).
    disabled: { kind: bool, default: 'true' },
    comment,
    'default-name': state,
    'interface-type': { ...state, default: 'virtual' },
    running: flag,
  },
  unique: { key: (values) => values['name'], refusal: 'haveInterface' },
  prepare(_router, next, before) {
    if (before === null && next['default-name'] === undefined && next['master-interface'] === undefined) {
      throw refusal('missing', 'master-interface');
    }
    return { ...next, 'interface-type': next['interface-type'] ?? 'virtual' };
  },
  changed(router, change) {
    if (change.verb === 'remove' && change.row.values['default-name'] !== undefined) {
      throw refusal('radioStays');
    }
    listInterface(router, change, (name) => ({ name, type: 'wlan', running: 'true' }));
  },
};
