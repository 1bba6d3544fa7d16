import { clientsOf, lanOf } from '../engine/surroundings.ts';
import { ip4, networkPrefix } from '../kinds/address.ts';
import { bool, listOf, number, reference, text } from '../kinds/kind.ts';
import type { MenuSpec } from '../model/state.ts';
import { comment, flag } from './fields.ts';

/** Printed as `''` when nobody set it (routeros-rest.md §5.9). */
const servers = { kind: listOf(ip4), default: '' };

/** /ip/dhcp-server/network (routeros-rest.md §5.9). No row can be disabled; networks may overlap. */
export const dhcpNetwork: MenuSpec = {
  path: '/ip/dhcp-server/network',
  shape: 'list',
  noun: 'dhcp network',
  source: 'routeros-rest.md §5.9',
  key: ['address'],
  unsetSince: '7.1',
  fields: {
    address: { kind: networkPrefix, required: true },
    gateway: servers,
    netmask: { kind: number(0, 32), show: 'set' },
    'dns-server': servers,
    'dns-none': { kind: bool, show: 'set' },
    domain: { kind: text, show: 'set' },
    'ntp-server': servers,
    'ntp-none': { kind: bool, show: 'set', since: '7.20' },
    'wins-server': servers,
    'caps-manager': servers,
    'next-server': { kind: ip4 },
    'boot-file-name': { kind: text, show: 'set' },
    'dhcp-option': { kind: listOf(reference('/ip/dhcp-server/option')), default: '' },
    'dhcp-option-set': { kind: reference('/ip/dhcp-server/option/sets', 'none'), show: 'set' },
    comment,
    dynamic: flag,
  },
  unique: { key: (values) => values['address'], refusal: 'haveNetwork' },
  initial(router) {
    const lan = lanOf(router);
    const row = { address: `${lan.network}/${lan.length}`, gateway: lan.address, 'dns-server': lan.address };
    return clientsOf(router).length === 0 ? [] : [{ ...row, comment: 'defconf' }];
  },
};
