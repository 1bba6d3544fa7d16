import { isRunning } from '../engine/network.ts';
import { tableOf } from '../engine/table.ts';
import { bool, nonEmptyText, number, oneOf, reference } from '../kinds/kind.ts';
import { time } from '../kinds/time.ts';
import type { MenuSpec } from '../model/state.ts';
import { comment, disabled, flag, rareFlag, state } from './fields.ts';
import { alsoInterface } from './interface.ts';

const source = 'command trees';

/** /interface/vlan (routeros-rest.md §5.14). */
export const vlans: MenuSpec = {
  path: '/interface/vlan',
  shape: 'list',
  noun: 'vlan',
  source: 'routeros-rest.md §5.14',
  key: ['name'],
  fields: {
    name: { kind: nonEmptyText, required: true },
    interface: { kind: reference('/interface'), required: true },
    'vlan-id': { kind: number(1, 4095), default: '1' },
    mtu: { kind: number(32, 65_535), default: '1500' },
    'use-service-tag': { kind: bool, default: 'false' },
    arp: {
      kind: oneOf('enabled', 'disabled', 'proxy-arp', 'reply-only', 'local-proxy-arp'),
      default: 'enabled',
      source,
    },
    'arp-timeout': { kind: time('auto'), default: 'auto', source },
    'loop-protect': { kind: oneOf('default', 'off', 'on'), default: 'default', source },
    'loop-protect-disable-time': { kind: time(), default: '5m', source },
    'loop-protect-send-interval': { kind: time(), default: '5s', source },
    mvrp: { kind: bool, default: 'false', since: '7.16', source },
    'loop-protect-status': { ...state, default: 'off', source },
    'hw-offloaded': { ...rareFlag, source },
    l2mtu: { ...state, default: '1592', source },
    'mac-address': { ...state, source },
    running: flag,
    disabled,
    comment,
  },
  unique: { key: (values) => values['name'], refusal: 'haveInterface' },
  computed(router, { values }) {
    const twin = tableOf(router, '/interface').rows.find((row) => row.values['name'] === values['name'])?.values;
    const { 'mac-address': mac } = twin ?? {};
    return {
      running: String(isRunning(router, values['name'] ?? '')),
      ...(mac === undefined ? {} : { 'mac-address': mac }),
    };
  },
  changed: alsoInterface('vlan'),
};
