import { booleanCodec } from '../values/boolean.ts';
import { durationCodec } from '../values/duration.ts';
import { enumCodec } from '../values/enum.ts';
import { integerCodec } from '../values/integer.ts';
import { ipv4Codec } from '../values/ipv4.ts';
import { setOf } from '../values/list.ts';
import { nonEmptyTextCodec, textCodec } from '../values/text.ts';
import { wordOr } from '../values/word-or.ts';
import { COMMENT } from './comment.ts';
import { namedOptionSet } from './dhcp-option-set.ts';
import { canonicalLive } from '../values/canonical.ts';
import type { Claim, Menu, Row } from './menu.ts';

const SOURCE = 'routeros-rest.md §5.8';

const NO = { codec: booleanCodec, default: 'false', source: SOURCE } as const;
const YES = { codec: booleanCodec, default: 'true', source: SOURCE } as const;

/**
 * DHCP servers, one for each interface and relay. What the lease time is where nobody says it differs between sources,
 * and old consoles added servers disabled: every add says both. A server that goes leaves its leases with a dead id.
 */
export const DHCP_SERVER = {
  path: '/ip/dhcp-server',
  shape: 'list',
  match: ['name'],
  fields: {
    name: { codec: nonEmptyTextCodec, source: SOURCE },
    interface: { codec: nonEmptyTextCodec, reference: '/interface', source: SOURCE },
    'address-pool': {
      codec: wordOr(['static-only'], nonEmptyTextCodec),
      default: 'static-only',
      reference: '/ip/pool',
      source: SOURCE,
    },
    'lease-time': { codec: durationCodec, neverCleared: true, source: `${SOURCE} (two defaults are told)` },
    authoritative: {
      codec: enumCodec(['yes', 'no', 'after-2sec-delay', 'after-10sec-delay']),
      default: 'yes',
      source: SOURCE,
    },
    relay: { codec: ipv4Codec, default: '0.0.0.0', source: SOURCE },
    'server-address': { codec: ipv4Codec, default: '0.0.0.0', source: `${SOURCE}; vendor's page DHCP` },
    'bootp-support': { codec: enumCodec(['none', 'static', 'dynamic']), default: 'static', source: SOURCE },
    'bootp-lease-time': {
      codec: wordOr(['forever', 'lease-time'], durationCodec),
      default: 'forever',
      source: SOURCE,
    },
    'delay-threshold': { codec: wordOr(['none'], durationCodec), default: 'none', source: SOURCE },
    'always-broadcast': NO,
    'add-arp': NO,
    'use-radius': { codec: enumCodec(['no', 'yes', 'accounting']), default: 'no', source: SOURCE },
    'conflict-detection': YES,
    'lease-script': { codec: textCodec, default: '', source: SOURCE },
    'dhcp-option-set': namedOptionSet(SOURCE),
    'client-mac-limit': {
      codec: wordOr(['unlimited'], integerCodec(0, 4_294_967_295)),
      default: 'unlimited',
      source: SOURCE,
    },
    'insert-queue-before': { codec: nonEmptyTextCodec, default: 'first', source: SOURCE },
    'parent-queue': { codec: nonEmptyTextCodec, default: 'none', source: SOURCE },
    'allow-dual-stack-queue': YES,
    'use-framed-as-classless': YES,
    'address-lists': {
      codec: setOf(nonEmptyTextCodec),
      default: '',
      mentions: { menu: '/ip/firewall/address-list', by: 'list' },
      since: [7, 17, 0],
      source: `${SOURCE}; command trees: not in 7.16.2, in 7.17`,
    },
    'use-reconfigure': {
      ...NO,
      since: [7, 19, 0],
      source: `${SOURCE}; command trees: not in 7.18.2, in 7.19`,
    },
    'dynamic-lease-identifiers': {
      codec: setOf(enumCodec(['client-mac', 'client-id', 'opt-82'])),
      default: 'client-id,client-mac',
      since: [7, 21, 0],
      source: `${SOURCE}; command trees: not in 7.20.8, in 7.21`,
    },
    'support-broadband-tr101': {
      ...NO,
      since: [7, 21, 0],
      source: `${SOURCE}; command trees: not in 7.20.8, in 7.21`,
    },
    'add-dns-entries': { ...NO, since: [7, 23, 0], source: `${SOURCE}; command trees: not in 7.22.3, in 7.23` },
    'add-dns-entries-suffix': {
      codec: nonEmptyTextCodec,
      default: 'lan',
      since: [7, 23, 0],
      source: `${SOURCE}; command trees: not in 7.22.3, in 7.23`,
    },
    comment: COMMENT,
    disabled: { codec: booleanCodec, default: 'false', source: `${SOURCE}, §6` },
    dynamic: { codec: booleanCodec, readOnly: true, source: SOURCE },
    invalid: { codec: booleanCodec, readOnly: true, source: SOURCE },
  },
  writeOrder: 16,
  addWith: { disabled: 'false', 'lease-time': '30m' },
  skipWhen: ['dynamic'],
  claims,
  pathEffects: ['leases'],
  historyWords: ['dhcp server', 'dhcp'],
  source: `${SOURCE}, §6`,
} as const satisfies Menu;

/** Clients of an interface, or of a relay there. */
function claims(row: Row): readonly Claim[] {
  if (canonicalLive(booleanCodec, row['disabled'] ?? 'false') === 'true') return [];
  const relay = canonicalLive(ipv4Codec, row['relay'] ?? '0.0.0.0');
  return [{ to: `clients of ${row['interface'] ?? ''} by relay ${relay}`, by: 'interface', shared: false }];
}
