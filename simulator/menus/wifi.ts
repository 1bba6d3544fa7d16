import { mac } from '../kinds/address.ts';
import { bool, nonEmptyText, number, oneOf, reference, text } from '../kinds/kind.ts';
import { time } from '../kinds/time.ts';
import { refusal } from '../model/refusals.ts';
import type { FieldSpec, MenuSpec, RowChange } from '../model/state.ts';
import { comment, disabled, flag, rareFlag, state } from './fields.ts';
import { listInterface } from './interface.ts';
import { channel, configuration, datapath, inline, profiles, security, wifiSource } from './wifi-fields.ts';

/** A menu of profiles. Passphrases have 8 to 63 characters (802.11, which the vendor's page Wi-Fi follows). */
function profileMenu(name: string, fields: Readonly<Record<string, FieldSpec>>): MenuSpec {
  return {
    path: `/interface/wifi/${name}`,
    shape: 'list',
    noun: `wifi ${name}`,
    source: wifiSource,
    since: '7.13',
    unsetSince: '7.13',
    key: ['name'],
    fields: { name: { kind: nonEmptyText, required: true }, ...fields, disabled, comment },
    unique: { key: (values) => values['name'], refusal: 'haveItem' },
    prepare(_router, next) {
      refusePassphrase(next['passphrase'], 'passphrase');
      refusePassphrase(next['security.passphrase'], 'security.passphrase');
      return next;
    },
  };
}

function refusePassphrase(passphrase: string | undefined, name: string): void {
  if (passphrase !== undefined && passphrase !== '' && !/^[ -~]{8,63}$/.test(passphrase)) {
    throw refusal('invalidValue', name);
  }
}

/** Profiles of /interface/wifi. */
export const wifiProfiles: readonly MenuSpec[] = [
  profileMenu('channel', channel),
  profileMenu('security', security),
  profileMenu('datapath', datapath),
  profileMenu('configuration', { ...configuration, ...profiles }),
];

/** /interface/wifi: radios, which are seeded with a `default-name`, and virtual access points that name one. */
export const wifi: MenuSpec = {
  path: '/interface/wifi',
  shape: 'list',
  noun: 'wifi interface',
  noValueList: true,
  source: wifiSource,
  since: '7.13',
  unsetSince: '7.13',
  key: ['name'],
  fields: {
    name: { kind: nonEmptyText },
    'master-interface': { kind: reference('/interface/wifi') },
    configuration: { kind: reference('/interface/wifi/configuration') },
    ...inline('configuration', configuration),
    ...profiles,
    arp: { kind: oneOf('enabled', 'disabled', 'proxy-arp', 'reply-only', 'local-proxy-arp'), default: 'enabled' },
    'arp-timeout': { kind: time('auto') },
    'disable-running-check': { kind: bool },
    l2mtu: { kind: number(0, 65_535), default: '1560' },
    'mac-address': { kind: mac },
    'mld-interface': { kind: text, since: '7.22' },
    'mld-name': { kind: text, since: '7.22' },
    mtu: { kind: number(32, 65_535) },
    'radio-mac': { kind: mac },
    disabled,
    comment,
    'default-name': state,
    bound: flag,
    master: flag,
    inactive: flag,
    running: flag,
    dynamic: rareFlag,
    network: state,
    cap: state,
  },
  unique: { key: (values) => values['name'], refusal: 'haveInterface' },
  prepare(_router, next, before) {
    refusePassphrase(next['security.passphrase'], 'security.passphrase');
    const isRadio = next['default-name'] !== undefined;
    if (before === null && !isRadio && next['master-interface'] === undefined) {
      throw refusal('missing', 'master-interface');
    }
    return next;
  },
  changed(router, change) {
    refuseRadioGone(change);
    listInterface(router, change, (name) => ({ name, type: 'wifi', running: 'true' }));
  },
};

/** A radio is there for good. */
function refuseRadioGone({ verb, row }: RowChange): void {
  if (verb === 'remove' && row.values['default-name'] !== undefined) {
    throw refusal('radioStays');
  }
}
