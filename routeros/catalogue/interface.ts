import { booleanCodec } from '../values/boolean.ts';
import { nonEmptyTextCodec, textCodec } from '../values/text.ts';
import { COMMENT } from './comment.ts';
import type { Field, Menu, MenuPath } from './menu.ts';

const SOURCE = 'routeros-rest.md §5.14';

const STATE = { codec: textCodec, readOnly: true, source: SOURCE } as const satisfies Field;

/** The menus whose rows are interfaces, by the command trees. */
const EXPORTED_IN: readonly MenuPath[] = [
  '/interface/6to4',
  '/interface/bonding',
  '/interface/bridge',
  '/interface/eoip',
  '/interface/eoipv6',
  '/interface/ethernet',
  '/interface/gre',
  '/interface/gre6',
  '/interface/ipip',
  '/interface/ipipv6',
  '/interface/l2tp-client',
  '/interface/l2tp-ether',
  '/interface/l2tp-server',
  '/interface/lte',
  '/interface/macsec',
  '/interface/macvlan',
  '/interface/mesh',
  '/interface/ovpn-client',
  '/interface/ovpn-server',
  '/interface/ppp-client',
  '/interface/ppp-server',
  '/interface/pppoe-client',
  '/interface/pppoe-server',
  '/interface/pptp-client',
  '/interface/pptp-server',
  '/interface/sstp-client',
  '/interface/sstp-server',
  '/interface/veth',
  '/interface/vlan',
  '/interface/vpls',
  '/interface/vrrp',
  '/interface/vxlan',
  '/interface/wifi',
  '/interface/wifiwave2',
  '/interface/wireguard',
  '/interface/wireless',
];

/**
 * Every interface, whatever menu makes it: those of the hardware, and bridges, VLANs and the like, which are made and
 * removed in menus of their own. So rows are neither added nor removed here.
 */
export const INTERFACE = {
  path: '/interface',
  shape: 'list',
  fixedRows: true,
  exportedIn: EXPORTED_IN,
  match: ['name'],
  fields: {
    name: { codec: nonEmptyTextCodec, source: SOURCE },
    mtu: { codec: textCodec, source: SOURCE },
    l2mtu: { codec: textCodec, source: SOURCE },
    comment: COMMENT,
    disabled: { codec: booleanCodec, default: 'false', keptWhenDropped: true, source: SOURCE },
    type: STATE,
    'default-name': STATE,
    'actual-mtu': STATE,
    'max-l2mtu': STATE,
    'mac-address': STATE,
    running: STATE,
    dynamic: { codec: booleanCodec, readOnly: true, source: SOURCE },
    slave: STATE,
    inactive: STATE,
    passthrough: { ...STATE, source: `${SOURCE}; command tree of 7.22.3` },
    'last-link-up-time': STATE,
    'last-link-down-time': STATE,
    'link-downs': STATE,
    'rx-byte': STATE,
    'tx-byte': STATE,
    'rx-packet': STATE,
    'tx-packet': STATE,
    'rx-drop': STATE,
    'tx-drop': STATE,
    'rx-error': STATE,
    'tx-error': STATE,
    'tx-queue-drop': STATE,
    'fp-rx-byte': STATE,
    'fp-tx-byte': STATE,
    'fp-rx-packet': STATE,
    'fp-tx-packet': STATE,
    'fp-rps-drop': { ...STATE, source: `${SOURCE}; command tree of 7.22.3` },
    vrf: STATE,
  },
  writeOrder: 6,
  addWith: {},
  skipWhen: ['dynamic'],
  pathEffects: ['links'],
  historyWords: ['interface', 'device'],
  source: `${SOURCE}, §6`,
} as const satisfies Menu;
