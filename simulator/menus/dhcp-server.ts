import { clientsOf, lanOf } from '../engine/surroundings.ts';
import { ip4 } from '../kinds/address.ts';
import { bool, either, listOf, nonEmptyText, number, oneOf, reference, setOf, text } from '../kinds/kind.ts';
import { time } from '../kinds/time.ts';
import type { MenuSpec } from '../model/state.ts';
import { comment, disabled, flag } from './fields.ts';

const maybe = { kind: bool, show: 'set' } as const;

/**
 * /ip/dhcp-server (routeros-rest.md §5.8). Most fields are printed only when somebody set them. A lease time that nobody
 * gives is what the vendor's page says, 30 minutes.
 */
export const dhcpServer: MenuSpec = {
  path: '/ip/dhcp-server',
  shape: 'list',
  noun: 'dhcp server',
  source: 'routeros-rest.md §5.8',
  key: ['name'],
  fields: {
    name: { kind: nonEmptyText, required: true },
    interface: { kind: reference('/interface'), required: true },
    'address-pool': { kind: reference('/ip/pool', 'static-only'), default: 'static-only' },
    'lease-time': { kind: time(), default: '30m' },
    'lease-script': { kind: text, default: '' },
    authoritative: { kind: oneOf('yes', 'no', 'after-2sec-delay', 'after-10sec-delay'), show: 'set' },
    relay: { kind: ip4 },
    'server-address': { kind: ip4 },
    'bootp-support': { kind: oneOf('none', 'static', 'dynamic'), show: 'set' },
    'bootp-lease-time': { kind: time('forever', 'lease-time'), show: 'set' },
    'delay-threshold': { kind: time('none'), show: 'set' },
    'always-broadcast': maybe,
    'add-arp': maybe,
    'use-radius': { kind: oneOf('no', 'yes', 'accounting'), default: 'no' },
    'conflict-detection': maybe,
    'dhcp-option-set': { kind: reference('/ip/dhcp-server/option/sets', 'none'), show: 'set' },
    'client-mac-limit': { kind: either(oneOf('unlimited'), number(0, 4_294_967_295)), show: 'set' },
    'insert-queue-before': { kind: nonEmptyText, show: 'set' },
    'parent-queue': { kind: nonEmptyText, show: 'set' },
    'allow-dual-stack-queue': maybe,
    'use-framed-as-classless': maybe,
    'address-lists': { kind: listOf(nonEmptyText), default: '', since: '7.17' },
    'use-reconfigure': { kind: bool, default: 'false', since: '7.19' },
    'dynamic-lease-identifiers': {
      kind: setOf('client-mac', 'client-id', 'opt-82'),
      default: 'client-mac,client-id',
      since: '7.21',
    },
    'support-broadband-tr101': { kind: bool, default: 'false', since: '7.21' },
    'add-dns-entries': { ...maybe, since: '7.23' },
    'add-dns-entries-suffix': { kind: nonEmptyText, default: 'lan', since: '7.23' },
    comment,
    disabled,
    dynamic: flag,
    invalid: flag,
  },
  unique: { key: (values) => values['name'], refusal: 'haveServer' },
  initial: (router) =>
    clientsOf(router).length === 0
      ? []
      : [{ name: 'defconf', interface: lanOf(router).interface, 'address-pool': 'default-dhcp' }],
  computed: (_router, row) => ({ invalid: String((row.values['interface'] ?? '').startsWith('*')) }),
};
