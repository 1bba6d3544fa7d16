import { bool, nonEmptyText, number, reference } from '../kinds/kind.ts';
import type { MenuSpec } from '../model/state.ts';
import { comment, disabled, flag } from './fields.ts';
import { alsoInterface } from './interface.ts';

/** /interface/vlan (routeros-rest.md §5.14): as much of it as the way to the router depends on. */
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
    running: flag,
    disabled,
    comment,
  },
  unique: { key: (values) => values['name'], refusal: 'haveInterface' },
  changed: alsoInterface('vlan'),
};
