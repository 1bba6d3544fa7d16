import { interfaceAddress, ip4, ip4Text, maskLength, spanOf } from '../kinds/address.ts';
import { reference, text } from '../kinds/kind.ts';
import { refusal } from '../model/refusals.ts';
import type { MenuSpec } from '../model/state.ts';
import { comment, disabled, flag, state } from './fields.ts';

/** /ip/address (routeros-rest.md §5.6). A PATCH of `address` leaves `network` as it was. */
export const ipAddress: MenuSpec = {
  path: '/ip/address',
  shape: 'list',
  noun: 'address',
  source: 'routeros-rest.md §5.6',
  key: ['address', 'interface'],
  fields: {
    address: { kind: interfaceAddress, required: true },
    interface: { kind: reference('/interface'), required: true },
    network: { kind: ip4, show: 'always' },
    netmask: { kind: ip4, show: 'never' },
    broadcast: { kind: ip4, show: 'never' },
    comment,
    disabled,
    dynamic: flag,
    invalid: flag,
    slave: flag,
    'actual-interface': { ...state, show: 'always' },
    vrf: { kind: text, default: 'main', readOnly: true, since: '7.16' },
  },
  unique: {
    key: (values) => `${values['address']} ${values['interface']}`,
    refusal: 'haveAddress',
  },
  initial: () => [
    { address: '192.168.88.1/24', interface: 'bridge', comment: 'defconf' },
    { address: '10.255.0.1/24', interface: 'ether1', comment: 'uplink' },
  ],
  prepare(_router, next, before) {
    const { netmask, broadcast: _broadcast, ...values } = next;
    if (netmask !== undefined) {
      const length = maskLength(netmask);
      if (length === undefined) {
        throw refusal('invalidValue', 'netmask');
      }
      values['address'] = `${values['address']?.split('/')[0]}/${length}`;
    }
    if (before === null && values['network'] === undefined) {
      values['network'] = ip4Text(spanOf(values['address'] ?? '')?.first ?? 0);
    }
    return values;
  },
  computed(_router, row) {
    const name = row.values['interface'] ?? '';
    return { 'actual-interface': name, invalid: String(name.startsWith('*')) };
  },
};
