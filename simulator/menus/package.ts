import { nonEmptyText } from '../kinds/kind.ts';
import type { MenuSpec } from '../model/state.ts';
import { flag, rareFlag, state } from './fields.ts';

/** /system/package (routeros-rest.md §5.18). */
export const packages: MenuSpec = {
  path: '/system/package',
  shape: 'list',
  noun: 'package',
  source: 'routeros-rest.md §5.18',
  rows: 'readOnly',
  key: ['name'],
  fields: {
    name: { kind: nonEmptyText, readOnly: true, show: 'always' },
    version: { ...state, show: 'always' },
    'build-time': { ...state, show: 'always' },
    scheduled: { ...state, default: '' },
    size: state,
    bundle: state,
    available: { ...rareFlag, since: '7.18' },
    disabled: flag,
  },
  initial: ({ facts }) => [{ name: 'routeros', version: facts.version, 'build-time': '2025-11-27 08:17:04' }],
};
