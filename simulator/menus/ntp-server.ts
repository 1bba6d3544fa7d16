import { ip4 } from '../kinds/address.ts';
import { bool, either, listOf, number, oneOf, text } from '../kinds/kind.ts';
import type { MenuSpec } from '../model/state.ts';

/** /system/ntp/server (routeros-rest.md §5.4). */
export const ntpServer: MenuSpec = {
  path: '/system/ntp/server',
  shape: 'settings',
  noun: 'NTP server settings',
  source: 'routeros-rest.md §5.4',
  fields: {
    enabled: { kind: bool, default: 'false' },
    broadcast: { kind: bool, default: 'false' },
    'broadcast-addresses': { kind: listOf(ip4), default: '' },
    multicast: { kind: bool, default: 'false' },
    manycast: { kind: bool, default: 'false' },
    'use-local-clock': { kind: bool, default: 'false' },
    'local-clock-stratum': { kind: number(1, 15), default: '5' },
    'auth-key': { kind: either(oneOf('none'), number(0, 65_535)), default: 'none' },
    vrf: { kind: text, default: 'main' },
  },
  initial: () => [{}],
};
