import { bool } from '../kinds/kind.ts';
import type { MenuSpec } from '../model/state.ts';
import { isAtLeast } from '../model/version.ts';
import { fieldsOf, flag, state, wordsOf } from './fields.ts';

const modeFlags = wordsOf(`
  bandwidth-test container email fetch hotspot ipsec l2tp pptp proxy romon scheduler smb sniffer socks traffic-gen
  zerotier
`);
const newModeFlags = wordsOf('install-any-version partitions routerboard');

/** /system/device-mode; changed only with a button press, so read-only here (armed-rollback.md §7). */
export const deviceMode: MenuSpec = {
  path: '/system/device-mode',
  shape: 'settings',
  noun: 'device mode',
  source: 'armed-rollback.md §7',
  rows: 'readOnly',
  fields: {
    mode: { ...state, show: 'always' },
    ...fieldsOf({ kind: bool, readOnly: true, default: 'true' }, ...modeFlags),
    ...fieldsOf({ kind: bool, readOnly: true, default: 'false', since: '7.17' }, ...newModeFlags),
    flagged: flag,
    'flagging-enabled': { ...flag, default: 'true' },
    'attempt-count': { ...state, default: '0' },
    'allowed-versions': { ...state, default: '7.13+,6.49.8+', since: '7.17' },
  },
  initial: ({ facts }) => [{ mode: isAtLeast(facts.version, '7.17') ? 'advanced' : 'enterprise', container: 'false' }],
};
