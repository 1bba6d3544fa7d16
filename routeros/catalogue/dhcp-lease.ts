import { booleanCodec } from '../values/boolean.ts';
import { clientIdCodec } from '../values/client-id.ts';
import { durationCodec } from '../values/duration.ts';
import { leaseAddressCodec, poolsIn } from '../values/lease-address.ts';
import { setOf } from '../values/list.ts';
import { macCodec } from '../values/mac.ts';
import { nonEmptyTextCodec, textCodec } from '../values/text.ts';
import { COMMENT } from './comment.ts';
import { namedOptionSet } from './dhcp-option-set.ts';
import { namedOptions } from './dhcp-option.ts';
import { canonicalLive } from '../values/canonical.ts';
import type { Claim, Menu, Row } from './menu.ts';

const SOURCE = 'routeros-rest.md §5.10';

const NO = { codec: booleanCodec, default: 'false', source: SOURCE } as const;
const TEXT = { codec: textCodec, default: '', source: SOURCE } as const;
const STATE = { codec: textCodec, readOnly: true, source: SOURCE } as const;
const AGENT = {
  ...TEXT,
  since: [7, 21, 0],
  source: `${SOURCE}; command trees: not in 7.20.8, in 7.21`,
} as const;
const UNSET = `${SOURCE}; command trees (unset); verbose exports`;

/**
 * Static leases. What a server has handed out by itself is dynamic and the router's own; a static lease of the same
 * client may stand beside it. The router leaves `server` out where it is `all`, lets one address belong to one lease
 * alone, and a client have either one lease for all servers or one for each.
 */
export const DHCP_LEASE = {
  path: '/ip/dhcp-server/lease',
  shape: 'list',
  match: ['server', 'mac-address'],
  fields: {
    server: {
      codec: nonEmptyTextCodec,
      default: 'all',
      leftOut: true,
      reference: '/ip/dhcp-server',
      source: SOURCE,
    },
    'mac-address': { codec: macCodec, source: SOURCE },
    address: {
      codec: leaseAddressCodec,
      default: '0.0.0.0',
      reference: '/ip/pool',
      namesIn: poolsIn,
      source: SOURCE,
    },
    'client-id': { codec: clientIdCodec, default: '', source: SOURCE },
    'use-src-mac': NO,
    'lease-time': { codec: durationCodec, default: '0s', source: SOURCE },
    'block-access': NO,
    'always-broadcast': NO,
    'rate-limit': TEXT,
    routes: TEXT,
    'address-lists': {
      codec: setOf(nonEmptyTextCodec),
      default: '',
      mentions: { menu: '/ip/firewall/address-list', by: 'list' },
      source: SOURCE,
    },
    'dhcp-option': namedOptions(SOURCE),
    'dhcp-option-set': namedOptionSet(SOURCE),
    'parent-queue': { codec: nonEmptyTextCodec, unset: true, source: UNSET },
    'queue-type': { codec: nonEmptyTextCodec, unset: true, source: UNSET },
    'insert-queue-before': { codec: nonEmptyTextCodec, unset: true, source: UNSET },
    'allow-dual-stack-queue': { codec: booleanCodec, unset: true, source: UNSET },
    'agent-circuit-id': AGENT,
    'agent-remote-id': AGENT,
    comment: COMMENT,
    disabled: { codec: booleanCodec, default: 'false', source: `${SOURCE}, §6` },
    dynamic: { codec: booleanCodec, readOnly: true, source: SOURCE },
    status: STATE,
    'expires-after': STATE,
    'last-seen': STATE,
    age: STATE,
    'active-address': STATE,
    'active-mac-address': STATE,
    'active-client-id': STATE,
    'active-server': STATE,
    'active-agent-circuit-id': STATE,
    'active-agent-remote-id': STATE,
    'host-name': STATE,
    'class-id': STATE,
    'src-mac-address': STATE,
    radius: STATE,
    blocked: STATE,
    'reconfigure-key': STATE,
    'reconfigure-status': STATE,
    'reconfigure-last-sent': STATE,
  },
  writeOrder: 17,
  addWith: { disabled: 'false' },
  skipWhen: ['dynamic'],
  claims,
  besideDynamic: true,
  pathEffects: ['leases'],
  historyWords: ['dhcp lease', 'lease', 'dhcp'],
  source: `${SOURCE}, §6`,
} as const satisfies Menu;

/**
 * Its address, and its client: for all servers, or beside the client's leases for other servers. The router takes a
 * disabled lease for one server beside one for all; no script could tell the two apart, so they meet here all the same.
 */
function claims(row: Row): readonly Claim[] {
  const address = canonicalLive(leaseAddressCodec, row['address'] ?? '0.0.0.0');
  const client = canonicalLive(macCodec, row['mac-address'] ?? '');
  const isPool = address === '' || address === '0.0.0.0' || poolsIn(address).length > 0;
  return [
    ...(isPool ? [] : [{ to: `address ${address}`, by: 'address', shared: false }]),
    ...(client === ''
      ? []
      : [{ to: `client ${client}`, by: 'mac-address', shared: !['', 'all'].includes(row['server'] ?? '') }]),
  ];
}
