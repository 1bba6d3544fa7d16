import { booleanCodec } from '../values/boolean.ts';
import { durationCodec } from '../values/duration.ts';
import { enumCodec } from '../values/enum.ts';
import { forwarderCodec, forwardersIn } from '../values/forwarder.ts';
import { integerCodec } from '../values/integer.ts';
import { ipCodec } from '../values/ip.ts';
import { listOf } from '../values/list.ts';
import { regexpCodec } from '../values/regexp.ts';
import { freeTextCodec, nonEmptyTextCodec } from '../values/text.ts';
import { COMMENT } from './comment.ts';
import type { Menu } from './menu.ts';

const SOURCE = 'routeros-rest.md §5.2';

const NUMBER = integerCodec(0, 65_535);

/**
 * Static DNS records. Rows are told apart by name or regexp, type and whole value; ttl, comment and the like are not
 * part of it. Older versions leave `type` out for A. A disabled twin of an enabled row is allowed.
 */
export const DNS_STATIC = {
  path: '/ip/dns/static',
  shape: 'list',
  match: [
    'name',
    'regexp',
    'type',
    'address',
    'cname',
    'forward-to',
    'mx-exchange',
    'mx-preference',
    'ns',
    'srv-target',
    'srv-port',
    'srv-priority',
    'srv-weight',
    'text',
  ],
  oneOf: ['name', 'regexp'],
  variants: {
    by: 'type',
    fields: {
      A: { address: null },
      AAAA: { address: null },
      CNAME: { cname: null },
      FWD: { 'forward-to': '' },
      MX: { 'mx-exchange': null, 'mx-preference': '0' },
      NS: { ns: null },
      NXDOMAIN: {},
      SRV: { 'srv-target': null, 'srv-port': '0', 'srv-priority': '0', 'srv-weight': '0' },
      TXT: { text: null },
    },
  },
  fields: {
    name: { codec: nonEmptyTextCodec, source: SOURCE },
    regexp: { codec: regexpCodec, source: SOURCE },
    type: {
      codec: enumCodec(['A', 'AAAA', 'CNAME', 'FWD', 'MX', 'NS', 'NXDOMAIN', 'SRV', 'TXT']),
      default: 'A',
      source: SOURCE,
    },
    address: { codec: ipCodec, source: SOURCE },
    cname: { codec: nonEmptyTextCodec, source: SOURCE },
    'forward-to': {
      codec: listOf(forwarderCodec),
      reference: '/ip/dns/forwarders',
      namesIn: forwardersIn,
      source: `${SOURCE}; exports of 7.15.3 and 7.21 (several, IPv6)`,
    },
    'mx-exchange': { codec: nonEmptyTextCodec, source: SOURCE },
    'mx-preference': { codec: NUMBER, source: SOURCE },
    ns: { codec: nonEmptyTextCodec, source: SOURCE },
    'srv-target': { codec: nonEmptyTextCodec, source: SOURCE },
    'srv-port': { codec: NUMBER, source: SOURCE },
    'srv-priority': { codec: NUMBER, source: SOURCE },
    'srv-weight': { codec: NUMBER, source: SOURCE },
    text: { codec: freeTextCodec, source: SOURCE },
    ttl: { codec: durationCodec, default: '1d', pathEffects: ['names'], source: SOURCE },
    'match-subdomain': { codec: booleanCodec, default: 'false', source: SOURCE },
    'address-list': {
      codec: nonEmptyTextCodec,
      mentions: { menu: '/ip/firewall/address-list', by: 'list' },
      source: SOURCE,
    },
    comment: COMMENT,
    disabled: { codec: booleanCodec, default: 'false', source: `${SOURCE}, §6` },
    dynamic: { codec: booleanCodec, readOnly: true, source: SOURCE },
  },
  replacedBy: [['name', 'regexp']],
  writeOrder: 40,
  addWith: { disabled: 'false' },
  skipWhen: ['dynamic'],
  pathEffects: ['names', 'lists'],
  historyWords: ['static dns', 'dns'],
  source: `${SOURCE}, §6`,
} as const satisfies Menu;
